"""What the bot does in groups: it speaks when it is spoken to, and where."""

import pytest

from tests.botapi import BotApiServer, Person, Place
from tests.end_to_end.program import Program

pytestmark = pytest.mark.usefixtures("program")

HEIGHT = "How high is the tower?"


@pytest.fixture
def group(server: BotApiServer, alice: Person, badr: Person) -> Place:
    """Return a new supergroup with two people and the bot."""
    return server.add_supergroup("Harbour", [alice, badr])


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("@nickel_test_bot How high is the tower?", id="at the start"),
        pytest.param("🗼🇳🇴👨‍👩‍👧 @nickel_test_bot How high is the tower?", id="behind emoji"),
        pytest.param("How high is the tower? @Nickel_Test_BOT", id="at the end, in capitals"),
        pytest.param("@nickel_test_bot: How high is the tower?", id="as an address"),
        pytest.param("/ask How high is the tower?", id="by command"),
        pytest.param("/ask@nickel_test_bot How high is the tower?", id="by command with the name"),
    ],
)
def test_addressed_question_is_answered_as_a_reply(group: Place, alice: Person, text: str) -> None:
    """A question to the bot is answered as a reply to it, its mention not being part of it."""
    asked = alice.send(group, text)
    reply = group.next_reply()
    assert reply.marked("bold") == ["43 metres"]
    assert reply.message["reply_to_message"]["message_id"] == asked.message_id


def test_mention_without_a_username_addresses_too(server: BotApiServer, group: Place, alice: Person) -> None:
    """A mention by id counts as well as one by name."""
    content = {
        "text": f"🗼 Bot {HEIGHT}",
        "entities": [{"type": "text_mention", "offset": 3, "length": 3, "user": server.bot_user.to_json()}],
    }
    asked = alice.send_content(group, content)
    reply = group.next_reply()
    assert "43 metres" in reply.text
    assert reply.message["reply_to_message"]["message_id"] == asked.message_id


def test_caption_can_mention(group: Place, alice: Person) -> None:
    """A mention in the caption of a picture addresses the bot."""
    alice.send_photo(group, f"🗼 @nickel_test_bot {HEIGHT}")
    assert "43 metres" in group.next_reply().text


def test_reply_to_the_bot_is_a_question(group: Place, alice: Person, badr: Person) -> None:
    """Whoever replies to a message of the bot speaks to it."""
    alice.send(group, f"@nickel_test_bot {HEIGHT}")
    first = group.next_reply()
    badr.send(group, "How far does the lamp shine?", reply_to=first)
    assert "24 sea miles" in group.next_reply().text


@pytest.mark.parametrize("call", ["@nickel_test_bot", "@nickel_test_bot ?", "/ask", "/ask@nickel_test_bot"])
def test_mention_in_reply_asks_about_that_message(group: Place, alice: Person, badr: Person, call: str) -> None:
    """A mention alone, in reply to somebody's message, asks what that message asks."""
    question = badr.send(group, HEIGHT)
    alice.send(group, call, reply_to=question)
    assert "43 metres" in group.next_reply().text


def test_quoted_part_is_asked_rather_than_the_whole_message(group: Place, alice: Person, badr: Person) -> None:
    """Of a message that is quoted in part, the quoted part is asked."""
    question = badr.send(group, f"I wonder: what is the weather? {HEIGHT}")
    content = {
        "text": "@nickel_test_bot",
        "entities": [{"type": "mention", "offset": 0, "length": 16}],
        "quote": {"text": HEIGHT, "position": 31, "is_manual": True},
    }
    alice.send_content(group, content, reply_to=question)
    assert "43 metres" in group.next_reply().text


def test_mention_alone_gets_the_usage(group: Place, alice: Person) -> None:
    """A mention without any words tells how to ask."""
    alice.send(group, "@nickel_test_bot")
    assert group.next_reply().text == "Write your question behind /ask."


def test_unsure_means_short(group: Place, alice: Person) -> None:
    """In a group what is not understood gets one short line, without the topics."""
    alice.send(group, "@nickel_test_bot How loud is the wind at night?")
    assert group.next_reply().text == "I do not know."


@pytest.mark.parametrize(
    "text",
    [
        HEIGHT,
        "@nickel_test_botanist How high is the tower?",
        "/ask@other_bot How high is the tower?",
        "/nonsense",
        "mail@nickel_test_bot How high is the tower?",
    ],
)
def test_bot_keeps_quiet_unless_addressed(group: Place, alice: Person, text: str) -> None:
    """What is not for the bot gets no answer."""
    alice.send(group, text)
    alice.send(group, "@nickel_test_bot How far does the lamp shine?")
    assert "24 sea miles" in group.next_reply().text


def test_reply_to_somebody_else_is_not_for_the_bot(group: Place, alice: Person, badr: Person) -> None:
    """Replies between people are left alone."""
    message = alice.send(group, "look at that tower")
    badr.send(group, HEIGHT, reply_to=message)
    alice.send(group, "@nickel_test_bot How far does the lamp shine?")
    assert "24 sea miles" in group.next_reply().text


