"""How the program ends: in order when told to, and with a clear word when it can't go on."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from bot.app import Exit
from bot.health import ask_health
from tests.botapi import BotApiServer, serving
from tests.end_to_end.program import Program, running, settings_for, until
from tests.telegram.lighthouse import KNOWLEDGE

HEIGHT = "How high is the tower?"


@pytest.fixture
def server() -> Iterator[BotApiServer]:
    """Return a server of the test's own, in privacy mode."""
    with serving() as server:
        yield server


def test_sigterm_finishes_what_is_in_flight(server: BotApiServer, tmp_path: Path) -> None:
    """After SIGTERM what was fetched is answered and acknowledged; the program ends in time, with code 0."""
    people = [server.add_user(f"User {number}", language_code="en") for number in range(20)]
    server.faults.slow_down(milliseconds=300)
    with running(settings_for(server), tmp_path) as program:
        newest = [person.say(HEIGHT).update_id or 0 for person in people][-1]
        until(lambda: max(server.polling.offsets, default=0) > newest, "all fetched")
        program.terminate()
        assert program.wait(8) == Exit.DONE
    assert len([call for call in server.sent if "43 metres" in call.text]) == 20


def test_what_was_answered_does_not_come_again_after_a_restart(server: BotApiServer, tmp_path: Path) -> None:
    """At its end the program tells Telegram what is done, so that the next run starts behind it."""
    alice = server.add_user("Alice", language_code="en")
    with running(settings_for(server), tmp_path):
        alice.say(HEIGHT)
        alice.private.next_reply()
    assert len(server.updates) == 0


def test_sigterm_while_telegram_is_away_ends_in_time(server: BotApiServer, tmp_path: Path) -> None:
    """Without Telegram the program ends as well, within its time."""
    with running(settings_for(server), tmp_path) as program:
        server.leave_now()
        program.wait_for_log("Telegram is away, trying again")
        program.terminate()
        assert program.wait(8) == Exit.DONE


def test_start_waits_for_a_server_that_is_away(server: BotApiServer, tmp_path: Path) -> None:
    """A bot that starts before its network is there waits for it."""
    server.leave_now()
    program = Program(settings_for(server), tmp_path)
    try:
        program.wait_for_log("Telegram is away, trying again", call="getMe")
        server.come_back_now()
        program.wait_for_log("ready")
    finally:
        program.kill()


def test_wrong_token_ends_with_a_clear_word(server: BotApiServer, tmp_path: Path) -> None:
    """A token that Telegram does not know ends the start, and is not shown."""
    unknown = "123456789:AAwrong-token_that-nobody-knows0000"
    code, output = _failed({**settings_for(server), "BOT_TOKEN": unknown}, tmp_path)
    assert code == Exit.TOKEN_REFUSED
    assert "copy it anew from BotFather" in output
    assert unknown.partition(":")[2] not in output


def test_second_poller_ends_the_first_with_a_clear_word(server: BotApiServer, tmp_path: Path) -> None:
    """When another program takes over the polling, this one ends and says why."""
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    first = Program(settings_for(server), tmp_path / "one")
    try:
        first.wait_for_log("ready")
        until(lambda: bool(server.polling.offsets), "the first poll")
        with running(settings_for(server), tmp_path / "two"):
            assert first.wait() == Exit.POLLING_REFUSED
    finally:
        first.kill()
    assert "Another program fetches this bot's messages" in first.output


def test_webhook_that_is_set_is_named(server: BotApiServer, tmp_path: Path) -> None:
    """A bot that still has a webhook can't poll, and tells how to remove it."""
    assert _get(f"{server.bot_url}{server.token}/setWebhook?url=http%3A%2F%2F127.0.0.1%3A9%2Fhook")
    code, output = _failed(settings_for(server), tmp_path)
    assert code == Exit.POLLING_REFUSED
    assert "deleteWebhook" in output


def test_broken_knowledge_is_told_with_every_fault(server: BotApiServer, tmp_path: Path) -> None:
    """A folder with faults is not started with; each fault is one line."""
    folder = Path(shutil.copytree(KNOWLEDGE, tmp_path / "knowledge"))
    for name, value in (("tower-height", "43"), ("lamp-range", "24")):
        entry = folder / f"entries/tower/{name}.toml"
        entry.write_text(entry.read_text().replace(f"value = {value}", "value = 99"))
    code, output = _failed(settings_for(server, KNOWLEDGE_DIR=str(folder)), tmp_path)
    assert code == Exit.FAILED
    assert "tower-height.toml: value: 99 is not" in output
    assert "lamp-range.toml: value: 99 is not" in output


def test_all_wrong_settings_are_told_at_once(server: BotApiServer, tmp_path: Path) -> None:
    """Every wrong setting is named in one go, none with its value."""
    wrong = {"BOT_ADMINS": "hush-hush", "BOT_RATE_LIMIT": "many", "BOT_TOKEN": "hush-hush", "LOG_LEVEL": "LOUD"}
    code, output = _failed(settings_for(server, **wrong), tmp_path)
    assert code != 0
    assert all(f"{name}: must be" in output for name in wrong)
    assert "hush-hush" not in output


