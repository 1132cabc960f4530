"""Name, descriptions and commands of the bot keep to their limits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.botapi import BotApiServer, Person
    from tests.botapi.caller import Caller

COMMAND = {"command": "help", "description": "Help"}
Command = dict[str, Any]  # a command, right or wrong


def test_get_me(server: BotApiServer, bot: Caller) -> None:
    """The bot learns whether it may read all messages of groups."""
    assert bot.call("getMe").result["can_read_all_group_messages"] is False
    server.set_privacy(reads_all=True)
    assert bot.call("getMe").result["can_read_all_group_messages"] is True


def test_commands_are_kept_per_scope_and_language(bot: Caller, alice: Person) -> None:
    """Each scope and language has its own list; deleting one leaves the others."""
    scope = {"type": "chat", "chat_id": alice.id}
    assert bot.call("setMyCommands", commands=[COMMAND]).result is True
    assert bot.call("setMyCommands", commands=[{**COMMAND, "command": "/ask"}], language_code="fr").result is True
    assert bot.call("setMyCommands", commands=[COMMAND, COMMAND], scope=scope).result is True
    assert bot.call("getMyCommands").result == [COMMAND]
    assert bot.call("getMyCommands", language_code="fr").result[0]["command"] == "ask"
    assert len(bot.call("getMyCommands", scope=scope).result) == 2
    assert bot.call("deleteMyCommands").result is True
    assert bot.call("getMyCommands").result == []
    assert bot.call("getMyCommands", language_code="fr").result != []


@pytest.mark.parametrize(
    ("command", "description"),
    [
        pytest.param({**COMMAND, "command": "Help"}, "BOT_COMMAND_INVALID", id="upper-case"),
        pytest.param({**COMMAND, "command": "a-b"}, "BOT_COMMAND_INVALID", id="dash"),
        pytest.param({**COMMAND, "command": ""}, "command must be non-empty", id="empty"),
        pytest.param({**COMMAND, "command": "a" * 33}, "command length must not exceed 32", id="33"),
        pytest.param({**COMMAND, "description": " "}, "command description must be non-empty", id="no-words"),
        pytest.param({**COMMAND, "description": "a" * 257}, "command description length must not exceed 256", id="257"),
        pytest.param({"command": "a"}, "can't parse BotCommand: Can't find field \"description\"", id="field"),
    ],
)
def test_commands_that_are_refused(bot: Caller, command: Command, description: str) -> None:
    """A command has 1 to 32 small letters, digits and underscores, and 1 to 256 characters of description."""
    assert bot.call("setMyCommands", commands=[command]).refusal == (400, f"Bad Request: {description}")


def test_commands_up_to_the_limits_pass(bot: Caller) -> None:
    """100 commands of 32 characters pass, 101 do not."""
    longest = {"command": "a" * 32, "description": "b" * 256}
    assert bot.call("setMyCommands", commands=[longest] * 100).result is True
    assert bot.call("setMyCommands", commands=[longest] * 101).refusal == (400, "Bad Request: BOT_COMMANDS_TOO_MUCH")


@pytest.mark.parametrize(
    ("scope", "description"),
    [
        pytest.param({"type": "x"}, "can't parse BotCommandScope: Unsupported type specified", id="type"),
        pytest.param({"type": "chat", "chat_id": 5}, "chat not found", id="chat"),
        pytest.param({"type": "chat"}, "can't parse BotCommandScope: Can't find field \"chat_id\"", id="field"),
    ],
)
def test_scopes_that_are_refused(bot: Caller, scope: Command, description: str) -> None:
    """A scope is one of seven kinds and names a chat that exists."""
    answer = bot.call("setMyCommands", commands=[COMMAND], scope=scope)
    assert answer.refusal == (400, f"Bad Request: {description}")


def test_a_language_code_has_two_letters(bot: Caller) -> None:
    """Region codes and upper case are refused."""
    for code in ("pt-br", "EN", "eng"):
        refusal = bot.call("setMyCommands", commands=[COMMAND], language_code=code).refusal
        assert refusal == (400, "Bad Request: invalid language code specified")


@pytest.mark.parametrize(
    ("suffix", "field", "longest"),
    [("Name", "name", 64), ("Description", "description", 512), ("ShortDescription", "short_description", 120)],
)
def test_descriptions(bot: Caller, suffix: str, field: str, longest: int) -> None:
    """Each text has its limit and falls back from a language to that for all."""
    assert bot.call(f"setMy{suffix}", **{field: "a" * longest}).result is True
    assert bot.call(f"setMy{suffix}", **{field: "fr", "language_code": "fr"}).result is True
    assert bot.call(f"getMy{suffix}", language_code="fr").result == {field: "fr"}
    assert bot.call(f"getMy{suffix}", language_code="ru").result == {field: "a" * longest}
    assert bot.call(f"setMy{suffix}", **{field: "a" * (longest + 1)}).status == 400
    assert bot.call(f"setMy{suffix}", language_code="fr").result is True
    assert bot.call(f"getMy{suffix}", language_code="fr").result == {field: "a" * longest}


def test_chats_can_be_asked_about(server: BotApiServer, bot: Caller, alice: Person) -> None:
    """getChat, getChatMember and getChatAdministrators tell who is there."""
    bob = server.add_user("Bob")
    group = server.add_group("Team", [alice])
    assert bot.call("getChat", chat_id=group.id).result["title"] == "Team"
    assert bot.call("getChatMember", chat_id=group.id, user_id=alice.id).result["status"] == "creator"
    assert bot.call("getChatMember", chat_id=group.id, user_id=bob.id).result["status"] == "left"
    assert bot.call("getChatMember", chat_id=group.id, user_id=4).refusal == (400, "Bad Request: user not found")
    admins = bot.call("getChatAdministrators", chat_id=group.id).result
    assert [admin["user"]["id"] for admin in admins] == [alice.id]
    refusal = bot.call("getChatAdministrators", chat_id=alice.id).refusal
    assert refusal == (400, "Bad Request: there are no administrators in the private chat")
    assert bot.call("getChat", chat_id=bob.id).refusal == (400, "Bad Request: chat not found")
