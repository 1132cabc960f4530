"""Troubles on the way to Telegram and back: nothing is lost, and nobody waits for somebody else's trouble."""

import pytest

from tests.botapi import BotApiServer, Call, Person
from tests.end_to_end.program import Program, until

pytestmark = pytest.mark.usefixtures("program")

HEIGHT = "How high is the tower?"


def test_429_in_one_chat_delays_no_other(server: BotApiServer, alice: Person, badr: Person) -> None:
    """While one chat has to wait, the others are answered; it is answered when its time has come."""
    server.faults.too_many(1, retry_after=2, chat_id=alice.id)
    alice.say(HEIGHT)
    refused = server.wait_for(lambda call: call.status == 429 and call.parameters["chat_id"] == str(alice.id))
    for _ in range(3):
        badr.say(HEIGHT)
        assert badr.private.next_reply().time - refused.time < 1
    answer = alice.private.next_reply()
    assert answer.time - refused.time >= 2


def test_429_everywhere_loses_nothing_and_keeps_the_order(server: BotApiServer, alice: Person) -> None:
    """Answers of one chat keep their order through refusals."""
    server.faults.too_many(2, retry_after=1)
    alice.say(HEIGHT)
    alice.say("How far does the lamp shine?")
    assert "43 metres" in alice.private.next_reply().text
    assert "24 sea miles" in alice.private.next_reply().text


@pytest.mark.parametrize("status", [500, 502])
def test_errors_of_the_server_are_survived(server: BotApiServer, program: Program, alice: Person, status: int) -> None:
    """A server that fails is asked again, whether it answers in JSON or with a proxy's page."""
    server.faults.fail(3, status=status, methods=("sendMessage",))
    server.faults.fail(2, status=status, methods=("getUpdates",))
    alice.say(HEIGHT)
    assert "43 metres" in alice.private.next_reply().text
    program.wait_for_log("Telegram is back", call="sending")


def test_connections_cut_before_processing_lose_nothing(server: BotApiServer, alice: Person) -> None:
    """A call whose connection is cut is made again."""
    server.faults.drop_before(2, methods=("sendMessage",))
    server.faults.drop_before(2, methods=("getUpdates",))
    alice.say(HEIGHT)
    assert "43 metres" in alice.private.next_reply().text


@pytest.mark.parametrize("trouble", ["drop_after", "cut_halfway"])
def test_update_whose_delivery_is_cut_is_answered_once(server: BotApiServer, alice: Person, trouble: str) -> None:
    """Updates that were lost on the way are fetched again, and those that came twice are answered once."""
    getattr(server.faults, trouble)(1, methods=("getUpdates",))
    alice.say(HEIGHT)
    alice.say("How far does the lamp shine?")
    assert "43 metres" in alice.private.next_reply().text
    assert "24 sea miles" in alice.private.next_reply().text
    assert len(_answers(server, alice)) == 2


def test_answer_whose_acceptance_is_unknown_may_come_twice_but_not_never(server: BotApiServer, alice: Person) -> None:
    """When the connection is cut after sending, the answer is sent again."""
    server.faults.drop_after(1, methods=("sendMessage",))
    alice.say(HEIGHT)
    until(lambda: len(_answers(server, alice)) == 2, "two answers")
    assert [call.lost for call in _answers(server, alice)] == [True, False]


def test_update_delivered_twice_is_answered_once(server: BotApiServer, alice: Person) -> None:
    """Telegram may repeat an update; its id tells."""
    asked = alice.say(HEIGHT)
    alice.private.next_reply()
    server.updates.repeat(asked.update_id or 0)
    alice.say("How far does the lamp shine?")
    assert "24 sea miles" in alice.private.next_reply().text


def test_server_that_is_away_for_a_while_is_waited_for(server: BotApiServer, program: Program, alice: Person) -> None:
    """While the server is away the bot waits; what was asked meanwhile is answered; the log has two lines of it."""
    seen = len(program.log)
    server.leave_now()
    alice.say(HEIGHT)
    until(lambda: any(line["event"].startswith("Telegram is away") for line in program.log[seen:]), "an outage")
    server.come_back_now()
    assert "43 metres" in alice.private.next_reply(10).text
    until(lambda: any(line["event"] == "Telegram is back" for line in program.log[seen:]), "its end")
    assert sum(line["event"].startswith("Telegram is away") for line in program.log[seen:]) == 1


def test_who_blocked_the_bot_costs_nothing(server: BotApiServer, program: Program, alice: Person) -> None:
    """An answer to somebody who has just blocked the bot is dropped, with one quiet line."""
    server.faults.too_many(1, retry_after=1, chat_id=alice.id)
    asked = alice.say(HEIGHT)
    server.wait_for(lambda call: call.status == 429 and call.parameters["chat_id"] == str(alice.id))
    alice.block()
    assert program.wait_for_log("dropped, the bot may not write there", update=asked.update_id)["level"] == "info"


def test_group_that_moves_while_it_waits_is_answered_at_its_new_place(
    server: BotApiServer, alice: Person, badr: Person
) -> None:
    """An answer to a group that became a supergroup meanwhile goes to the supergroup."""
    group = server.add_group("Harbour", [alice, badr])
    server.faults.too_many(1, retry_after=1, chat_id=group.id)
    alice.send(group, f"@nickel_test_bot {HEIGHT}")
    server.wait_for(lambda call: call.status == 429 and call.parameters["chat_id"] == str(group.id))
    new = group.migrate(alice)
    assert "43 metres" in new.next_reply().text


def test_late_press_is_answered_all_the_same(server: BotApiServer, alice: Person) -> None:
    """A press that is too old to be answered as one still brings its answer as a message."""
    alice.say("visitors")
    choices = alice.private.next_reply()
    server.faults.too_many(1, retry_after=1, methods=("answerCallbackQuery",))
    alice.press(choices, "Visitors at present")
    server.wait_for(lambda call: call.status == 429 and call.method == "answerCallbackQuery")
    server.expire_queries()
    assert "90 visitors" in alice.private.next_reply().text


def _answers(server: BotApiServer, person: Person) -> list[Call]:
    return [call for call in server.sent if call.chat_id == person.id]
