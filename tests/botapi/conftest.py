"""A server in a thread, a plain bot that calls it, and somebody who has started that bot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.botapi import BotApiServer, Person, serving
from tests.botapi.caller import Caller

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def server() -> Iterator[BotApiServer]:
    """Return a running server with an empty world."""
    with serving() as running:
        yield running


@pytest.fixture
def bot(server: BotApiServer) -> Caller:
    """Return a bot without any library."""
    return Caller(server)


@pytest.fixture
def alice(server: BotApiServer) -> Person:
    """Return somebody the bot may write to."""
    return server.add_user("Alice", username="alice", language_code="en", started=True)
