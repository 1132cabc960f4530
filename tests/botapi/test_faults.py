"""Troubles happen when a test switches them on, and end when it says."""

from __future__ import annotations

import http.client
import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.botapi import BotApiServer, Person
    from tests.botapi.caller import Caller

CUT = (ConnectionError, http.client.HTTPException)


def send(bot: Caller, person: Person) -> int:
    """Send a message and return the status."""
    return bot.call("sendMessage", chat_id=person.id, text="a").status


def test_the_next_calls_fail(server: BotApiServer, bot: Caller, alice: Person) -> None:
    """500 comes as JSON and 502 as a proxy's page, and nothing is sent."""
    server.faults.fail(2)
    answer = bot.call("sendMessage", chat_id=alice.id, text="a")
    assert answer.refusal == (500, "Internal Server Error")
    assert [send(bot, alice) for _ in range(2)] == [500, 200]
    server.faults.fail(status=502)
    answer = bot.call("sendMessage", chat_id=alice.id, text="a")
    assert (answer.status, answer.body, answer.headers["Content-Type"]) == (502, {}, "text/html; charset=utf-8")
    assert len(server.sent) == 1


def test_calls_fail_for_a_while(server: BotApiServer, bot: Caller, alice: Person) -> None:
    """A trouble may last until some time has passed."""
    server.faults.fail_for(60, status=502)
    assert [send(bot, alice) for _ in range(2)] == [502, 502]
    server.clock.advance(61)
    assert send(bot, alice) == 200


def test_faults_spare_other_methods(server: BotApiServer, bot: Caller, alice: Person) -> None:
    """GetUpdates is spared unless it is named, and a named method is the only one."""
    server.faults.fail()
    assert bot.call("getUpdates").status == 200
    assert send(bot, alice) == 500
    server.faults.fail(methods=("getUpdates",))
    assert send(bot, alice) == 200
    assert bot.call("getUpdates").status == 500
    assert server.faults.pending() == 0


def test_a_connection_dropped_before_does_nothing(server: BotApiServer, bot: Caller, alice: Person) -> None:
    """The call never happened, though the bot made it."""
    server.faults.drop_before()
    with pytest.raises(CUT):
        send(bot, alice)
    assert server.sent == []
    assert [(call.status, call.lost) for call in server.calls] == [(0, True)]
    assert send(bot, alice) == 200


@pytest.mark.parametrize("way", ["drop_after", "cut_halfway"])
def test_a_lost_answer_hides_a_message_that_was_sent(
    server: BotApiServer, bot: Caller, alice: Person, way: str
) -> None:
    """The message is there although the bot never hears of it."""
    getattr(server.faults, way)()
    with pytest.raises(CUT):
        send(bot, alice)
    assert [call.lost for call in server.sent] == [True]
    assert len(alice.private.bot_messages()) == 1
    assert send(bot, alice) == 200


def test_one_chat_or_all_are_flooded(server: BotApiServer, bot: Caller, alice: Person) -> None:
    """429 for one chat leaves the others alone and names the time to wait."""
    bob = server.add_user("Bob", started=True)
    server.faults.too_many(retry_after=7, chat_id=bob.id)
    assert send(bot, alice) == 200
    answer = bot.call("sendMessage", chat_id=bob.id, text="a")
    assert answer.refusal == (429, "Too Many Requests: retry after 7")
    assert (answer.body["parameters"], answer.headers["Retry-After"]) == ({"retry_after": 7}, "7")
    assert send(bot, bob) == 200
    server.faults.too_many(2)
    assert [send(bot, person) for person in (alice, bob, alice)] == [429, 429, 200]


def test_published_limits_can_be_enforced(server: BotApiServer, bot: Caller, alice: Person) -> None:
    """One message a second in a chat and twenty a minute in a group, when switched on."""
    assert [send(bot, alice) for _ in range(3)] == [200] * 3
    server.limits.switch_on()
    assert [send(bot, alice) for _ in range(2)] == [200, 429]
    server.clock.advance(1.01)
    assert send(bot, alice) == 200
    server.limits.switch_on(chat=None, overall=None)
    group = server.add_group("Team", [alice])
    answers = [bot.call("sendMessage", chat_id=group.id, text="a") for _ in range(21)]
    assert [answer.status for answer in answers] == [200] * 20 + [429]
    assert 55 <= answers[-1].body["parameters"]["retry_after"] <= 60
    server.limits.switch_off()
    assert bot.call("sendMessage", chat_id=group.id, text="a").status == 200


def test_all_chats_together_have_a_limit(server: BotApiServer, bot: Caller) -> None:
    """Thirty messages a second pass over all chats."""
    people = [server.add_user(str(number), started=True) for number in range(31)]
    server.limits.switch_on(overall=30)
    assert [send(bot, person) for person in people].count(429) <= 1
    assert bot.call("sendMessage", chat_id=people[0].id, text="a").status == 429


def test_answers_can_be_slow(server: BotApiServer, bot: Caller, alice: Person) -> None:
    """Latency delays the answers, for polls by a switch of its own."""
    server.faults.slow_down(milliseconds=30)
    started = time.monotonic()
    send(bot, alice)
    assert time.monotonic() - started >= 0.03
    server.faults.clear()
    server.faults.slow_polls(milliseconds=30)
    started = time.monotonic()
    bot.call("getUpdates")
    assert time.monotonic() - started >= 0.03
    server.faults.clear()
    assert server.faults.latency == server.faults.poll_latency == 0


def test_the_server_goes_away_and_comes_back(server: BotApiServer, bot: Caller, alice: Person) -> None:
    """While it is away nobody connects, and what people write waits on the same port."""
    server.leave_now()
    with pytest.raises(ConnectionRefusedError):
        bot.call("getMe")
    alice.say("hello")
    server.come_back_now()
    assert [u["message"]["text"] for u in bot.call("getUpdates").result] == ["hello"]
