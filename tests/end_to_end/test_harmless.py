"""What arrives and is no question: it gets no answer and stops nothing."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.botapi import BotApiServer, Person, Place
from tests.end_to_end.program import Program

pytestmark = pytest.mark.usefixtures("program")

RAW_UPDATES: dict[str, dict[str, Any]] = {  # Any: updates as they could come
    "unknown kind": {"teleportation": {"from": {"id": 1}, "chat": {"id": 2}}},
    "nothing": {},
    "message of nobody": {"message": {"message_id": 1, "date": 0, "chat": {"id": 5, "type": "private"}, "text": "x"}},
    "message without fields": {"message": {}},
    "message that is a list": {"message": [1, 2]},
    "message with a broken chat": {"message": {"message_id": 1, "date": 0, "chat": 7, "text": "x"}},
    "press without a message": {"callback_query": {"id": "1", "from": {"id": 1, "is_bot": False, "first_name": "x"}}},
    "press without a user": {"callback_query": {"id": "1"}},
    "poll": {"poll": {"id": "1", "question": "x"}},
    "edited message": {
        "edited_message": {
            "message_id": 1,
            "date": 0,
            "edit_date": 1,
            "chat": {"id": 5_000_001, "type": "private", "first_name": "x"},
            "from": {"id": 5_000_001, "is_bot": False, "first_name": "x"},
            "text": "How high is the tower?",
        }
    },
    "channel post": {
        "channel_post": {
            "message_id": 1,
            "date": 0,
            "chat": {"id": -1_001, "type": "channel", "title": "x"},
            "text": "@nickel_test_bot How high is the tower?",
            "entities": [{"type": "mention", "offset": 0, "length": 16}],
        }
    },
    "entity outside of the text": {
        "message": {
            "message_id": 1,
            "date": 0,
            "chat": {"id": -5, "type": "group", "title": "x"},
            "from": {"id": 5_000_001, "is_bot": False, "first_name": "x"},
            "text": "🗼x",
            "entities": [{"type": "mention", "offset": 1, "length": 99}],
        }
    },
}


@pytest.fixture
def watched(server: BotApiServer, alice: Person) -> Iterator[None]:
    """Let the test happen, then expect the next question to be the first thing answered."""
    calls = len(server.calls)
    yield
    alice.say("How high is the tower?")
    assert "43 metres" in alice.private.next_reply().text
    assert [call.method for call in server.calls[calls:] if call.method != "setMyCommands"] == ["sendMessage"]


@pytest.mark.usefixtures("watched")
@pytest.mark.parametrize("body", RAW_UPDATES.values(), ids=RAW_UPDATES.keys())
def test_strange_update_does_nothing(server: BotApiServer, body: dict[str, Any]) -> None:
    """An update that the bot has no use for, or cannot read, is passed over."""
    server.raw_update(body)


@pytest.mark.usefixtures("watched")
def test_edits_are_not_answered_again(alice: Person, server: BotApiServer) -> None:
    """A message that is edited later is not answered a second time."""
    group = server.add_supergroup("Harbour", [alice])
    alice.edit(alice.send(group, "nothing"), "@nickel_test_bot How high is the tower?")


@pytest.mark.usefixtures("watched")
def test_service_messages_are_passed_over(alice: Person, badr: Person, server: BotApiServer) -> None:
    """Members that come and go, pins, titles and topics are no questions."""
    group = server.add_supergroup("Harbour", [alice])
    group.add_members(alice, [badr])
    group.pin(alice, alice.send(group, "nothing"))
    group.rename(alice, "How high is the tower?")
    group.remove_member(alice, badr)
    alice.send_sticker(group)
    server.add_forum("Lights", [alice]).add_topic(alice, "How high is the tower?")


@pytest.mark.usefixtures("watched")
def test_dice_and_albums_in_private_are_passed_over(alice: Person) -> None:
    """Dice, and a picture of an album without a caption, get no answer."""
    alice.send_content(alice.private, {"dice": {"emoji": "🎲", "value": 3}})
    photo = {"file_id": "x", "file_unique_id": "y", "width": 1, "height": 1}
    alice.send_content(alice.private, {"photo": [photo], "media_group_id": "7"})


@pytest.mark.usefixtures("watched")
def test_channel_forward_into_its_group_is_passed_over(alice: Person, server: BotApiServer) -> None:
    """A channel's post that Telegram forwards into its discussion group is nobody's question."""
    group, channel = server.add_supergroup("Talk", [alice]), server.add_channel("News")
    written = alice.send(group, "x").json
    content = {
        "sender_chat": channel.chat.to_json(),
        "is_automatic_forward": True,
        "text": "@nickel_test_bot How high is the tower?",
        "entities": [{"type": "mention", "offset": 0, "length": 16}],
    }
    assert written["chat"]["id"] == group.id
    alice.send_content(group, content)


def test_unreadable_update_is_logged_by_its_id(server: BotApiServer, program: Program) -> None:
    """An update that cannot be read is logged with its id and the kind of the error, and with nothing of it."""
    update = server.raw_update({"message": {"message_id": 1, "text": "a-secret-text"}})
    line = program.wait_for_log("update not handled", update=update)
    assert line["kind"]
    assert "a-secret-text" not in program.output


def test_message_in_someone_elses_name_is_answered(server: BotApiServer, alice: Person) -> None:
    """Who writes as a channel in a group is answered."""
    group: Place = server.add_supergroup("Talk", [alice])
    group.send_as_channel(server.add_channel("News"), "@nickel_test_bot How high is the tower?")
    assert "43 metres" in group.next_reply().text
