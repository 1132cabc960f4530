"""What the bot sends is checked as Telegram checks it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.botapi import BotApiServer, MemberStatus, Person

if TYPE_CHECKING:
    from tests.botapi.caller import Caller

Parameters = dict[str, Any]  # anything a bot may send, right or wrong


def test_a_sent_message_comes_back_parsed(bot: Caller, alice: Person) -> None:
    """The result is the message with text and entities, links found by Telegram included."""
    result = bot.call("sendMessage", chat_id=alice.id, text="<b>ab</b> example.com", parse_mode="HTML").result
    assert result["text"] == "ab example.com"
    assert [e["type"] for e in result["entities"]] == ["bold", "url"]
    assert result["chat"] == {"id": alice.id, "type": "private", "first_name": "Alice", "username": "alice"}
    assert result["from"]["is_bot"] is True


@pytest.mark.parametrize(
    ("parameters", "description"),
    [
        pytest.param({"text": ""}, "Bad Request: message text is empty", id="empty"),
        pytest.param({}, "Bad Request: message text is empty", id="missing"),
        pytest.param({"text": " \n"}, "Bad Request: text must be non-empty", id="blank"),
        pytest.param({"text": "<b></b>", "parse_mode": "HTML"}, "Bad Request: text must be non-empty", id="only-tags"),
        pytest.param({"text": "a" * 4097}, "Bad Request: message is too long", id="4097"),
        pytest.param({"text": "镍" * 4097}, "Bad Request: message is too long", id="4097-chinese"),
        pytest.param({"text": "a" * 32769}, "Bad Request: text is too long", id="32-kilobytes"),
        pytest.param({"text": "a", "parse_mode": "BBCode"}, "Bad Request: unsupported parse_mode", id="parse-mode"),
        pytest.param(
            {"text": "<x>", "parse_mode": "HTML"},
            'Bad Request: can\'t parse entities: Unsupported start tag "x" at byte offset 0',
            id="html",
        ),
        pytest.param(
            {"text": "a", "entities": [{"type": "bold", "offset": 0, "length": 9}]},
            "Bad Request: entity beginning at UTF-16 offset 0 ends after the end of the text at UTF-16 offset 9",
            id="entity-too-long",
        ),
        pytest.param(
            {"text": "a", "entities": [{"type": "bold", "offset": 0}]},
            "Bad Request: can't parse MessageEntity: Can't find field \"length\"",
            id="entity-field",
        ),
        pytest.param(
            {"text": "a", "entities": [5]},
            "Bad Request: can't parse MessageEntity: expected an Object",
            id="entity-no-object",
        ),
        pytest.param(
            {"text": "a", "entities": [{"type": "glitter", "offset": 0, "length": 1}]},
            "Bad Request: can't parse MessageEntity: Unsupported type specified",
            id="entity-kind",
        ),
        pytest.param(
            {"text": "a", "entities": [{"type": "bold", "offset": 5, "length": 1}]},
            "Bad Request: entity begins after the end of the text at UTF-16 offset 5",
            id="entity-behind",
        ),
        pytest.param(
            {"text": "a", "entities": [{"type": "bold", "offset": -1, "length": 1}]},
            "Bad Request: receive an entity with incorrect offset -1",
            id="entity-before",
        ),
        pytest.param(
            {"text": "😀", "entities": [{"type": "bold", "offset": 1, "length": 1}]},
            "Bad Request: entity begins in a middle of a UTF-16 symbol",
            id="entity-inside-a-character",
        ),
        pytest.param(
            {"text": "a", "entities": [{"type": "text_link", "offset": 0, "length": 1, "url": "http://localhost"}]},
            "Bad Request: entity URL 'http://localhost' is invalid: Wrong HTTP URL",
            id="entity-address",
        ),
        pytest.param(
            {"text": "😀", "entities": [{"type": "bold", "offset": 0, "length": 1}]},
            "Bad Request: entity beginning at UTF-16 offset 0 ends in a middle of a UTF-16 symbol",
            id="entity-cuts-a-character",
        ),
    ],
)
def test_texts_that_are_refused(bot: Caller, alice: Person, parameters: Parameters, description: str) -> None:
    """A text needs 1 to 4096 characters after parsing, and markup that can be parsed."""
    assert bot.call("sendMessage", chat_id=alice.id, **parameters).refusal == (400, description)


@pytest.mark.parametrize("text", ["a", "a" * 4096, "😀" * 4096, f"<b>{'a' * 4096}</b>"])
def test_texts_up_to_the_limit_pass(bot: Caller, alice: Person, text: str) -> None:
    """The limit counts code points of the text without markup, and itself passes."""
    assert bot.call("sendMessage", chat_id=alice.id, text=text, parse_mode="html").status == 200


def test_given_entities_are_kept(bot: Caller, alice: Person) -> None:
    """Entities may be given instead of a parse mode."""
    given = [{"type": "italic", "offset": 2, "length": 1}]
    result = bot.call("sendMessage", chat_id=alice.id, text="😀x", entities=given).result
    assert result["entities"] == given


@pytest.mark.parametrize(
    ("chat_id", "refusal"),
    [
        pytest.param("", (400, "Bad Request: chat_id is empty"), id="empty"),
        pytest.param("77", (400, "Bad Request: chat not found"), id="unknown"),
        pytest.param("@nobody", (400, "Bad Request: chat not found"), id="unknown-name"),
        pytest.param("abc", (400, "Bad Request: chat not found"), id="no-number"),
    ],
)
def test_unknown_chats_are_refused(bot: Caller, chat_id: str, refusal: tuple[int, str]) -> None:
    """A chat the bot never met is not found."""
    assert bot.call("sendMessage", chat_id=chat_id, text="a").refusal == refusal


def test_nobody_is_written_to_before_they_start_the_bot(server: BotApiServer, bot: Caller) -> None:
    """A bot cannot begin a conversation; once the user wrote, it may answer."""
    bob = server.add_user("Bob")
    refusal = bot.call("sendMessage", chat_id=bob.id, text="a").refusal
    assert refusal == (403, "Forbidden: bot can't initiate conversation with a user")
    bob.start()
    assert bot.call("sendMessage", chat_id=bob.id, text="a").status == 200


def test_a_user_who_blocked_the_bot_is_not_reached(bot: Caller, alice: Person) -> None:
    """Sending to somebody who blocked the bot is a 403 until they unblock it."""
    alice.block()
    refusal = bot.call("sendMessage", chat_id=alice.id, text="a").refusal
    assert refusal == (403, "Forbidden: bot was blocked by the user")
    alice.unblock()
    assert bot.call("sendMessage", chat_id=alice.id, text="a").status == 200


def test_a_deleted_account_is_not_reached(bot: Caller, alice: Person) -> None:
    """Sending to a deleted account is a 403."""
    alice.user.deactivated = True
    assert bot.call("sendMessage", chat_id=alice.id, text="a").refusal == (403, "Forbidden: user is deactivated")


@pytest.mark.parametrize(
    ("status", "kind", "description"),
    [
        pytest.param(MemberStatus.KICKED, "group", "bot was kicked from the group chat", id="group"),
        pytest.param(MemberStatus.LEFT, "group", "bot is not a member of the group chat", id="group-left"),
        pytest.param(MemberStatus.KICKED, "supergroup", "bot was kicked from the supergroup chat", id="supergroup"),
        pytest.param(MemberStatus.LEFT, "supergroup", "bot is not a member of the supergroup chat", id="left"),
        pytest.param(MemberStatus.KICKED, "channel", "bot was kicked from the channel chat", id="channel"),
    ],
)
def test_groups_without_the_bot_are_refused(
    server: BotApiServer, bot: Caller, alice: Person, status: MemberStatus, kind: str, description: str
) -> None:
    """A chat the bot was thrown out of, or is not in, is a 403."""
    makers = {"group": server.add_group, "supergroup": server.add_supergroup}
    place = makers[kind]("Team", [alice]) if kind in makers else server.add_channel("News")
    place.set_bot_status(alice, status)
    assert bot.call("sendMessage", chat_id=place.id, text="a").refusal == (403, f"Forbidden: {description}")


def test_an_upgraded_group_names_its_new_id(server: BotApiServer, bot: Caller, alice: Person) -> None:
    """A group that became a supergroup refuses with the new id in the parameters."""
    group = server.add_group("Team", [alice])
    new = group.migrate(alice)
    answer = bot.call("sendMessage", chat_id=group.id, text="a")
    assert answer.refusal == (400, "Bad Request: group chat was upgraded to a supergroup chat")
    assert answer.body["parameters"] == {"migrate_to_chat_id": new.id}
    assert bot.call("sendMessage", chat_id=new.id, text="a").status == 200


def test_a_muted_bot_is_refused(server: BotApiServer, bot: Caller, alice: Person) -> None:
    """A bot without the right to write is refused, also in a channel where it is no administrator."""
    group = server.add_supergroup("Team", [alice])
    group.chat.bot_may_write = False
    refusal = bot.call("sendMessage", chat_id=group.id, text="a").refusal
    assert refusal == (400, "Bad Request: not enough rights to send text messages to the chat")
    channel = server.add_channel("News")
    channel.set_bot_status(alice, MemberStatus.MEMBER)
    refusal = bot.call("sendMessage", chat_id=channel.id, text="a").refusal
    assert refusal == (400, "Bad Request: need administrator rights in the channel chat")


def test_bots_and_the_bot_itself_are_not_written_to(server: BotApiServer, bot: Caller) -> None:
    """A bot cannot write to bots, and with itself it has no chat."""
    other = server.add_user("Other", is_bot=True)
    refusal = bot.call("sendMessage", chat_id=other.id, text="a").refusal
    assert refusal == (403, "Forbidden: bot can't send messages to bots")
    refusal = bot.call("sendMessage", chat_id=server.bot_user.id, text="a").refusal
    assert refusal == (400, "Bad Request: chat not found")


def test_links_to_people_are_mentions_of_those_the_bot_knows(bot: Caller, alice: Person) -> None:
    """A link to a user becomes a mention, and plain text when nobody has that id."""
    text = f'<a href="tg://user?id={alice.id}">her</a> <a href="tg://user?id=4">them</a>'
    result = bot.call("sendMessage", chat_id=alice.id, text=text, parse_mode="HTML").result
    assert [(e["type"], e["user"]["id"]) for e in result["entities"]] == [("text_mention", alice.id)]
    given = [{"type": "text_mention", "offset": 0, "length": 1, "user": {"id": alice.id}}]
    assert bot.call("sendMessage", chat_id=alice.id, text="her", entities=given).result["entities"][0]["user"]


def test_a_message_of_another_chat_can_be_answered(server: BotApiServer, bot: Caller, alice: Person) -> None:
    """A reply across chats needs the message there and is not shown as one here."""
    group = server.add_group("Team", [alice])
    written = alice.send(group, "/ask")
    reply = {"message_id": written.message_id, "chat_id": group.id}
    result = bot.call("sendMessage", chat_id=alice.id, text="a", reply_parameters=reply).result
    assert "reply_to_message" not in result
    reply["message_id"] = 999
    assert bot.call("sendMessage", chat_id=alice.id, text="a", reply_parameters=reply).status == 400


def test_a_public_chat_goes_by_its_name(server: BotApiServer, bot: Caller) -> None:
    """A channel or supergroup with a username is found by it; a bot posts in the channel's name."""
    channel = server.add_channel("News", username="nickel_news")
    result = bot.call("sendMessage", chat_id="@Nickel_News", text="a").result
    assert (result["chat"]["id"], result["sender_chat"]["id"], "from" in result) == (channel.id, channel.id, False)


