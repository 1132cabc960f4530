"""The logs: one line an event, in two formats, without any secret."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from bot.logs import HIDDEN, start_logs
from bot.settings import LogFormat, LogLevel

TOKEN = "123456789:AAF-secret_part_of-the-token000000"  # noqa: S105 - opens nothing


@pytest.fixture(autouse=True)
def _restore() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


@pytest.fixture
def stream() -> io.StringIO:
    """Return where the logs go, no terminal."""
    return io.StringIO()


@pytest.mark.parametrize("form", LogFormat)
@pytest.mark.parametrize(
    "text",
    [
        TOKEN,
        TOKEN.partition(":")[2],
        TOKEN.replace(":", "%3A"),
        f"https://api.telegram.org/bot{TOKEN}/getMe",
        repr({"url": f"/bot{TOKEN}/"}),
    ],
)
def test_secret_is_hidden_however_it_is_written(stream: io.StringIO, form: LogFormat, text: str) -> None:
    """The token is hidden in the event, in facts, in errors with their traceback, and in lines of libraries."""
    start_logs(LogLevel.INFO, form, secrets=[TOKEN], stream=stream)
    log = structlog.get_logger("test")
    log.info(text, fact=text)
    logging.getLogger("library").warning("calling %s", text)
    try:
        raise ValueError(text)  # noqa: TRY301 - the traceback is what is looked at
    except ValueError:
        log.exception("failed")
        logging.getLogger("library").exception("failed")
    assert TOKEN.partition(":")[2] not in stream.getvalue()
    assert HIDDEN in stream.getvalue()


def test_json_is_one_object_a_line(stream: io.StringIO) -> None:
    """Where the stream is no terminal, each line is a JSON object that begins with time, level and event."""
    start_logs(LogLevel.INFO, None, secrets=[], stream=stream)
    structlog.get_logger("test").info("question", language="العربية", score=0.5)
    (line,) = stream.getvalue().splitlines()
    assert list(json.loads(line))[:3] == ["timestamp", "level", "event"]
    assert json.loads(line)["language"] == "العربية"


def test_level_is_obeyed_and_libraries_stay_quiet(stream: io.StringIO) -> None:
    """Below the level nothing is written; libraries that would log addresses are heard from WARNING on."""
    start_logs(LogLevel.DEBUG, LogFormat.TEXT, secrets=[], stream=stream)
    for name in ("httpx", "telegram.Bot", "aiohttp.client"):
        logging.getLogger(name).info("address")
    structlog.get_logger("test").debug("heard")
    assert "address" not in stream.getvalue()
    assert "heard" in stream.getvalue()
    start_logs(LogLevel.WARNING, LogFormat.TEXT, secrets=[], stream=stream)
    structlog.get_logger("test").info("not heard")
    assert "not heard" not in stream.getvalue()


def test_short_part_of_a_token_is_no_secret(stream: io.StringIO) -> None:
    """A secret part of a few letters would tear words apart, so that only the whole token is hidden."""
    start_logs(LogLevel.INFO, LogFormat.TEXT, secrets=["1:at"], stream=stream)
    structlog.get_logger("test").info("that and 1:at")
    assert f"that and {HIDDEN}" in stream.getvalue()
