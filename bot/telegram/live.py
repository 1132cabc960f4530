"""The engine that answers right now, and its replacement in one step."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from bot.answering.engine import Engine
from bot.knowledge.changes import Changes, compare
from bot.knowledge.problems import KnowledgeError, Problem

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reloaded:
    """A new version is live."""

    version: str
    changes: Changes


@dataclass(frozen=True, slots=True, kw_only=True)
class Unchanged:
    """The folder holds what is live already."""

    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotReloaded:
    """The folder has faults; the version that was live stays."""

    version: str
    problems: tuple[Problem, ...]


Reload: TypeAlias = Reloaded | Unchanged | NotReloaded


class Live:
    """Holds the engine. Who answers a question takes it once, and so finishes on the one it began with."""

    def __init__(self, engine: Engine, *, prepare: Callable[[], Engine]) -> None:
        """Start with an engine; `prepare` makes the next one, or raises KnowledgeError."""
        self.engine = engine
        self._prepare = prepare
        self._one_at_a_time = asyncio.Lock()

    async def reload(self) -> Reload:
        """Prepare a new engine beside the live one and put it in its place, or keep the old one."""
        async with self._one_at_a_time:
            old = self.engine.knowledge
            try:
                engine = await in_thread(self._prepare)
            except KnowledgeError as error:
                return NotReloaded(version=old.version, problems=error.problems)
            except OSError as error:
                problem = Problem(file=".", message=f"the folder can't be read ({error.strerror})", mend="try again")
                return NotReloaded(version=old.version, problems=(problem,))
            if engine.knowledge.version == old.version:
                return Unchanged(version=old.version)
            self.engine = engine
            return Reloaded(version=engine.knowledge.version, changes=compare(old, engine.knowledge))


async def in_thread(function: Callable[[], _Result]) -> _Result:
    """Return the function's result, computed beside the event loop in a thread that no exit waits for.

    asyncio.to_thread would keep the program from ending until the thread has finished.
    """
    loop = asyncio.get_running_loop()
    finished: asyncio.Future[_Result] = loop.create_future()

    def settle(result: _Result | None, error: BaseException | None) -> None:
        if finished.cancelled():
            return
        if error is not None:
            finished.set_exception(error)
        else:
            finished.set_result(result)  # type: ignore[arg-type]  # without an error there is a result

    def work() -> None:
        result, error = None, None
        try:
            result = function()
        except BaseException as caught:  # noqa: BLE001 - handed to whoever waits
            error = caught
        # A loop that has ended meanwhile has nobody left who waits.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(settle, result, error)

    threading.Thread(target=work, name="reload", daemon=True).start()
    return await finished
