"""Only what Telegram lets through reaches the bot, in Telegram's shape."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.botapi import BotApiServer, MemberStatus, Person
from tests.botapi.state import ANONYMOUS_ADMIN_ID

if TYPE_CHECKING:
    from tests.botapi.caller import Caller


@pytest.mark.parametrize(
    ("text", "arrives"),
    [
        pytest.param("hello", False, id="talk"),
        pytest.param("@nickel_test_bot how much?", False, id="mention"),
        pytest.param("/ask how much?", True, id="command-only-bot"),
        pytest.param("/ask@nickel_test_bot how much?", True, id="command-for-it"),
        pytest.param("/ask@Nickel_Test_Bot how much?", True, id="other-case"),
        pytest.param("/ask@other_bot how much?", False, id="command-for-another"),
        pytest.param("please /ask", False, id="command-later"),
    ],
)
def test_privacy_mode_hides_talk_and_mentions(server: BotApiServer, alice: Person, text: str, *, arrives: bool) -> None:
    """In privacy mode only commands for the bot pass, plain mentions do not."""
    group = server.add_group("Team", [alice])
    assert (alice.send(group, text).update_id is not None) is arrives


def test_a_bare_command_goes_to_the_bot_that_spoke_last(server: BotApiServer, bot: Caller, alice: Person) -> None:
    """With another bot in the group a bare command passes only after this bot wrote."""
    other = server.add_user("Other", username="other_bot", is_bot=True)
    group = server.add_group("Team", [alice, other])
    assert alice.send(group, "/ask").update_id is None
    bot.call("sendMessage", chat_id=group.id, text="hello")
    assert alice.send(group, "/ask").update_id is not None
    assert other.send(group, "hello").update_id is None
    assert alice.send(group, "/ask").update_id is None


def test_replies_to_the_bot_and_service_messages_pass(server: BotApiServer, bot: Caller, alice: Person) -> None:
    """A reply to the bot reaches it, a reply to others does not, service messages always do."""
    group = server.add_group("Team", [alice])
    bot.call("sendMessage", chat_id=group.id, text="hello")
    assert alice.send(group, "thanks", reply_to=server.calls[-1]).update_id is not None
    talk = alice.send(group, "talk")
    assert alice.send(group, "more talk", reply_to=talk).update_id is None
    bob = server.add_user("Bob")
    assert group.add_members(alice, [bob]).update_id is not None
    assert group.remove_member(alice, bob).update_id is not None
    assert group.pin(alice, talk).json["pinned_message"]["text"] == "talk"
    assert group.rename(alice, "New").update_id is not None


@pytest.mark.parametrize("way", ["privacy off", "administrator"])
def test_everything_passes_without_privacy(server: BotApiServer, alice: Person, way: str) -> None:
    """With privacy mode off, or as an administrator, the bot reads all but other bots."""
    group = server.add_group("Team", [alice])
    if way == "privacy off":
        server.set_privacy(reads_all=True)
    else:
        group.set_bot_status(alice, MemberStatus.ADMINISTRATOR)
    assert alice.send(group, "@nickel_test_bot hello").update_id is not None
    other = server.add_user("Other", is_bot=True)
    group.chat.members[other.id] = MemberStatus.MEMBER
    assert other.send(group, "hello").update_id is None


def test_a_group_without_the_bot_is_silent(server: BotApiServer, bot: Caller, alice: Person) -> None:
    """After the bot was thrown out it learns only that."""
    group = server.add_group("Team", [alice])
    group.set_bot_status(alice, MemberStatus.KICKED)
    assert alice.send(group, "/ask").update_id is None
    (update,) = bot.call("getUpdates").result
    change = update["my_chat_member"]
    assert (change["old_chat_member"]["status"], change["new_chat_member"]["status"]) == ("member", "kicked")


def test_every_topic_message_answers_the_topics_first(server: BotApiServer, bot: Caller, alice: Person) -> None:
    """A message in a topic arrives as a reply to the topic's first message; in General it does not."""
    server.set_privacy(reads_all=True)
    forum = server.add_forum("Forum", [alice])
    topic = forum.add_topic(alice, "Nickel")
    message = alice.send(forum, "how much?", topic=topic).json
    assert (message["message_thread_id"], message["is_topic_message"]) == (topic.thread_id, True)
    assert message["reply_to_message"]["message_id"] == topic.thread_id
    assert message["reply_to_message"]["forum_topic_created"]["name"] == "Nickel"
    general = alice.send(forum, "how much?").json
    assert not {"message_thread_id", "is_topic_message", "reply_to_message"} & set(general)
    bot.call("sendMessage", chat_id=forum.id, text="much", message_thread_id=topic.thread_id)
    reply = alice.send(forum, "thanks", reply_to=server.calls[-1]).json
    assert (reply["reply_to_message"]["text"], reply["message_thread_id"]) == ("much", topic.thread_id)


