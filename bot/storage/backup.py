"""A copy of the store while the bot runs, and its way back."""

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from bot.storage.store import StoreError, default_url, file_of, lock_of

TABLE = "alembic_version"
"""A table that every store has, and no other file."""


def backup(url: str | None, target: Path) -> int:
    """Write a whole copy of the store into a new file, and return its bytes; raises StoreError.

    The bot may run meanwhile: SQLite copies what was committed when the copy is finished.
    """
    source = _existing(url)
    if target.exists():
        raise StoreError(f"{target} exists already; name a file that does not, so that no backup is overwritten")
    partial = target.with_name(target.name + ".part")
    try:
        # The copy holds what waits to be answered, so it is for nobody else to read either.
        os.close(os.open(partial, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600))
        with closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as store:
            with closing(sqlite3.connect(partial)) as copy:
                store.backup(copy)
                copy.execute("PRAGMA journal_mode = DELETE")
            _check(partial)
        partial.rename(target)
    except (sqlite3.Error, OSError) as error:
        raise StoreError(f"the store can't be copied to {target} ({error})") from error
    finally:
        with suppress(OSError):
            partial.unlink()
    return target.stat().st_size


def restore(url: str | None, source: Path) -> Path:
    """Put a backup in the store's place, and return where what was there is kept; raises StoreError.

    The bot must not run. What people asked since the backup was made is only in what is kept.
    """
    file = _file(url)
    try:
        _check(source)
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _unused(file):
            kept = _aside(file)
            new = file.with_name(file.name + ".part")
            new.write_bytes(source.read_bytes())
            new.chmod(0o600)
            new.rename(file)
    except (sqlite3.Error, OSError) as error:
        raise StoreError(f"{source} can't be restored ({error})") from error
    return kept


@contextmanager
def _unused(file: Path) -> Iterator[None]:
    """Hold the store's lock meanwhile; raises StoreError when a bot has it."""
    lock = os.open(lock_of(file), os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise StoreError(f"a bot is running on {file}: stop it, then restore") from None
    finally:
        os.close(lock)


def _aside(file: Path) -> Path:
    """Rename the store's files, so that nothing of them gets mixed into the restored one."""
    number = 1
    while (kept := file.with_name(f"{file.name}.before-restore-{number}")).exists():
        number += 1
    # The log first: a database without its log is older, but a log beside another database ruins it.
    for ending in ("-wal", "-shm", ""):
        with suppress(FileNotFoundError):
            file.with_name(file.name + ending).rename(kept.with_name(kept.name + ending))
    return kept


def _existing(url: str | None) -> Path:
    file = _file(url)
    if not file.exists():
        raise StoreError(f"there is no store at {file}")
    return file


def _file(url: str | None) -> Path:
    file = file_of(url or default_url())
    if file is None:
        raise StoreError("DATABASE_URL names no SQLite file; copy a PostgreSQL store with pg_dump")
    return file


def _check(file: Path) -> None:
    with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as database:
        found = database.execute("PRAGMA integrity_check").fetchone()
        if found != ("ok",):
            raise StoreError(f"{file} is damaged: {found[0]}")
        if not database.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (TABLE,)).fetchone():
            raise StoreError(f"{file} is no store of this program")
