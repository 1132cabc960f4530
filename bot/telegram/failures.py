"""What happens when a handler fails: a line for the operator, an apology for the asker, a traceback for nobody."""

import traceback
from pathlib import Path

import structlog
from telegram import Update
from telegram.ext import ContextTypes

from bot.telegram.incoming import read_message, read_press
from bot.telegram.notices import Notices

DEPTH = 5
"""Calls that a log line names, the innermost ones."""

_log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


class Failures:
    """The one error handler."""

    def __init__(self, *, notices: Notices) -> None:
        """Keep the part that apologises."""
        self._notices = notices

    async def failed(self, update: object, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Log what failed, and apologise to whoever waits for an answer; never raises."""
        update_id = update.update_id if isinstance(update, Update) else None
        log_failure("handler failed", context.error, update=update_id)
        try:
            await self._apologise(update)
        except Exception as error:  # noqa: BLE001 - there is nobody left to tell
            log_failure("apology failed", error, update=update_id)

    async def _apologise(self, update: object) -> None:
        arrived = (read_message(update) or read_press(update)) if isinstance(update, Update) else None
        if arrived is not None:
            messages = await self._notices.messages(arrived.place.chat, arrived.speaker)
            await self._notices.send(arrived.place, messages.error, update_id=arrived.update_id)


def log_failure(event: str, error: BaseException | None, **facts: object) -> None:
    """Log the kind of an error and where it came from, but not its message: that may hold what somebody wrote."""
    frames = traceback.extract_tb(error.__traceback__) if error is not None else []
    where = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames[-DEPTH:]]
    _log.error(event, kind=type(error).__name__, where=where, **facts)
