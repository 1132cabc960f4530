"""The writer: the one road into the store, many changes to a commit.

A commit costs a write to the disk, however much is in it (measured: 2.3 ms a row alone, 0.03 in
hundreds). So changes that come close together share one, and nobody waits for somebody else's.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import structlog
from sqlalchemy import Executable
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, NotSupportedError, ProgrammingError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

LINGER = 0.004
"""Seconds that a change waits for company."""
FIRST_PAUSE = 0.1
LONGEST_PAUSE = 2.0
"""Seconds between two tries while the store can't be written; doubling from the first to the longest."""

Rows: TypeAlias = Sequence[Mapping[str, Any]]  # Any: the values of columns of any type

_log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Change:
    """Rows for one statement. `result` gets the rows that the statement returns, if it `returns` any."""

    statement: Executable
    rows: Rows
    returns: bool
    urgent: bool
    result: asyncio.Future[Sequence[tuple[Any, ...]]] = field(  # Any: columns of any type
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )


class Writer:
    """Commits changes in groups and in order of their statements; one at a time writes."""

    def __init__(
        self, engine: AsyncEngine, *, linger: float = LINGER, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        """Keep the parts; `run` does the work."""
        self._engine = engine
        self._linger = linger
        self._sleep = sleep
        self._connection: AsyncConnection | None = None
        self._pending: list[_Change] = []
        self._came = asyncio.Event()
        self._urgent = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self.failing = False

    def note(self, statement: Executable, row: Mapping[str, Any]) -> None:
        """Have a row written soon; nobody waits for it."""
        change = self._put(_Change(statement=statement, rows=(row,), returns=False, urgent=False))
        # A failure was logged; without this, asyncio would complain that nobody asked for it.
        change.result.add_done_callback(lambda result: result.cancelled() or result.exception())

    async def commit(self, statement: Executable, row: Mapping[str, Any]) -> None:
        """Return when the row is safe, written together with what others have."""
        await asyncio.shield(self._put(_Change(statement=statement, rows=(row,), returns=False, urgent=False)).result)

    async def commit_now(self, statement: Executable, rows: Rows) -> Sequence[tuple[Any, ...]]:
        """Return what the statement returns as soon as the rows are safe, without waiting for company."""
        change = self._put(_Change(statement=statement, rows=rows, returns=True, urgent=True))
        return await asyncio.shield(change.result)

    async def flushed(self) -> None:
        """Return when nothing waits to be written."""
        await self._idle.wait()

    async def run(self) -> None:
        """Write until cancelled."""
        try:
            while True:
                await self._came.wait()
                if not self._urgent.is_set():
                    await self._company()
                changes, self._pending = self._pending, []
                self._came.clear()
                self._urgent.clear()
                await self._write(changes)
                if not self._pending:
                    self._idle.set()
        finally:
            await self._let_go()

    def _put(self, change: _Change) -> _Change:
        self._pending.append(change)
        self._idle.clear()
        self._came.set()
        if change.urgent:
            self._urgent.set()
        return change

    async def _company(self) -> None:
        try:
            async with asyncio.timeout(self._linger):
                await self._urgent.wait()
        except TimeoutError:
            pass

    async def _write(self, changes: list[_Change]) -> None:
        """Commit the changes, trying again for as long as the store can't be written."""
        pause = FIRST_PAUSE
        while True:
            try:
                results = await self._transaction(changes)
            except Exception as error:  # noqa: BLE001 - whatever a driver raises is sorted here
                await self._let_go()
                if not is_passing(error):
                    await self._refuse(changes, error)
                    return
                self._note_failure(error)
                await self._sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
            else:
                self._note_success()
                for change, rows in zip(changes, results, strict=True):
                    _settle(change, rows)
                return

    async def _transaction(self, changes: list[_Change]) -> list[Sequence[tuple[Any, ...]]]:
        if self._connection is None:
            self._connection = await self._engine.connect()
        together: dict[Executable, list[Mapping[str, Any]]] = {}
        results: dict[_Change, Sequence[tuple[Any, ...]]] = {}
        async with self._connection.begin():
            for change in changes:
                if change.returns:
                    result = await self._connection.execute(change.statement, list(change.rows))
                    results[change] = [tuple(row) for row in result.all()]
                else:
                    together.setdefault(change.statement, []).extend(change.rows)
            for statement, rows in together.items():
                await self._connection.execute(statement, rows)
        return [results.get(change, ()) for change in changes]

    async def _refuse(self, changes: list[_Change], error: Exception) -> None:
        """Find out which of the changes can't be written, so that it does not stop the others."""
        if len(changes) > 1:
            for change in changes:
                await self._write([change])
            return
        _log.error("the store refuses a change", kind=type(error).__name__)
        if not changes[0].result.done():
            changes[0].result.set_exception(error)

    async def _let_go(self) -> None:
        connection, self._connection = self._connection, None
        if connection is None:
            return
        try:
            await connection.invalidate()
            await connection.close()
        except Exception as error:  # noqa: BLE001 - it is gone either way
            _log.debug("connection not closed", kind=type(error).__name__)

    def _note_failure(self, error: Exception) -> None:
        if not self.failing:
            self.failing = True
            _log.error("the store can't be written, trying again; nothing is lost", reason=reason_of(error))

    def _note_success(self) -> None:
        if self.failing:
            self.failing = False
            _log.info("the store can be written again")


def is_passing(error: Exception) -> bool:
    """Return whether trying again may help: a locked or full store, or one whose server is away."""
    if isinstance(error, (IntegrityError, DataError, ProgrammingError, NotSupportedError)):
        return False
    return isinstance(error, (DBAPIError, OSError))


def reason_of(error: Exception) -> str:
    """Return what a driver says of an error, without the statement and its values: they may hold what people wrote."""
    if isinstance(error, DBAPIError):
        return str(error.orig).partition("\n")[0]
    strerror = error.strerror if isinstance(error, OSError) else None
    return strerror or type(error).__name__


def _settle(change: _Change, rows: Sequence[tuple[Any, ...]]) -> None:
    if not change.result.done():
        change.result.set_result(rows)
