"""The logs: one line an event, text on a terminal and JSON elsewhere, and no secret in any of them.

What is logged is decided where it happens; a message's text, a name or a user id never is.
"""

import json
import logging
from collections.abc import Iterable
from typing import TextIO
from urllib.parse import quote

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from bot.settings import LogFormat, LogLevel

HIDDEN = "[hidden]"
SHORTEST_SECRET = 8
"""Characters; a shorter part of a token is no secret, and hiding it would tear words apart."""
QUIET = ("httpx", "httpcore", "aiohttp", "asyncio", "telegram", "sqlalchemy", "aiosqlite", "alembic")
"""Libraries that log addresses with the token in them, the bodies of updates or rows of the store, below WARNING."""


class RedactingFormatter(structlog.stdlib.ProcessorFormatter):
    """Formats a record and takes the secrets out of the finished line, its traceback included."""

    def __init__(self, *, secrets: Iterable[str], processors: Iterable[Processor]) -> None:
        """Keep every spelling in which a secret could appear, longest first."""
        shared = _shared_processors()
        super().__init__(processors=tuple(processors), foreign_pre_chain=shared)
        self._spellings = sorted(_spellings(secrets), key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of this record without any secret."""
        return redact(super().format(record), self._spellings)


def redact(text: str, spellings: Iterable[str]) -> str:
    """Return the text with each of the spellings hidden."""
    for spelling in spellings:
        text = text.replace(spelling, HIDDEN)
    return text


def start_logs(level: LogLevel, form: LogFormat | None, *, secrets: Iterable[str], stream: TextIO) -> None:
    """Send the logs of the program and its libraries to the stream; `form` None decides by terminal."""
    form = form or (LogFormat.TEXT if stream.isatty() else LogFormat.JSON)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_shared_processors(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(RedactingFormatter(secrets=secrets, processors=_final_processors(form, stream)))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name in QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))


def _shared_processors() -> list[Processor]:
    return [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def _final_processors(form: LogFormat, stream: TextIO) -> list[Processor]:
    if form is LogFormat.TEXT:
        renderer: Processor = structlog.dev.ConsoleRenderer(
            colors=stream.isatty(),
            exception_formatter=structlog.dev.plain_traceback,
        )
        return [structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer]
    return [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.format_exc_info,
        _in_reading_order,
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ]


def _in_reading_order(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    del logger, method
    first = {name: event.pop(name) for name in ("timestamp", "level", "event") if name in event}
    return {**first, **event}


def _spellings(secrets: Iterable[str]) -> set[str]:
    spellings = set()
    for secret in filter(None, secrets):
        # The part of a token behind its colon is the secret one; libraries may show it alone.
        _, _, rest = secret.partition(":")
        shown = {secret, rest} if len(rest) >= SHORTEST_SECRET else {secret}
        spellings |= {spelled for word in shown for spelled in (word, quote(word, safe=""), json.dumps(word)[1:-1])}
    return spellings