def test_a_reply_needs_its_message(bot: Caller, alice: Person) -> None:
    """A reply to a message that is gone is refused, unless the bot allows sending without it."""
    written = alice.say("question")
    reply = {"message_id": written.message_id}
    result = bot.call("sendMessage", chat_id=alice.id, text="a", reply_parameters=reply).result
    assert result["reply_to_message"]["text"] == "question"
    assert "reply_to_message" not in result["reply_to_message"]
    alice.private.delete(written)
    refusal = bot.call("sendMessage", chat_id=alice.id, text="a", reply_parameters=reply).refusal
    assert refusal == (400, "Bad Request: message to be replied not found")
    allowed = {**reply, "allow_sending_without_reply": True}
    result = bot.call("sendMessage", chat_id=alice.id, text="a", reply_parameters=allowed).result
    assert "reply_to_message" not in result


@pytest.mark.parametrize(
    ("reply", "description"),
    [
        pytest.param("{", "Bad Request: can't parse reply parameters JSON object", id="no-json"),
        pytest.param("[]", "Bad Request: object expected as reply parameters", id="no-object"),
        pytest.param({"quote": "a"}, 'Bad Request: can\'t find field "message_id"', id="no-id"),
    ],
)
def test_reply_parameters_are_read(bot: Caller, alice: Person, reply: Parameters | str, description: str) -> None:
    """Reply parameters must be an object with a message id."""
    answer = bot.call("sendMessage", chat_id=alice.id, text="a", reply_parameters=reply)
    assert answer.refusal == (400, description)


