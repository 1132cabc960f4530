"""Many people at once."""

import pytest

from tests.botapi import BotApiServer, Call
from tests.end_to_end.program import Program, until

USERS, EACH = 50, 4
QUESTIONS = (
    ("How high is the tower?", "43 metres"),
    ("How far does the lamp shine?", "24 sea miles"),
    ("How many steps do the stairs have?", "217 steps"),
    ("How many visitors are there now?", "90 visitors"),
)


def test_two_hundred_questions_of_fifty_people_are_all_answered(server: BotApiServer, program: Program) -> None:
    """Of many questions at once none is lost, none is answered twice, and each person's stay in order."""
    people = [server.add_user(f"User {number}", language_code="en") for number in range(USERS)]
    server.faults.slow_down(milliseconds=20)
    for question, _ in QUESTIONS:
        for person in people:
            person.say(question)
    try:
        until(lambda: len(_answers(server, {person.id for person in people})) >= USERS * EACH, "200 answers")
    finally:
        server.faults.clear()
    for person in people:
        texts = [call.text for call in _answers(server, {person.id})]
        assert len(texts) == EACH
        assert all(figure in text for (_, figure), text in zip(QUESTIONS, texts, strict=True))
    assert program.log


def test_who_asks_too_much_is_told_once(server: BotApiServer, program: Program) -> None:
    """Beyond the limit of twenty a minute there is one polite word, then silence; others are not concerned."""
    eager, calm = server.add_user("Eager", language_code="en"), server.add_user("Calm", language_code="en")
    updates = [eager.say("How high is the tower?").update_id for _ in range(25)]
    replies = [eager.private.next_reply().text for _ in range(21)]
    assert replies[20] == "Too many questions, please wait a minute."
    assert all("43 metres" in reply for reply in replies[:20])
    calm.say("How high is the tower?")
    assert "43 metres" in calm.private.next_reply().text
    assert program.wait_for_log("question refused", update=updates[24])["reason"] == "rate limit"
    assert eager.private.unread() == []


@pytest.mark.usefixtures("program")
def test_question_that_waited_too_long_gets_an_apology(server: BotApiServer) -> None:
    """A question that was written more than an hour ago is not answered any more, but apologised for."""
    late = server.add_user("Late", language_code="en")
    server.clock.advance(-3700)
    late.say("How high is the tower?")
    server.clock.advance(3700)
    assert late.private.next_reply().text == "Sorry, this question waited too long."


def _answers(server: BotApiServer, chats: set[int]) -> list[Call]:
    return [call for call in server.sent if call.chat_id in chats]
