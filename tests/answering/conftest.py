"""What the tests of the core share: an engine on the orchard's knowledge, its figures proven from its articles."""

import pytest

from bot.answering.engine import Engine
from bot.curation import proven
from bot.knowledge.model import Knowledge
from tests.answering.orchard import ARTICLES, KNOWLEDGE


@pytest.fixture(scope="session")
def orchard_knowledge() -> Knowledge:
    """Return the orchard's knowledge."""
    return proven(KNOWLEDGE, ARTICLES)


@pytest.fixture(scope="session")
def orchard(orchard_knowledge: Knowledge) -> Engine:
    """Return an engine on the orchard's knowledge."""
    return Engine(orchard_knowledge)