def test_a_quote_must_be_in_the_message(bot: Caller, alice: Person) -> None:
    """A quote that the replied message does not contain is refused."""
    written = alice.say("how much nickel?")
    reply = {"message_id": written.message_id, "quote": "nickel"}
    assert bot.call("sendMessage", chat_id=alice.id, text="a", reply_parameters=reply).status == 200
    reply["quote"] = "cobalt"
    refusal = bot.call("sendMessage", chat_id=alice.id, text="a", reply_parameters=reply).refusal
    assert refusal == (400, "Bad Request: QUOTE_TEXT_INVALID")


def test_a_topic_must_exist(server: BotApiServer, bot: Caller, alice: Person) -> None:
    """Only an open topic of the forum is a thread; General's id 1 is none, except for chat actions."""
    forum = server.add_forum("Forum", [alice])
    topic = forum.add_topic(alice, "Nickel")
    result = bot.call("sendMessage", chat_id=forum.id, text="a", message_thread_id=topic.thread_id).result
    assert (result["message_thread_id"], result["is_topic_message"]) == (topic.thread_id, True)
    for wrong in (1, 999):
        refusal = bot.call("sendMessage", chat_id=forum.id, text="a", message_thread_id=wrong).refusal
        assert refusal == (400, "Bad Request: message thread not found")
    assert bot.call("sendChatAction", chat_id=forum.id, action="typing", message_thread_id=1).result is True
    topic.closed = True
    refusal = bot.call("sendMessage", chat_id=forum.id, text="a", message_thread_id=topic.thread_id).refusal
    assert refusal == (400, "Bad Request: TOPIC_CLOSED")
    forum.delete(topic.thread_id)
    refusal = bot.call("sendMessage", chat_id=forum.id, text="a", message_thread_id=topic.thread_id).refusal
    assert refusal == (400, "Bad Request: message thread not found")


