"""The store: a database that is opened once, brought up to date, and written through one writer."""

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import Connection, Executable, Table, event, func, inspect, make_url, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from bot.storage.schema import HEAD, inbox
from bot.storage.writer import Writer, is_passing, reason_of

MIGRATIONS = Path(__file__).parent / "migrations"
FILE_NAME = "bot.db"
SQLITE = "sqlite"
LOCKED_FOR = 2.0
"""Seconds that SQLite itself waits for a lock; then the writer tells, and tries again."""
WAIT_FOR_OTHER = 20.0
"""Seconds that a start waits for another program to let go of the file: longer than a stop may take."""
FIRST_PAUSE = 0.5
POOL = {"pool_size": 2, "max_overflow": 0, "pool_timeout": 60.0}
"""One connection writes, one reads: each is a thread, and more of them only wait for each other."""

_log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


class StoreError(Exception):
    """The store can't be opened; the message is for the operator, and holds no password."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """An open database. All changes go through the writer; reading does not wait for it."""

    engine: AsyncEngine
    writer: Writer

    @property
    def is_sqlite(self) -> bool:
        """Return whether this is a file of SQLite's."""
        return self.engine.dialect.name == SQLITE

    def insert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        """Return an insert that can say what to do with rows that are there already."""
        return sqlite.insert(table) if self.is_sqlite else postgresql.insert(table)

    async def read(self, statement: Executable, values: dict[str, Any] | None = None) -> Sequence[tuple[Any, ...]]:
        """Return the rows that a statement finds."""
        async with self.engine.connect() as connection:
            return [tuple(row) for row in (await connection.execute(statement, values)).all()]


def default_url() -> str:
    """Return the address of the file in the user's data folder."""
    import platformdirs

    return f"{SQLITE}+aiosqlite:///{platformdirs.user_data_path('nickelbot', appauthor=False) / FILE_NAME}"


def file_of(url: str) -> Path | None:
    """Return the file of a store, None when it is in memory or on a server."""
    parts = make_url(url)
    named = parts.get_backend_name() == SQLITE and parts.database and parts.database != ":memory:"
    return Path(str(parts.database)) if named else None


def lock_of(file: Path) -> Path:
    """Return the file that is locked while a program uses the store."""
    return file.with_name(file.name + ".lock")


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Store]:
    """Open the store meanwhile, brought up to date; raises StoreError."""
    file = file_of(url)
    async with _alone(file):
        engine = create_engine(url)
        try:
            await _update(engine)
            writer = Writer(engine)
            writing = asyncio.create_task(writer.run())
            try:
                yield Store(engine=engine, writer=writer)
            finally:
                writing.cancel()
                await asyncio.gather(writing, return_exceptions=True)
        finally:
            await engine.dispose()


async def check(url: str) -> str:
    """Return how a store is, without changing it and beside a program that uses it; raises StoreError."""
    file = file_of(url)
    if file is not None and not file.exists():
        if not os.access(next(parent for parent in file.absolute().parents if parent.exists()), os.W_OK):
            raise StoreError(f"{file} can't be made: its folder may not be written")
        return "not there yet; the first start makes it"
    engine = create_engine(url)
    try:
        async with engine.connect() as connection:
            versioned = await connection.run_sync(lambda here: inspect(here).has_table("alembic_version"))
            if not versioned:
                return "empty; the first start fills it"
            found = (await connection.execute(text("SELECT version_num FROM alembic_version"))).scalar()
            waiting = select(func.count()).select_from(inbox).where(inbox.c.body.is_not(None))
            count = (await connection.execute(waiting)).scalar()
            # A change that changes nothing shows whether it may be written.
            await connection.execute(inbox.delete().where(inbox.c.update_id != inbox.c.update_id))
    except (SQLAlchemyError, OSError) as error:
        raise StoreError(f"can't be used ({reason_of(error)})") from None
    finally:
        await engine.dispose()
    version = "" if found == HEAD else f"version {found}, which the next start brings to {HEAD}; "
    return f"{version}{count} questions wait"


def create_engine(url: str) -> AsyncEngine:
    """Return the engine of a store, not yet connected."""
    parts = make_url(url)
    if parts.get_backend_name() != SQLITE:
        # What happens to the server in between is found out when a connection is taken.
        return create_async_engine(parts, pool_pre_ping=True, hide_parameters=True)
    engine = create_async_engine(
        parts, hide_parameters=True, connect_args={"timeout": LOCKED_FOR}, **(POOL if file_of(url) else {})
    )
    event.listen(engine.sync_engine, "connect", _set_up)
    return engine


def _set_up(connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
    del record
    cursor = connection.cursor()
    # What was committed outlives a power cut (FULL), and what was deleted is overwritten.
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "wal_autocheckpoint=500"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


@asynccontextmanager
async def _alone(file: Path | None) -> AsyncIterator[None]:
    """Hold the file's lock meanwhile: two programs on one file would answer everything twice."""
    if file is None:
        yield
        return
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # What people wrote waits in it: for nobody else to read. SQLite gives its other files the same rights.
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
        lock = os.open(lock_of(file), os.O_CREAT | os.O_RDWR, 0o600)
    except OSError as error:
        raise StoreError(
            f"DATABASE_URL: {file} can't be opened ({error.strerror}); name a file in a folder that the bot may write"
        ) from error
    try:
        await _take(lock, file)
        yield
    finally:
        # The lock ends with the process that holds it, however that ends.
        os.close(lock)


async def _take(lock: int, file: Path) -> None:
    deadline = asyncio.get_running_loop().time() + WAIT_FOR_OTHER
    told = False
    while True:
        with suppress(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        if asyncio.get_running_loop().time() > deadline:
            raise StoreError(
                f"DATABASE_URL: another program uses {file}; stop that one, or give this one a file of its own"
            )
        if not told:
            told = True
            _log.warning("waiting for another program to let go of the store", file=str(file))
        await asyncio.sleep(FIRST_PAUSE / 5)


async def _update(engine: AsyncEngine) -> None:
    """Make the tables, or bring them up to date, waiting while the store is away or locked."""
    told = False
    while True:
        try:
            async with engine.begin() as connection:
                await connection.run_sync(_migrate)
        except (SQLAlchemyError, OSError) as error:
            if not is_passing(error) or "unable to open" in str(error) or "not a database" in str(error):
                raise StoreError(
                    f"DATABASE_URL: the store can't be opened ({reason_of(error)}); correct the address or the store"
                ) from None
            if not told:
                told = True
                _log.error("the store is away, trying again", reason=reason_of(error))
            await asyncio.sleep(FIRST_PAUSE)
        else:
            return


def _migrate(connection: Connection) -> None:
    if connection.dialect.name == SQLITE:
        # The driver opens transactions for changes of rows only; a step of tables is to be whole or not at all.
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    if inspect(connection).has_table("alembic_version"):
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        if found == HEAD:
            return
    # Loaded only now: a start with nothing to do is a quarter of a second faster without.
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise StoreError(
            "DATABASE_URL: the store was written by a newer version of this program; update the program, "
            "or restore a backup"
        ) from error
    _log.info("store brought up to date", version=HEAD)
