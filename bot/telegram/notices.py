"""Short messages that answer no question, in the language of whoever they are for."""

from collections.abc import Callable, Iterable, Mapping

from telegram import InlineKeyboardMarkup

from bot.answering.conversation import Asker
from bot.knowledge.model import Messages
from bot.storage.talks import Talks
from bot.telegram.card import render_message
from bot.telegram.live import Live
from bot.telegram.outbox import Outbox
from bot.telegram.place import Place, Speaker


class Notices:
    """Knows the askers, and sends them messages of the knowledge."""

    def __init__(self, *, live: Live, talks: Talks, outbox: Outbox, clock: Callable[[], float]) -> None:
        """Keep the parts; `clock` is any steady one, in seconds."""
        self._live = live
        self._talks = talks
        self._outbox = outbox
        self._clock = clock

    async def asker(self, chat: int, speaker: Speaker) -> Asker:
        """Return what the core must know of this speaker in this chat, now."""
        return Asker(
            now=self._clock(),
            language_code=speaker.language_code,
            chosen_language=await self._talks.language(speaker.id),
            context=await self._talks.context(chat, speaker.id),
        )

    async def language(self, chat: int, speaker: Speaker) -> str:
        """Return the speaker's language for what answers no question."""
        return self._live.engine.language(await self.asker(chat, speaker))

    async def messages(self, chat: int, speaker: Speaker) -> Messages:
        """Return the knowledge's messages in the speaker's language."""
        return self._live.engine.knowledge.messages[await self.language(chat, speaker)]

    async def send(
        self,
        place: Place,
        template: str,
        values: Mapping[str, str] | None = None,
        *,
        more: Iterable[str] = (),
        keyboard: InlineKeyboardMarkup | None = None,
        update_id: int,
    ) -> None:
        """Send one message of the knowledge, its braces filled, with more lines below it."""
        card = render_message(template, values, more=more, keyboard=keyboard)
        await self._outbox.send(place, card, update_id=update_id)
