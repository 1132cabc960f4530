"""A test cannot make people do what Telegram would not let them do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.botapi import BotApiServer, ControlError, Person

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.botapi.caller import Caller


def mistakes(server: BotApiServer, alice: Person) -> dict[str, Callable[[], object]]:
    """Return things that cannot happen, by name."""
    bob = server.add_user("Bob", started=True)
    group, channel = server.add_group("Team", [alice]), server.add_channel("News")
    forum = server.add_forum("Forum", [alice])
    topic = forum.add_topic(alice, "Nickel")
    written = alice.say("a")
    del forum.chat.topics[topic.thread_id]
    old = server.add_group("Old", [alice])
    old.migrate(alice)
    asked = alice.ask_inline("nickel")
    return {
        "outsider": lambda: bob.send(group, "a"),
        "not a channel": lambda: group.post("a"),
        "reader of a channel": lambda: alice.send(channel, "a"),
        "another's message": lambda: bob.edit(written, "b"),
        "reply to nothing": lambda: alice.say("a", reply_to=999),
        "no such topic": lambda: alice.send(forum, "a", topic=topic),
        "topics outside a forum": lambda: group.add_topic(alice, "a"),
        "migrating twice": lambda: old.migrate(alice),
        "writing after migration": lambda: alice.send(old, "a"),
        "mention of a missing name": lambda: alice.say("a", text_mentions=[("Bob", bob)]),
        "choosing what is not shown": lambda: alice.choose(asked, "1", group),
        "a message that is not there": lambda: group.find(999),
        "a second user with an id": lambda: server.add_user("Eve", id=alice.id),
        "a chat that is there": lambda: server.api.world.add_chat(group.chat),
    }


@pytest.mark.parametrize(
    "name",
    [
        "outsider",
        "not a channel",
        "reader of a channel",
        "another's message",
        "reply to nothing",
        "no such topic",
        "topics outside a forum",
        "migrating twice",
        "writing after migration",
        "mention of a missing name",
        "choosing what is not shown",
        "a message that is not there",
        "a second user with an id",
        "a chat that is there",
    ],
)
def test_mistakes_of_a_test_are_told(server: BotApiServer, alice: Person, name: str) -> None:
    """What could not happen on Telegram is a ControlError, not a strange update."""
    with pytest.raises(ControlError):
        mistakes(server, alice)[name]()


def test_who_blocked_the_bot_unblocks_it_before_writing(bot: Caller, alice: Person) -> None:
    """A blocked bot gets nothing; START unblocks it, and both changes are told."""
    alice.block()
    with pytest.raises(ControlError, match="unblock"):
        alice.say("a")
    alice.start()
    kinds = [next(iter(set(update) - {"update_id"})) for update in bot.call("getUpdates").result]
    assert kinds == ["my_chat_member", "my_chat_member", "message"]


def test_a_press_on_a_deleted_message_is_only_possible_forged(server: BotApiServer, bot: Caller, alice: Person) -> None:
    """A deleted message has no buttons; a forged press shows it as inaccessible."""
    markup = {"inline_keyboard": [[{"text": "More", "callback_data": "more"}]]}
    bot.call("sendMessage", chat_id=alice.id, text="a", reply_markup=markup)
    call = server.calls[-1]
    alice.private.delete(call)
    with pytest.raises(ControlError):
        alice.press(call, "More")
    alice.press(call, "more", forged=True)
    assert bot.call("getUpdates").result[-1]["callback_query"]["message"]["date"] == 0


def test_a_button_under_an_inline_message_can_be_pressed(server: BotApiServer, bot: Caller, alice: Person) -> None:
    """A press under a message sent through the bot names the inline message and no chat."""
    asked = alice.ask_inline("nickel")
    result = {
        "type": "article",
        "id": "1",
        "title": "Nickel",
        "input_message_content": {"message_text": "330,000 t"},
        "reply_markup": {"inline_keyboard": [[{"text": "More", "callback_data": "more"}]]},
    }
    assert bot.call("answerInlineQuery", inline_query_id=asked.query_id, results=[result]).result is True
    inline_id = alice.choose(asked, "1", server.add_group("Team", [alice]), query="nickel")
    alice.press_inline(inline_id, "More")
    query = bot.call("getUpdates").result[-1]["callback_query"]
    assert (query["inline_message_id"], query["data"], "message" in query) == (inline_id, "more", False)


def test_documents_and_other_contents_can_be_sent(server: BotApiServer, bot: Caller, alice: Person) -> None:
    """People send files the bot can fetch, and contents of any kind."""
    document = alice.send_document(alice.private, b"hello", name="a.txt", caption="x").json["document"]
    path = bot.call("getFile", file_id=document["file_id"]).result["file_path"]
    assert bot.get(f"/file/bot{bot.token}/{path}") == (200, b"hello")
    assert alice.send_content(alice.private, {"dice": {"emoji": "🎲", "value": 6}}).json["dice"]["value"] == 6
    server.expire_queries()
    assert alice.private.unread() == []
