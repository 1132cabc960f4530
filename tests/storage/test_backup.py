"""Backup while the store is in use, and the way back."""

import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.storage.backup import backup, restore
from bot.storage.inbox import Item, StoredInbox
from bot.storage.schema import languages
from bot.storage.store import StoreError, opened
from tests.storage.scenarios import BOT, Clock, run


def _url(folder: Path) -> str:
    return f"sqlite+aiosqlite:///{folder}/bot.db"


def test_backup_of_a_store_in_use_is_whole(tmp_path: Path) -> None:
    """A copy made while the bot writes holds what was committed, in one file for its owner alone."""

    async def scenario() -> None:
        async with opened(_url(tmp_path)) as store:
            inbox = StoredInbox(store, bot=BOT, wall=Clock(1.0))
            await inbox.put([Item(update_id=1, lane=1, body={"text": "x"})])
            store.writer.note(languages.insert(), {"speaker": 1, "language": "en"})
            assert backup(_url(tmp_path), tmp_path / "copy.db") > 0

    run(scenario())
    assert stat.S_IMODE((tmp_path / "copy.db").stat().st_mode) == 0o600
    assert not list(tmp_path.glob("copy.db-*"))
    with closing(sqlite3.connect(tmp_path / "copy.db")) as copy:
        assert copy.execute("SELECT update_id FROM inbox").fetchall() == [(1,)]


def test_restored_store_is_as_it_was(tmp_path: Path) -> None:
    """After a restore the store is that of the backup, and what was there instead is kept beside it."""

    async def choose(speaker: int) -> None:
        async with opened(_url(tmp_path)) as store:
            await store.writer.commit(languages.insert(), {"speaker": speaker, "language": "en"})

    async def found() -> object:
        async with opened(_url(tmp_path)) as store:
            return await store.read(text("SELECT speaker FROM languages ORDER BY speaker"))

    run(choose(1))
    backup(_url(tmp_path), tmp_path / "copy.db")
    run(choose(2))
    kept = restore(_url(tmp_path), tmp_path / "copy.db")
    assert run(found()) == [(1,)]
    with closing(sqlite3.connect(kept)) as before:
        assert before.execute("SELECT count(*) FROM languages").fetchone() == (2,)
    assert restore(_url(tmp_path), tmp_path / "copy.db") != kept


def test_store_in_use_is_not_replaced(tmp_path: Path) -> None:
    """While a bot runs, nothing is put in its store's place."""

    async def scenario() -> None:
        async with opened(_url(tmp_path)):
            backup(_url(tmp_path), tmp_path / "copy.db")
            with pytest.raises(StoreError, match="a bot is running"):
                restore(_url(tmp_path), tmp_path / "copy.db")

    run(scenario())


def test_backup_overwrites_nothing(tmp_path: Path) -> None:
    """A file that is there is not overwritten."""
    (tmp_path / "bot.db").touch()
    (tmp_path / "copy.db").write_text("precious")
    with pytest.raises(StoreError, match="exists already"):
        backup(_url(tmp_path), tmp_path / "copy.db")
    assert (tmp_path / "copy.db").read_text() == "precious"


def test_backup_needs_a_store(tmp_path: Path) -> None:
    """Without a store, or with one on a server, there is a word instead of a copy."""
    with pytest.raises(StoreError, match="no store at"):
        backup(_url(tmp_path), tmp_path / "copy.db")
    with pytest.raises(StoreError, match="pg_dump"):
        backup("postgresql+asyncpg://localhost/bot", tmp_path / "copy.db")


def test_only_a_backup_is_restored(tmp_path: Path) -> None:
    """A file that is no store does not take the store's place."""
    with closing(sqlite3.connect(tmp_path / "other.db")) as other:
        other.execute("CREATE TABLE songs (title TEXT)")
    (tmp_path / "bot.db").write_text("precious")
    with pytest.raises(StoreError, match="no store of this program"):
        restore(_url(tmp_path), tmp_path / "other.db")
    (tmp_path / "junk.db").write_text("junk " * 1000)
    with pytest.raises(StoreError, match="can't be restored"):
        restore(_url(tmp_path), tmp_path / "junk.db")
    assert (tmp_path / "bot.db").read_text() == "precious"
