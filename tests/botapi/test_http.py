"""Tokens, paths and methods are checked before anything else."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.botapi import BotApiServer, ControlError, Person, serving
from tests.botapi.__main__ import main

if TYPE_CHECKING:
    from pathlib import Path

    from tests.botapi.caller import Caller


@pytest.mark.parametrize(
    ("path", "refusal"),
    [
        pytest.param("/bot{token}x/getMe", (401, "Unauthorized"), id="wrong-token"),
        pytest.param("/bot1:abc/sendMessage", (401, "Unauthorized"), id="other-bot"),
        pytest.param("/botabc/getMe", (404, "Not Found"), id="no-token"),
        pytest.param("/getMe", (404, "Not Found"), id="no-bot"),
        pytest.param("/bot{token}", (404, "Not Found"), id="no-method"),
        pytest.param("/bot{token}/getMe/x", (404, "Not Found"), id="too-deep"),
        pytest.param("/bot{token}/getRich", (404, "Not Found"), id="unknown-method"),
        pytest.param("/file/bot1:abc/x", (401, "Unauthorized"), id="file-wrong-token"),
    ],
)
def test_wrong_addresses_are_refused(bot: Caller, path: str, refusal: tuple[int, str]) -> None:
    """A wrong token is 401 on every method; a path that is none is 404."""
    assert bot.post(path.format(token=bot.token), b"{}").refusal == refusal


def test_method_names_ignore_case(bot: Caller) -> None:
    """Methods are found in any case, with parameters in the address too."""
    assert bot.call("GETME").result["is_bot"] is True
    status, body = bot.get(f"/bot{bot.token}/getChat?chat_id=5")
    assert (status, b"chat not found" in body) == (400, True)


@pytest.mark.parametrize(
    ("body", "description"),
    [(b"{", "Bad Request: can't parse JSON object"), (b"[]", "Bad Request: object expected")],
)
def test_a_json_body_is_an_object(bot: Caller, body: bytes, description: str) -> None:
    """A body that is no JSON object is refused."""
    assert bot.post(f"/bot{bot.token}/getMe", body).refusal == (400, description)


def test_logging_out_ends_everything(bot: Caller) -> None:
    """After logOut nothing works any more; close alone changes nothing."""
    assert bot.call("close").result is True
    assert bot.call("getMe").status == 200
    assert bot.call("logOut").result is True
    assert bot.call("getMe").refusal == (400, "Logged out")


def test_the_journal_waits_for_calls(server: BotApiServer, bot: Caller, alice: Person) -> None:
    """Waiting returns the call that matches and says what came instead when none does."""
    bot.call("sendMessage", chat_id=alice.id, text="<b>330</b> t", parse_mode="HTML")
    call = server.wait_for_method("sendMessage")
    assert (call.text, call.marked("bold"), call.parameters["parse_mode"]) == ("330 t", ["330"], "HTML")
    assert alice.private.next_reply().number == call.number
    assert alice.private.stays_silent(0.01)
    bot.call("sendMessage", chat_id=5, text="a")
    with pytest.raises(TimeoutError, match="sendMessage 400 Bad Request: chat not found"):
        server.wait_for(lambda call: call.method == "getMe", timeout=0.01)
    assert [refused.status for refused in server.refused] == [400]
    with pytest.raises(TimeoutError):
        asyncio.run(server.wait_for_async(lambda _: False, timeout=0.01))


def test_the_server_keeps_its_loop_to_itself() -> None:
    """Blocking calls inside the server's own loop are a mistake that is told."""

    async def scenario() -> None:
        server = BotApiServer()
        with pytest.raises(ControlError):
            await server.come_back()
        await server.start()
        with pytest.raises(ControlError, match="await leave"):
            server.leave_now()
        await server.leave()
        await server.stop()

    asyncio.run(scenario())


def test_two_servers_do_not_share_anything(alice: Person) -> None:
    """Each server has its own port and its own world."""
    with serving() as other:
        assert other.port > 0
        assert alice.id not in other.api.world.users


def test_it_runs_by_hand(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The command reads lines from a file, acts on them and prints the address."""
    script = tmp_path / "lines.txt"
    script.write_text("alice: how much nickel?\nalice > more\nwait 0\nnonsense\n", encoding="utf-8")
    assert main(["--port", "0", "--script", str(script), "--linger", "0"]) == 0
    assert "BOT_BASE_URL=http://127.0.0.1:" in capsys.readouterr().out


def test_it_reads_the_terminal() -> None:
    """Without a script the lines come from the standard input until it ends."""
    run = subprocess.run(
        [sys.executable, "-m", "tests.botapi", "--port", "0"],
        input="alice: hello\n",
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.startswith("BOT_BASE_URL=")
