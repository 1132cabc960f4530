"""The bot's connection to Telegram: python-telegram-bot's Bot over our request, with updates left raw."""

import os
from collections.abc import Mapping
from typing import Any, TypeAlias

from telegram.ext import Application, ContextTypes, ExtBot

from bot.settings import Settings
from bot.storage.inbox import Body
from bot.telegram.request import AiohttpRequest

# The dictionaries are python-telegram-bot's own storage, which this program leaves empty.
TelegramApplication: TypeAlias = Application[
    "RawBot", ContextTypes.DEFAULT_TYPE, dict[Any, Any], dict[Any, Any], dict[Any, Any], None
]

POLL_SECONDS = 30
BATCH = 100
"""How long Telegram may wait for updates, and how many it may send at once (its limit)."""
UPDATE_KINDS = ("message", "callback_query")


class RawBot(ExtBot[None]):
    """A bot that fetches updates as they are, so that one which can't be read does not hide the others."""

    __slots__ = ()

    async def fetch_updates(self, offset: int, *, limit: int = BATCH, wait: int = POLL_SECONDS) -> list[Body]:
        """Return the updates from the offset on, waiting for the first; what lies before it is acknowledged."""
        data = {"offset": offset, "limit": limit, "timeout": wait, "allowed_updates": UPDATE_KINDS}
        # The inherited get_updates reads all updates or none.
        updates = await self._post("getUpdates", data, read_timeout=(self.request.read_timeout or 0) + wait)
        return [update for update in updates if isinstance(update, dict)]

    async def call(self, method: str, fields: Mapping[str, str]) -> None:
        """Call a method whose result is of no interest; raises like every other call.

        The inherited methods make a message of every result, which takes as long as sending it (measured).
        """
        await self._post(method, dict(fields))


def build_bot(settings: Settings, token: str) -> RawBot:
    """Return the bot, not yet connected."""
    # Otherwise python-telegram-bot warns at every 429 that a number will become a timedelta.
    os.environ["PTB_TIMEDELTA"] = "true"
    return RawBot(
        token,
        base_url=f"{settings.bot_base_url}/bot",
        base_file_url=f"{settings.bot_base_url}/file/bot",
        request=AiohttpRequest(),
        get_updates_request=AiohttpRequest(connections=2),
    )


def build_application(bot: RawBot) -> TelegramApplication:
    """Return the dispatcher of updates; it fetches none itself and keeps nothing."""
    return Application.builder().bot(bot).updater(None).job_queue(None).build()
