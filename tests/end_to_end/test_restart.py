"""What the bot knows after it was ended and started again, and what it has forgotten on purpose."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.app import Exit
from tests.botapi import BotApiServer, serving
from tests.end_to_end.program import Program, running, settings_for, until

HEIGHT = "How high is the tower?"


@pytest.fixture
def server() -> Iterator[BotApiServer]:
    """Return a server of the test's own."""
    with serving() as server:
        yield server


def _database(folder: Path) -> Path:
    return folder / "data" / "nickelbot" / "bot.db"


def _rows(folder: Path, query: str) -> list[Any]:  # Any: columns of any type
    with closing(sqlite3.connect(_database(folder))) as connection:
        return connection.execute(query).fetchall()


def test_conversation_and_language_outlive_a_restart(server: BotApiServer, tmp_path: Path) -> None:
    """A follow-up completes the question before the restart, in the language that was chosen before it."""
    alice = server.add_user("Alice", language_code="en")
    with running(settings_for(server), tmp_path):
        alice.say("/language")
        alice.press(alice.private.next_reply(), "l:ar")
        server.wait_for_method("editMessageText")
        alice.say("How many visitors are there now?")
        assert "90" in alice.private.next_reply().text
    with running(settings_for(server), tmp_path):
        alice.say("and the goal?")
        reply = alice.private.next_reply().text
    assert "250" in reply
    assert "الحراس" in reply


def test_pause_that_telegram_asked_for_outlives_a_kill(server: BotApiServer, tmp_path: Path) -> None:
    """A chat that has to wait is not written to before its time by the next run either."""
    alice = server.add_user("Alice", language_code="en")
    server.faults.too_many(1, retry_after=4, chat_id=alice.id)
    first = Program(settings_for(server), tmp_path)
    try:
        first.wait_for_log("ready")
        alice.say(HEIGHT)
        refused = server.wait_for(lambda call: call.status == 429)
        until(lambda: _rows(tmp_path, "SELECT chat FROM pauses") == [(alice.id,)], "the pause in the store")
    finally:
        first.kill()
    with running(settings_for(server), tmp_path):
        answer = alice.private.next_reply(10)
    assert answer.time - refused.time >= 3.9
    assert [call.status for call in server.calls if call.method == "sendMessage"] == [429, 200]


def test_words_are_gone_from_the_store_once_answered(server: BotApiServer, tmp_path: Path) -> None:
    """After the end no byte of the store holds an answered question, a name, or the token."""
    alice = server.add_user("Alicia-Name", username="alicia_username", language_code="en")
    with running(settings_for(server), tmp_path):
        alice.say(HEIGHT)
        alice.private.next_reply()
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert _database(tmp_path) in files
    for hidden in (b"How high", b"Alicia", b"alicia", server.token.partition(":")[2].encode()):
        assert not [path for path in files if hidden in path.read_bytes()]


def test_what_was_asked_in_vain_is_kept_for_the_curator(server: BotApiServer, tmp_path: Path) -> None:
    """An unanswered question, and one of whose choices none was meant, are kept without who asked."""
    alice = server.add_user("Alicia-Name", language_code="en")
    with running(settings_for(server), tmp_path):
        alice.say("How loud is the foghorn?")
        alice.private.next_reply()
        alice.say("visitors")
        alice.press(alice.private.next_reply(), "None of these")
        assert "Noted" in alice.private.next_reply().text
    kept = _rows(tmp_path, "SELECT kind, question, language FROM unanswered ORDER BY number")
    assert kept == [("unanswered", "How loud is the foghorn?", "en"), ("none of these", "visitors", "en")]
    assert str(alice.id) not in str(_rows(tmp_path, "SELECT * FROM unanswered"))


def test_store_that_cannot_be_opened_is_told(server: BotApiServer, tmp_path: Path) -> None:
    """A store that is no database ends the start with the setting to mend."""
    (tmp_path / "junk.db").write_text("junk " * 1000)
    program = Program(settings_for(server, DATABASE_URL=f"sqlite+aiosqlite:///{tmp_path}/junk.db"), tmp_path)
    try:
        assert program.wait() == Exit.SETTINGS
        assert "DATABASE_URL" in program.output
    finally:
        program.kill()


def test_bot_works_on_postgresql(server: BotApiServer, tmp_path: Path, postgresql: str) -> None:
    """With a PostgreSQL store the same program answers, and goes on after a restart."""
    alice = server.add_user("Alice", language_code="en")
    settings = settings_for(server, DATABASE_URL=postgresql)
    with running(settings, tmp_path):
        alice.say("How many visitors are there now?")
        assert "90 visitors" in alice.private.next_reply().text
    with running(settings, tmp_path):
        alice.say("and the goal?")
        assert "250 visitors" in alice.private.next_reply().text
