"""The commands that everybody may use, apart from /ask."""

from bot.telegram.buttons import language_keyboard
from bot.telegram.desk import Desk
from bot.telegram.incoming import Incoming
from bot.telegram.live import Live
from bot.telegram.notices import Notices
from bot.telegram.questions import request_of


class Commands:
    """Their handlers."""

    def __init__(self, *, live: Live, desk: Desk, notices: Notices) -> None:
        """Keep the parts."""
        self._live = live
        self._desk = desk
        self._notices = notices

    async def start(self, incoming: Incoming) -> None:
        """Show the entry that a link named, or say what the bot is for."""
        payload = incoming.argument
        if payload in self._live.engine.knowledge.entries and await self._desk.show(payload, request_of(incoming)):
            return
        await self.help(incoming)

    async def help(self, incoming: Incoming) -> None:
        """Say what the bot knows and how to ask it; any command that does not exist gets the same."""
        if await self._desk.is_within_limit(request_of(incoming)):
            messages = await self._notices.messages(incoming.place.chat, incoming.speaker)
            await self._notices.send(incoming.place, messages.help, update_id=incoming.update_id)

    async def language(self, incoming: Incoming) -> None:
        """Offer the languages under their own names."""
        if await self._desk.is_within_limit(request_of(incoming)):
            knowledge = self._live.engine.knowledge
            language = await self._notices.language(incoming.place.chat, incoming.speaker)
            messages, keyboard = knowledge.messages[language], language_keyboard(knowledge, language)
            await self._notices.send(
                incoming.place, messages.language_ask, keyboard=keyboard, update_id=incoming.update_id
            )