def test_webhook_setting_is_refused_for_now(server: BotApiServer, tmp_path: Path) -> None:
    """Until there are webhooks, their setting is refused rather than passed over."""
    code, output = _failed(settings_for(server, BOT_WEBHOOK_URL="https://bot.example.org/hook"), tmp_path)
    assert code == Exit.SETTINGS
    assert "BOT_WEBHOOK_URL" in output


def test_privacy_mode_is_explained_at_start(server: BotApiServer, tmp_path: Path) -> None:
    """A bot that can't hear mentions tells its operator how to change that."""
    with running(settings_for(server), tmp_path) as program:
        pass
    assert any("/setprivacy" in line["event"] for line in program.log)


def test_commands_and_replies_work_in_privacy_mode(server: BotApiServer, tmp_path: Path) -> None:
    """In privacy mode a group is answered by command and by reply, as mentions alone do not reach the bot."""
    alice, badr = server.add_user("Alice", language_code="en"), server.add_user("Badr", language_code="en")
    group = server.add_supergroup("Harbour", [alice, badr])
    with running(settings_for(server), tmp_path):
        assert alice.send(group, f"@nickel_test_bot {HEIGHT}").update_id is None
        alice.send(group, f"/ask@nickel_test_bot {HEIGHT}")
        reply = group.next_reply()
        assert "43 metres" in reply.text
        badr.send(group, "How far does the lamp shine?", reply_to=reply)
        assert "24 sea miles" in group.next_reply().text


def test_commands_are_set_in_every_language_and_for_admins(server: BotApiServer, tmp_path: Path) -> None:
    """The menu is there in each language; /reload is in the admins' only, and a chat that is missing does no harm."""
    ada = server.add_user("Ada", started=True)
    with running(settings_for(server, BOT_ADMINS=f"{ada.id},99"), tmp_path) as program:
        program.wait_for_log("commands not set", scope="chat")
        until(lambda: f"chat:{ada.id}" in {scope for scope, _ in server.api.profile.commands}, "the admin's menu")
    menus = server.api.profile.commands
    assert {language for scope, language in menus if scope == "default"} == {"", "en", "ar"}
    names = {scope: [command["command"] for command in commands] for (scope, _), commands in menus.items()}
    assert names["default"] == ["ask", "help", "language"]
    assert names[f"chat:{ada.id}"] == ["ask", "help", "language", "reload"]


def test_question_line_tells_the_outcome_and_nothing_personal(server: BotApiServer, tmp_path: Path) -> None:
    """One line a question: outcome, entry, score, language, time, version; no text, no name, no id of a user."""
    alice = server.add_user("Alicia-Name", username="alicia_username", language_code="en")
    with running(settings_for(server), tmp_path) as program:
        asked = alice.say(HEIGHT)
        line = program.wait_for_log("question", update=asked.update_id)
    assert line["outcome"] == "answer"
    assert line["entry"] == "tower-height"
    assert line["language"] == "en"
    assert line.keys() >= {"score", "milliseconds", "knowledge"}
    for personal in ("How high", "Alicia", "alicia", str(alice.id)):
        assert personal not in program.output


def test_text_log_is_readable_and_redacted(server: BotApiServer, tmp_path: Path) -> None:
    """LOG_FORMAT=text writes plain lines, also at the most talkative level, without token or words of people."""
    secret = {"BOT_WEBHOOK_SECRET": "hush-hush-word"}
    settings = settings_for(server, LOG_FORMAT="text", LOG_LEVEL="DEBUG", **secret)
    alice = server.add_user("Alicia-Name", language_code="en")
    program = Program(settings, tmp_path)
    try:
        alice.say(HEIGHT)
        alice.private.next_reply()
        program.terminate()
        assert program.wait() == Exit.DONE
    finally:
        program.kill()
    assert "ready" in program.output
    for hidden in (server.token.partition(":")[2], "hush-hush-word", "How high", "Alicia"):
        assert hidden not in program.output


def test_health_is_told_over_http(server: BotApiServer, tmp_path: Path) -> None:
    """With BOT_LISTEN set, /health says 200 and which knowledge is live."""
    with serving() as other:
        port = other.port
    with running(settings_for(server, BOT_LISTEN=f"127.0.0.1:{port}"), tmp_path) as program:
        version = program.wait_for_log("ready")["knowledge"]
        assert version in _get(f"http://127.0.0.1:{port}/health")
        assert ask_health(f"127.0.0.1:{port}").is_well
    assert not ask_health(f"127.0.0.1:{port}").is_well


def test_address_that_is_taken_is_named(server: BotApiServer, tmp_path: Path) -> None:
    """A BOT_LISTEN that something else uses ends the start with a clear word."""
    code, output = _failed(settings_for(server, BOT_LISTEN=f"127.0.0.1:{server.port}"), tmp_path)
    assert code == Exit.SETTINGS
    assert "BOT_LISTEN: can't listen at" in output


def _get(address: str) -> str:
    """Return the body of an answer with status 200."""
    with urlopen(address, timeout=5) as answer:  # noqa: S310 - the tests' own servers
        assert answer.status == 200
        return str(answer.read().decode())


def _failed(settings: dict[str, str], directory: Path) -> tuple[int, str]:
    """Run the program until it ends by itself; return its exit code and output."""
    program = Program(settings, directory)
    try:
        code = program.wait()
    finally:
        program.kill()
    assert "Traceback" not in program.output
    return code, program.output