def test_messages_of_bots_are_ignored(server: BotApiServer, group: Place, alice: Person) -> None:
    """Neither another bot nor what was sent through one gets an answer."""
    content = {"text": f"@nickel_test_bot {HEIGHT}", "entities": [{"type": "mention", "offset": 0, "length": 16}]}
    other = server.add_user("Other", username="other_bot", is_bot=True)
    alice.send_content(group, {**content, "via_bot": other.user.to_json()})
    alice.send(group, "@nickel_test_bot How far does the lamp shine?")
    assert "24 sea miles" in group.next_reply().text


def test_anonymous_admin_is_answered(group: Place) -> None:
    """Somebody who writes as the group itself is answered like anybody."""
    group.send_as_anonymous_admin(f"@nickel_test_bot {HEIGHT}")
    assert "43 metres" in group.next_reply().text


def test_answer_stays_in_its_topic(server: BotApiServer, alice: Person, badr: Person) -> None:
    """In a forum the answer goes to the topic of the question; the General topic's id is not sent."""
    forum = server.add_forum("Lights", [alice, badr])
    topic = forum.add_topic(alice, "Towers")
    badr.send(forum, f"@nickel_test_bot {HEIGHT}", topic=topic)
    assert forum.next_reply().message["message_thread_id"] == topic.thread_id
    badr.send(forum, f"@nickel_test_bot {HEIGHT}")
    reply = forum.next_reply()
    assert "message_thread_id" not in reply.message
    assert "message_thread_id" not in reply.parameters


def test_message_in_a_topic_is_no_reply_to_the_bot(server: BotApiServer, alice: Person, badr: Person) -> None:
    """That a topic's messages come as replies to its first one addresses nobody; a bare mention asks nothing."""
    forum = server.add_forum("Lights", [alice, badr])
    topic = forum.add_topic(alice, HEIGHT)
    badr.send(forum, HEIGHT, topic=topic)
    alice.send(forum, "@nickel_test_bot", topic=topic)
    reply = forum.next_reply()
    assert reply.text == "Write your question behind /ask."
    alice.send(forum, "How far does the lamp shine?", topic=topic, reply_to=reply)
    answer = forum.next_reply()
    assert "24 sea miles" in answer.text
    assert answer.message["message_thread_id"] == topic.thread_id


def test_choice_in_a_topic_is_answered_there(server: BotApiServer, alice: Person, badr: Person) -> None:
    """A button pressed in a topic brings its answer into the topic, whoever presses it."""
    forum = server.add_forum("Lights", [alice, badr])
    topic = forum.add_topic(alice, "Visitors")
    alice.send(forum, "@nickel_test_bot visitors", topic=topic)
    choices = forum.next_reply()
    badr.press(choices, "e:visitors-now")
    answer = forum.next_reply()
    assert "90 " in answer.text
    assert answer.message["message_thread_id"] == topic.thread_id


def test_none_of_these_is_noted_for_the_one_who_pressed(server: BotApiServer, group: Place, alice: Person) -> None:
    """In a group the word of thanks is shown to the one who pressed, and the buttons go."""
    alice.send(group, "@nickel_test_bot visitors")
    choices = group.next_reply()
    asked = alice.press(choices, "None of these")
    server.wait_for(lambda call: call.method == "editMessageReplyMarkup", since=choices.number)
    (answer,) = [call for call in server.calls if call.parameters.get("callback_query_id") == asked.query_id]
    assert answer.parameters["text"] == "Noted, thank you."
    assert group.unread() == []


def test_each_member_has_a_conversation_of_their_own(group: Place, alice: Person, badr: Person) -> None:
    """A follow-up completes the question of the one who asked it, not that of somebody else."""
    alice.send(group, "@nickel_test_bot How many visitors are there now?")
    group.next_reply()
    badr.send(group, "@nickel_test_bot وماذا عن الهدف؟")
    assert "250" not in group.next_reply().text
    alice.send(group, "@nickel_test_bot and the goal?")
    assert "250 visitors" in group.next_reply().text


def test_question_in_a_basic_group_survives_its_upgrade(server: BotApiServer, alice: Person, badr: Person) -> None:
    """When a group becomes a supergroup, the answer goes to its new id, and follow-ups go on there."""
    group = server.add_group("Old harbour", [alice, badr])
    alice.send(group, "@nickel_test_bot How many visitors are there now?")
    group.next_reply()
    new = group.migrate(alice)
    alice.send(new, "@nickel_test_bot and the goal?")
    assert "250 visitors" in new.next_reply().text


def test_deleted_question_is_answered_all_the_same(
    server: BotApiServer, program: Program, alice: Person, badr: Person
) -> None:
    """A question that is deleted before its answer comes is answered without a reply to it."""
    group = server.add_supergroup("Harbour", [alice, badr])
    server.faults.too_many(1, retry_after=1, chat_id=group.id, methods=("sendMessage",))
    asked = alice.send(group, f"@nickel_test_bot {HEIGHT}")
    server.wait_for(lambda call: call.status == 429 and call.parameters["chat_id"] == str(group.id))
    group.delete(asked)
    assert "43 metres" in group.next_reply().text
    program.wait_for_log("question", update=asked.update_id)