def test_a_reply_lands_in_the_topic_of_its_question(server: BotApiServer, bot: Caller, alice: Person) -> None:
    """A reply needs no thread id: it joins the topic; without either it goes to General."""
    forum = server.add_forum("Forum", [alice])
    topic = forum.add_topic(alice, "Nickel")
    written = alice.send(forum, "how much?", topic=topic)
    reply = {"message_id": written.message_id}
    result = bot.call("sendMessage", chat_id=forum.id, text="a", reply_parameters=reply).result
    assert result["message_thread_id"] == topic.thread_id
    assert "message_thread_id" not in bot.call("sendMessage", chat_id=forum.id, text="a").result


def test_a_chain_of_replies_is_no_topic(server: BotApiServer, bot: Caller, alice: Person) -> None:
    """In a supergroup without topics a reply carries a thread id that cannot be sent back."""
    group = server.add_supergroup("Team", [alice])
    first = alice.send(group, "/ask")
    second = alice.send(group, "/ask", reply_to=first)
    assert second.json["message_thread_id"] == first.message_id
    refusal = bot.call("sendMessage", chat_id=group.id, text="a", message_thread_id=first.message_id).refusal
    assert refusal == (400, "Bad Request: message thread not found")


def test_a_chat_action_must_be_known(bot: Caller, alice: Person) -> None:
    """Only the listed actions are shown."""
    assert bot.call("sendChatAction", chat_id=alice.id, action="typing").result is True
    refusal = bot.call("sendChatAction", chat_id=alice.id, action="dancing").refusal
    assert refusal == (400, "Bad Request: wrong parameter action in request")


def test_nested_objects_in_forms_are_json_texts(bot: Caller, alice: Person) -> None:
    """A form carries the same call, objects as JSON and truth as a word."""
    markup = json.dumps({"inline_keyboard": [[{"text": "a", "callback_data": "b"}]]})
    result = bot.call_form(
        "sendMessage", chat_id=str(alice.id), text="é <b>x</b>", parse_mode="HTML", reply_markup=markup
    )
    assert (result.result["text"], result.result["reply_markup"]) == ("é x", json.loads(markup))


def test_text_must_be_utf8(bot: Caller, alice: Person) -> None:
    """Bytes that are no UTF-8, and half a surrogate pair in JSON, are refused."""
    path = f"/bot{bot.token}/sendMessage"
    form = f"chat_id={alice.id}&text=%ff".encode()
    refusal = (400, "Bad Request: strings must be encoded in UTF-8")
    assert bot.post(path, form, "application/x-www-form-urlencoded").refusal == refusal
    body = b'{"chat_id": %d, "text": "\\ud800"}' % alice.id
    assert bot.post(path, body).refusal == refusal


def test_markdown_is_not_silently_taken(bot: Caller, alice: Person) -> None:
    """Markdown is not read here, which is answered loudly."""
    assert bot.call("sendMessage", chat_id=alice.id, text="*a*", parse_mode="MarkdownV2").status == 500
