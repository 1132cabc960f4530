"""A strict server, and a bot that runs against it while a module's tests are at work."""

from collections.abc import Iterator

import pytest

from tests.botapi import BotApiServer, Person, serving
from tests.end_to_end.program import Program, running, settings_for
from tests.storage.conftest import postgresql

__all__ = ["postgresql"]

ADMIN = 4_000_001


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the flag for outages of their full length."""
    parser.addoption(
        "--full-length", action="store_true", help="let outages last 30 s instead of 1, with 500 questions"
    )


@pytest.fixture(scope="module")
def server() -> Iterator[BotApiServer]:
    """Return a server whose groups let the bot hear mentions."""
    with serving() as server:
        server.set_privacy(reads_all=True)
        yield server


@pytest.fixture(scope="module")
def program(server: BotApiServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """Return a bot that is ready."""
    with running(settings_for(server, BOT_ADMINS=str(ADMIN)), tmp_path_factory.mktemp("program")) as program:
        yield program


@pytest.fixture
def alice(server: BotApiServer) -> Person:
    """Return somebody new whose app speaks English."""
    return server.add_user("Alice", language_code="en")


@pytest.fixture
def badr(server: BotApiServer) -> Person:
    """Return somebody new whose app speaks Arabic."""
    return server.add_user("Badr", language_code="ar-SA")
