"""The writer: groups, order, and a store that can't be written for a while."""

import asyncio
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.exc import IntegrityError, OperationalError
from structlog.testing import capture_logs

from bot.storage.schema import languages
from bot.storage.store import opened
from bot.storage.writer import is_passing, reason_of
from tests.storage.scenarios import run


def test_changes_that_come_together_share_a_commit(url: str) -> None:
    """Fifty who wait at once wait for one or two commits."""
    commits = 0

    async def scenario() -> None:
        nonlocal commits
        async with opened(url) as store:

            def count(_: object) -> None:
                nonlocal commits
                commits += 1

            event.listen(store.engine.sync_engine, "commit", count)
            insert = languages.insert()
            writes = (store.writer.commit(insert, {"speaker": number, "language": "en"}) for number in range(50))
            await asyncio.gather(*writes)
            assert len(await store.read(select(languages))) == 50

    run(scenario())
    assert commits <= 2


def test_noted_changes_are_there_when_flushed(url: str) -> None:
    """What nobody waits for is written soon."""

    async def scenario() -> None:
        async with opened(url) as store:
            store.writer.note(languages.insert(), {"speaker": 1, "language": "en"})
            await store.writer.flushed()
            assert await store.read(select(languages)) == [(1, "en")]

    run(scenario())


def test_change_that_is_refused_stops_no_other(url: str) -> None:
    """Of changes that come together, the one that can't be is told to its owner, and the others are kept."""

    async def scenario() -> None:
        async with opened(url) as store:
            insert = languages.insert()
            rows = [{"speaker": number, "language": "en"} for number in (1, 1, 2)]
            results = await asyncio.gather(*(store.writer.commit(insert, row) for row in rows), return_exceptions=True)
            store.writer.note(insert, {"speaker": 1, "language": "ru"})
            await store.writer.flushed()
            assert [type(result) for result in results] == [type(None), IntegrityError, type(None)]
            assert sorted(await store.read(select(languages))) == [(1, "en"), (2, "en")]

    with capture_logs() as logs:
        run(scenario())
    assert [line["event"] for line in logs if line["log_level"] == "error"] == ["the store refuses a change"] * 2


def test_locked_store_is_waited_for(tmp_path: Path) -> None:
    """While the file is locked the change waits, the log has two lines of it, and nothing is lost."""
    other = sqlite3.connect(tmp_path / "bot.db", check_same_thread=False, isolation_level=None)

    async def scenario() -> None:
        async with opened(f"sqlite+aiosqlite:///{tmp_path}/bot.db") as store:
            other.execute("BEGIN EXCLUSIVE")
            writing = asyncio.create_task(store.writer.commit(languages.insert(), {"speaker": 1, "language": "en"}))
            while not store.writer.failing:  # noqa: ASYNC110 - it is a flag for the health server, not an event
                await asyncio.sleep(0.01)
            assert not writing.done()
            other.execute("ROLLBACK")
            await writing
            assert not store.writer.failing
            assert await store.read(select(languages)) == [(1, "en")]

    with capture_logs() as logs:
        run(scenario())
    other.close()
    told = [(line["event"], line.get("reason")) for line in logs if line["log_level"] in {"error", "info"}]
    assert told[-2:] == [
        ("the store can't be written, trying again; nothing is lost", "database is locked"),
        ("the store can be written again", None),
    ]


def test_reason_holds_no_values() -> None:
    """What is logged of an error is the driver's word, without the statement and its values."""
    error = OperationalError("INSERT somebody's words", {"body": "somebody's words"}, Exception("disk I/O error\nmore"))
    assert reason_of(error) == "disk I/O error"
    assert reason_of(OSError(2, "No such file")) == "No such file"


@pytest.mark.parametrize(
    ("error", "passing"),
    [
        (OperationalError("x", {}, Exception("database is locked")), True),
        (ConnectionRefusedError(), True),
        (IntegrityError("x", {}, Exception("twice")), False),
        (OverflowError(), False),
    ],
)
def test_which_errors_pass(error: Exception, *, passing: bool) -> None:
    """Only what time may mend is tried again."""
    assert is_passing(error) is passing


def test_server_that_went_away_is_found_again(postgresql: str) -> None:
    """A PostgreSQL connection that was cut is made anew, and what was to be written is written."""

    async def scenario() -> None:
        async with opened(postgresql) as store:
            await store.writer.commit(languages.delete(), {})
            await store.writer.commit(languages.insert(), {"speaker": 1, "language": "en"})
            cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
            await store.read(text(cut))
            await store.writer.commit(languages.insert(), {"speaker": 2, "language": "en"})
            assert len(await store.read(select(languages))) == 2

    run(scenario())
