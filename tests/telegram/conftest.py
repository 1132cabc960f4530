"""What the tests of the Telegram shell share."""

import pytest

from bot.answering.engine import Engine
from bot.curation import start
from tests.telegram.lighthouse import ARTICLES, KNOWLEDGE


@pytest.fixture(scope="session")
def lighthouse() -> Engine:
    """Return an engine on the lighthouse's knowledge."""
    return start(KNOWLEDGE, ARTICLES)
