"""The live engine and its replacement."""

import asyncio
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.answering.engine import Engine
from bot.curation import start
from bot.knowledge.changes import Changes
from bot.knowledge.problems import KnowledgeError, Problem
from bot.telegram.live import Live, NotReloaded, Reloaded, Unchanged, in_thread
from tests.telegram.lighthouse import ARTICLES, KNOWLEDGE


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """Return an engine on a knowledge that differs in one entry."""
    folder = Path(shutil.copytree(KNOWLEDGE, tmp_path_factory.mktemp("other") / "knowledge"))
    entry = folder / "entries/tower/tower-height.toml"
    entry.write_text(entry.read_text().replace("metres] high", "metres] tall"))
    return start(folder, ARTICLES)


def _raising(error: Exception) -> Callable[[], Engine]:
    def prepare() -> Engine:
        raise error

    return prepare


def test_new_knowledge_goes_live(lighthouse: Engine, other: Engine) -> None:
    """After a reload the new engine answers, and what changed is told."""
    live = Live(lighthouse, prepare=lambda: other)
    changes = Changes(added=(), changed=("tower-height",), removed=())
    assert asyncio.run(live.reload()) == Reloaded(version=other.knowledge.version, changes=changes)
    assert live.engine is other


def test_same_knowledge_changes_nothing(lighthouse: Engine) -> None:
    """A reload of the same content keeps even the engine."""
    live = Live(lighthouse, prepare=lambda: start(KNOWLEDGE, ARTICLES))
    assert asyncio.run(live.reload()) == Unchanged(version=lighthouse.knowledge.version)
    assert live.engine is lighthouse


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (KnowledgeError([Problem(file="x.toml", message="is broken")]), "is broken"),
        (OSError(5, "Input/output error"), "the folder can't be read (Input/output error)"),
    ],
)
def test_faults_keep_the_old_engine(lighthouse: Engine, error: Exception, message: str) -> None:
    """Whatever is wrong with the folder, what was live stays live."""
    live = Live(lighthouse, prepare=_raising(error))
    done = asyncio.run(live.reload())
    assert isinstance(done, NotReloaded)
    assert [problem.message for problem in done.problems] == [message]
    assert live.engine is lighthouse


def test_second_reload_waits_for_the_first(lighthouse: Engine, other: Engine) -> None:
    """Two reloads never prepare at the same time."""
    begun, may_end = threading.Event(), threading.Event()
    running: list[int] = []

    def prepare() -> Engine:
        running.append(len(running))
        begun.set()
        assert may_end.wait(5)
        return other

    async def scenario() -> None:
        live = Live(lighthouse, prepare=prepare)
        first, second = asyncio.create_task(live.reload()), asyncio.create_task(live.reload())
        await asyncio.to_thread(begun.wait, 5)
        assert running == [0]
        may_end.set()
        assert isinstance(await first, Reloaded)
        assert isinstance(await second, Unchanged)

    asyncio.run(scenario())


def test_event_loop_goes_on_while_a_thread_works() -> None:
    """What a thread computes does not stop the loop, and its errors come out."""

    async def scenario() -> None:
        may_end = threading.Event()
        work = asyncio.create_task(in_thread(lambda: may_end.wait(5)))
        await asyncio.sleep(0)
        may_end.set()
        assert await work is True
        with pytest.raises(KnowledgeError):
            await in_thread(_raising(KnowledgeError([])))

    asyncio.run(scenario())


def test_no_end_waits_for_the_thread() -> None:
    """A loop can end while a thread still works; its result is then nobody's."""
    begun, may_end = threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        may_end.wait(5)

    async def scenario() -> None:
        task = asyncio.create_task(in_thread(work))
        await asyncio.to_thread(begun.wait, 5)
        task.cancel()

    asyncio.run(scenario())
    may_end.set()
