"""The outbox: the one place that sends, in order within a chat, until Telegram has taken it or never will."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import structlog
from telegram import LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.storage.pauses import Pauses
from bot.telegram.card import LONGEST_MESSAGE, Card
from bot.telegram.client import RawBot
from bot.telegram.patience import Patience, seconds_of
from bot.telegram.place import Place

NO_PREVIEW = '{"is_disabled":true}'
LONGEST_TOAST = 200
"""Telegram's limit for the text that answers a pressed button, in characters."""
_FORMATTING = ("can't parse entities", "message is too long", "entities_too_long")
_HARMLESS = ("message is not modified", "query is too old", "message to edit not found", "message can't be edited")

_log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


class Outbox:
    """Sends cards and the answers to pressed buttons.

    No method raises for what Telegram refuses: a refusal is logged with the update it answers, and over.
    """

    def __init__(
        self,
        *,
        bot: RawBot,
        patience: Patience,
        pauses: Pauses,
        moved: Callable[[int, int], Awaitable[None]],
    ) -> None:
        """Keep the parts; `moved` is told the old and the new id of a chat that became a supergroup."""
        self._pauses = pauses
        self._bot = bot
        self._patience = patience
        self._moved = moved
        self._turns: dict[int, asyncio.Lock] = {}
        self._waiting: Counter[int] = Counter()

    async def send(self, place: Place, card: Card, *, update_id: int) -> None:
        """Send the card, as plain text if Telegram does not take its formatting."""
        async with self._turn(place.chat):
            try:
                await self._in_chat(place, lambda here: self._message(here, card.html, card, ParseMode.HTML), update_id)
            except BadRequest as error:
                _log.error("formatting refused, sent as plain text", update=update_id, error=error.message)
                text = card.plain[:LONGEST_MESSAGE]
                await self._in_chat(place, lambda here: self._message(here, text, card, None), update_id)

    async def replace(self, place: Place, message: int, card: Card, *, update_id: int) -> None:
        """Put the card in place of a message that the bot sent before."""

        async def edit(here: Place) -> None:
            await self._bot.edit_message_text(
                card.html,
                chat_id=here.chat,
                message_id=message,
                parse_mode=ParseMode.HTML,
                reply_markup=card.keyboard,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            )

        async with self._turn(place.chat):
            await self._in_chat(place, edit, update_id)

    async def remove_buttons(self, place: Place, message: int, *, update_id: int) -> None:
        """Take the buttons off a message that the bot sent before."""

        async def edit(here: Place) -> None:
            await self._bot.edit_message_reply_markup(chat_id=here.chat, message_id=message)

        async with self._turn(place.chat):
            await self._in_chat(place, edit, update_id)

    async def answer_press(self, query: str, text: str = "", *, as_alert: bool = False, update_id: int) -> None:
        """End the waiting of a pressed button, with a short text or none."""

        async def answer() -> None:
            await self._bot.answer_callback_query(query, text=text[:LONGEST_TOAST] or None, show_alert=as_alert)

        await self._settled(answer, update_id)

    async def _message(self, place: Place, text: str, card: Card, parse_mode: str | None) -> None:
        fields = {"chat_id": str(place.chat), "text": text, "link_preview_options": NO_PREVIEW}
        if parse_mode is not None:
            fields["parse_mode"] = parse_mode
        if card.keyboard is not None:
            fields["reply_markup"] = card.keyboard.to_json()
        if place.thread is not None:
            fields["message_thread_id"] = str(place.thread)
        if place.reply_to is not None:
            # Whoever deleted the question in the meantime still gets its answer.
            reply = {"message_id": place.reply_to, "allow_sending_without_reply": True}
            fields["reply_parameters"] = json.dumps(reply)
        await self._bot.call("sendMessage", fields)

    async def _in_chat(self, place: Place, call: Callable[[Place], Awaitable[None]], update_id: int) -> None:
        """Make the call, once more where the chat has moved to; raises BadRequest for the formatting only."""
        left = self._pauses.left(place.chat)
        if left > 0:
            await self._patience.rest(left)

        async def paced() -> None:
            try:
                await call(place)
            except RetryAfter as error:
                self._pauses.note(place.chat, seconds_of(error))
                raise

        try:
            await self._settled(paced, update_id)
        except ChatMigrated as error:
            await self._moved(place.chat, error.new_chat_id)
            # Message ids are counted anew in a supergroup, so there is nothing to reply to.
            new = replace(place, chat=error.new_chat_id, reply_to=None, thread=None)
            await self._settled(lambda: call(new), update_id)

    async def _settled(self, call: Callable[[], Awaitable[None]], update_id: int) -> None:
        async def attempt() -> None:
            try:
                await call()
            except InvalidToken:
                # The intake ends the program for it; meanwhile what is not sent stays in the inbox.
                message = "the token is refused"
                raise NetworkError(message) from None

        try:
            await self._patience.call(attempt)
        except ChatMigrated:
            raise
        except Forbidden as error:
            _log.info("dropped, the bot may not write there", update=update_id, error=error.message)
        except BadRequest as error:
            reason = error.message.lower()
            if any(words in reason for words in _FORMATTING):
                raise
            log = _log.debug if any(words in reason for words in _HARMLESS) else _log.warning
            log("refused", update=update_id, error=error.message)
        except TelegramError as error:
            _log.error("not delivered", update=update_id, kind=type(error).__name__)

    @asynccontextmanager
    async def _turn(self, chat: int) -> AsyncIterator[None]:
        """Wait until everything that was to be sent to the chat before is sent."""
        turn = self._turns.setdefault(chat, asyncio.Lock())
        self._waiting[chat] += 1
        try:
            async with turn:
                yield
        finally:
            self._waiting[chat] -= 1
            if not self._waiting[chat]:
                del self._waiting[chat], self._turns[chat]
