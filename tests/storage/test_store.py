"""Opening a store: made, brought up to date, held alone, and refused with a reason."""

import sqlite3
import stat
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from bot.storage import store as store_module
from bot.storage.schema import HEAD, metadata
from bot.storage.store import MIGRATIONS, StoreError, default_url, file_of, opened
from tests.storage.scenarios import run


def test_migrations_make_what_the_schema_says(url: str) -> None:
    """A new store has exactly the tables of the schema, in SQLite and in PostgreSQL."""

    def differences(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))

    async def scenario() -> None:
        async with opened(url) as store, store.engine.connect() as connection:
            assert await connection.run_sync(differences) == []

    run(scenario())


def test_head_is_the_newest_migration() -> None:
    """The schema names the newest step, or a store would be taken for finished too early."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


def test_store_that_is_there_is_kept(url: str) -> None:
    """Opening again keeps what is in it."""

    async def scenario() -> None:
        async with opened(url) as store, store.engine.begin() as connection:
            await connection.execute(text("INSERT INTO languages (speaker, language) VALUES (5, 'ar')"))
        async with opened(url) as store:
            assert await store.read(text("SELECT language FROM languages")) == [("ar",)]

    run(scenario())


def test_store_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    """A store that a newer program wrote is not touched."""
    url = f"sqlite+aiosqlite:///{tmp_path}/bot.db"

    async def scenario() -> None:
        async with opened(url) as store, store.engine.begin() as connection:
            await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        with pytest.raises(StoreError, match="newer version"):
            async with opened(url):
                pass

    run(scenario())


def test_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    """What waits in the store can be read by nobody else, nor its folder."""
    file = tmp_path / "data" / "bot.db"

    async def scenario() -> None:
        async with opened(f"sqlite+aiosqlite:///{file}") as store, store.engine.begin() as connection:
            await connection.execute(text("INSERT INTO languages (speaker, language) VALUES (5, 'ar')"))
            kept = [path for path in file.parent.iterdir() if path.name.startswith("bot.db")]
            assert len(kept) > 1
            assert {stat.S_IMODE(path.stat().st_mode) for path in kept} == {0o600}
            assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700

    run(scenario())


def test_what_is_committed_is_written_through(tmp_path: Path) -> None:
    """SQLite works with a write-ahead log, waits for the disk, and overwrites what it deletes."""

    async def scenario() -> None:
        async with opened(f"sqlite+aiosqlite:///{tmp_path}/bot.db") as store:
            found = [await store.read(text(f"PRAGMA {name}")) for name in ("journal_mode", "synchronous")]
            assert found == [[("wal",)], [(2,)]]
            assert await store.read(text("PRAGMA secure_delete")) == [(1,)]

    run(scenario())


def test_second_program_on_the_same_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two programs on one file would answer twice; the second waits for a while, then gives up with a reason."""
    url = f"sqlite+aiosqlite:///{tmp_path}/bot.db"
    monkeypatch.setattr(store_module, "WAIT_FOR_OTHER", 0.0)

    async def scenario() -> None:
        async with opened(url):
            with pytest.raises(StoreError, match="another program uses"):
                async with opened(url):
                    pass
        async with opened(url):
            pass

    run(scenario())


@pytest.mark.parametrize("broken", ["folder", "no database"])
def test_file_that_cannot_be_used_is_told(tmp_path: Path, broken: str) -> None:
    """A path that is no database, or can't be opened, is told with the setting that names it."""
    file = tmp_path / "bot.db"
    if broken == "folder":
        file.mkdir()
    else:
        file.write_text("this is no database at all, but a text that is long enough to be read as a header " * 20)

    async def scenario() -> None:
        async with opened(f"sqlite+aiosqlite:///{file}"):
            pass

    with pytest.raises(StoreError, match="DATABASE_URL"):
        run(scenario())


def test_start_waits_for_a_locked_store(tmp_path: Path) -> None:
    """A store that somebody else has locked is waited for."""
    file = tmp_path / "bot.db"
    other = sqlite3.connect(file, check_same_thread=False)
    other.execute("BEGIN EXCLUSIVE")

    async def scenario() -> None:
        import asyncio

        asyncio.get_running_loop().call_later(0.3, other.rollback)
        async with opened(f"sqlite+aiosqlite:///{file}") as store, store.engine.connect() as connection:
            assert "inbox" in await connection.run_sync(lambda here: inspect(here).get_table_names())

    run(scenario())
    other.close()


def test_default_is_a_file_in_the_users_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without a setting the store is a file where the system keeps a user's data."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert file_of(default_url()) == tmp_path / "nickelbot" / "bot.db"


@pytest.mark.parametrize(
    ("url", "file"),
    [
        ("sqlite+aiosqlite:////data/bot.db", Path("/data/bot.db")),
        ("sqlite+aiosqlite:///bot.db", Path("bot.db")),
        ("sqlite+aiosqlite://", None),
        ("postgresql+asyncpg://bot:secret@localhost/bot", None),
    ],
)
def test_file_of_an_address(url: str, file: Path | None) -> None:
    """Only SQLite has a file, and in memory not even that."""
    assert file_of(url) == file
