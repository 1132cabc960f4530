"""What several tests share: the shipped knowledge, loaded once, and folders that may be broken."""

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings

from bot.answering.engine import Engine
from bot.curation import start
from bot.knowledge.loading import load_knowledge, shipped_knowledge
from bot.knowledge.model import Knowledge

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
"""Times are measured in tests/benchmarks, on a machine that does nothing else."""


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    """Return the shipped knowledge."""
    return load_knowledge(shipped_knowledge())


@pytest.fixture(scope="session")
def engine() -> Engine:
    """Return an engine on the shipped knowledge, its figures proven by the record."""
    return start(shipped_knowledge(), None)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of the shipped knowledge that a test may break."""
    return Path(shutil.copytree(shipped_knowledge(), tmp_path / "knowledge"))


@pytest.fixture(scope="session")
def articles() -> Path:
    """Return the folder of the articles' texts, where the environment names one."""
    named = os.environ.get("ARTICLES_DIR")
    if not named:
        pytest.skip("ARTICLES_DIR is not set")
    return Path(named)