def test_a_message_in_a_topic_is_no_reply_to_the_bot(server: BotApiServer, alice: Person) -> None:
    """In privacy mode the implied reply of a topic lets nothing through."""
    forum = server.add_forum("Forum", [alice])
    topic = forum.add_topic(alice, "Nickel")
    assert alice.send(forum, "how much?", topic=topic).update_id is None


def test_channel_posts_have_no_author(server: BotApiServer, bot: Caller) -> None:
    """A post and its edit come as kinds of their own, in the channel's name."""
    channel = server.add_channel("News")
    post = channel.post("hello")
    channel.edit_post(post, "hello again")
    first, second = bot.call("getUpdates").result
    assert first["channel_post"]["sender_chat"]["id"] == channel.id
    assert "from" not in first["channel_post"]
    assert second["edited_channel_post"]["text"] == "hello again"


def test_anonymous_administrators_hide_behind_the_group(server: BotApiServer, alice: Person) -> None:
    """An anonymous administrator is the group itself, by way of GroupAnonymousBot."""
    group = server.add_supergroup("Team", [alice])
    message = group.send_as_anonymous_admin("/reload").json
    assert (message["from"]["id"], message["sender_chat"]["id"]) == (ANONYMOUS_ADMIN_ID, group.id)
    assert group.send_as_anonymous_admin("/reload").update_id is not None
    channel = server.add_channel("News")
    assert group.send_as_channel(channel, "/ask").json["sender_chat"]["id"] == channel.id


def test_what_people_send_looks_as_telegram_makes_it(server: BotApiServer, bot: Caller, alice: Person) -> None:
    """Entities count UTF-16 units; edits, photos and stickers have their own fields."""
    bob = server.add_user("Bob")
    assert "language_code" not in bob.user.to_json()
    written = alice.say("😀 Bob, /help https://example.com", text_mentions=[("Bob", bob)])
    kinds = [(e["type"], e["offset"], e["length"]) for e in written.json["entities"]]
    assert kinds == [("text_mention", 3, 3), ("bot_command", 8, 5), ("url", 14, 19)]
    assert written.json["entities"][0]["user"]["id"] == bob.id
    assert alice.start("abc").json["text"] == "/start abc"
    assert alice.send_photo(alice.private, "how much?").json["caption"] == "how much?"
    assert "sticker" in alice.send_sticker(alice.private).json
    alice.edit(written, "changed")
    last = bot.call("getUpdates").result[-1]
    assert last["edited_message"]["text"] == "changed"
    assert "edit_date" in last["edited_message"]


def test_ids_of_messages_repeat_between_supergroups(server: BotApiServer, alice: Person) -> None:
    """Supergroups count by themselves, private chats and groups together."""
    one, two = server.add_supergroup("One", [alice]), server.add_supergroup("Two", [alice])
    assert alice.send(one, "a").message_id == alice.send(two, "a").message_id
    group = server.add_group("Three", [alice])
    assert alice.send(group, "a").message_id + 1 == alice.say("a").message_id


def test_a_migration_is_announced_on_both_sides(server: BotApiServer, bot: Caller, alice: Person) -> None:
    """The old group names the new chat, and the new one the old."""
    group = server.add_group("Team", [alice])
    new = group.migrate(alice)
    first, second = (update["message"] for update in bot.call("getUpdates").result)
    assert (first["chat"]["id"], first["migrate_to_chat_id"]) == (group.id, new.id)
    assert (second["chat"]["id"], second["migrate_from_chat_id"]) == (new.id, group.id)
