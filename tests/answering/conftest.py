"""What the tests of the core share: an engine on the orchard's knowledge, its figures proven from its articles."""

import pytest

from bot.answering.engine import Engine
from bot.curation import start
from bot.knowledge.model import Knowledge
from tests.answering.orchard import ARTICLES, KNOWLEDGE


@pytest.fixture(scope="session")
def orchard() -> Engine:
    """Return an engine on the orchard's knowledge."""
    return start(KNOWLEDGE, ARTICLES)


@pytest.fixture(scope="session")
def orchard_knowledge(orchard: Engine) -> Knowledge:
    """Return the orchard's knowledge."""
    return orchard.knowledge
