"""What happens when somebody presses a button under a message of the bot."""

from collections.abc import Callable
from typing import assert_never

import structlog
from telegram import Message

from bot.storage.talks import Talks
from bot.telegram.buttons import ChooseLanguage, NoneOfThese, Outdated, ShowEntry, offered_entries, read_data
from bot.telegram.card import render_message
from bot.telegram.desk import Desk, Request
from bot.telegram.feedback import Feedback
from bot.telegram.incoming import Press
from bot.telegram.live import Live
from bot.telegram.notices import Notices
from bot.telegram.outbox import Outbox

_log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


class Presses:
    """The handler of pressed buttons; anybody in the chat may press them."""

    def __init__(
        self,
        *,
        live: Live,
        talks: Talks,
        outbox: Outbox,
        desk: Desk,
        notices: Notices,
        feedback: Feedback,
        wall: Callable[[], float],
    ) -> None:
        """Keep the parts; `wall` is seconds since the epoch."""
        self._live = live
        self._talks = talks
        self._outbox = outbox
        self._desk = desk
        self._notices = notices
        self._feedback = feedback
        self._wall = wall

    async def pressed(self, press: Press) -> None:
        """Do what the button's data asks for."""
        pressed = read_data(press.data, self._live.engine.knowledge)
        match pressed:
            case ShowEntry(entry=entry):
                await self._show(press, entry)
            case NoneOfThese():
                await self._none_of_these(press)
            case ChooseLanguage(language=language):
                await self._choose_language(press, language)
            case Outdated():
                await self._say_outdated(press)
            case _:
                assert_never(pressed)

    async def _show(self, press: Press, entry: str) -> None:
        await self._outbox.answer_press(press.query, update_id=press.update_id)
        request = Request(
            update_id=press.update_id,
            questions=(),
            speaker=press.speaker,
            place=press.place,
            written_at=self._wall(),
        )
        if not await self._desk.show(entry, request):
            await self._say_outdated(press)

    async def _none_of_these(self, press: Press) -> None:
        knowledge = self._live.engine.knowledge
        language = await self._notices.language(press.place.chat, press.speaker)
        messages = knowledge.messages[language]
        # In a group only the one who pressed needs to read it.
        toast = "" if press.place.is_private else messages.none_noted
        await self._outbox.answer_press(press.query, toast, update_id=press.update_id)
        await self._outbox.remove_buttons(press.place, press.message.message_id, update_id=press.update_id)
        if press.place.is_private:
            await self._notices.send(press.place, messages.none_noted, update_id=press.update_id)
        keyboard = press.message.reply_markup if isinstance(press.message, Message) else None
        offered = offered_entries(keyboard, knowledge)
        self._feedback.none_of_these(press.place.chat, offered, language, knowledge.version)
        _log.info("none of these", update=press.update_id, knowledge=knowledge.version)

    async def _choose_language(self, press: Press, language: str | None) -> None:
        await self._talks.choose_language(press.speaker.id, language)
        messages = await self._notices.messages(press.place.chat, press.speaker)
        text = messages.language_automatic if language is None else messages.language_set
        await self._outbox.answer_press(press.query, text, update_id=press.update_id)
        if press.place.is_private:
            card = render_message(text)
            await self._outbox.replace(press.place, press.message.message_id, card, update_id=press.update_id)

    async def _say_outdated(self, press: Press) -> None:
        messages = await self._notices.messages(press.place.chat, press.speaker)
        await self._outbox.answer_press(press.query, messages.old_button, as_alert=True, update_id=press.update_id)
