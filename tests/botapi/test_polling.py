"""getUpdates waits, acknowledges and quarrels as Telegram's does."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.botapi import BotApiServer, ControlError, Person, serving
from tests.botapi.caller import Caller

OTHER_POLLER = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
Update = dict[str, Any]  # an update as the bot gets it


def texts(updates: list[Update]) -> list[str]:
    """Return what the messages of these updates say."""
    return [update["message"]["text"] for update in updates]


def wait_for_poll(server: BotApiServer, count: int) -> None:
    """Wait until the server has seen this many polls."""
    deadline = time.monotonic() + 5
    while len(server.polling.offsets) < count and time.monotonic() < deadline:
        threading.Event().wait(0.001)
    assert len(server.polling.offsets) >= count


def test_an_offset_acknowledges_everything_before_it(bot: Caller, alice: Person) -> None:
    """Updates stay until a higher offset is asked for."""
    written = [alice.say(str(n)) for n in range(3)]
    assert texts(bot.call("getUpdates", offset=1).result) == ["0", "1", "2"]
    assert texts(bot.call("getUpdates", offset=2).result) == ["0", "1", "2"]
    assert texts(bot.call("getUpdates", offset=(written[1].update_id or 0)).result) == ["1", "2"]
    assert texts(bot.call("getUpdates").result) == ["1", "2"]


def test_a_limit_cuts_the_answer(bot: Caller, alice: Person) -> None:
    """The limit lies between 1 and 100, whatever is asked."""
    for number in range(102):
        alice.say(str(number))
    assert len(bot.call("getUpdates", offset=1, limit=2).result) == 2
    assert len(bot.call("getUpdates", offset=2, limit=0).result) == 1
    assert len(bot.call("getUpdates", offset=3, limit=500).result) == 100


def test_a_negative_offset_keeps_the_last(bot: Caller, alice: Person) -> None:
    """A negative offset forgets all but that many."""
    for number in range(3):
        alice.say(str(number))
    assert texts(bot.call("getUpdates", offset=-1).result) == ["2"]
    assert texts(bot.call("getUpdates", offset=1).result) == ["2"]


def test_a_poll_waits_for_the_next_update(server: BotApiServer, bot: Caller, alice: Person) -> None:
    """A poll with a timeout is answered as soon as something comes."""
    with ThreadPoolExecutor() as pool:
        poll = pool.submit(bot.call, "getUpdates", timeout=10)
        wait_for_poll(server, 1)
        alice.say("hello")
        assert texts(poll.result(5).result) == ["hello"]


def test_a_poll_ends_empty_after_its_timeout(server: BotApiServer, bot: Caller) -> None:
    """A poll that sees nothing returns an empty list."""
    assert bot.call("getUpdates").result == []
    assert server.polling.offsets == [0]


def test_a_second_poller_ends_the_older_one(server: BotApiServer, bot: Caller, alice: Person) -> None:
    """Of two waiting polls the older gets a 409 and the newer the update."""
    with ThreadPoolExecutor() as pool:
        older = pool.submit(bot.call, "getUpdates", timeout=10)
        wait_for_poll(server, 1)
        newer = pool.submit(bot.call, "getUpdates", offset=1, timeout=10)
        assert older.result(5).refusal == (409, OTHER_POLLER)
        alice.say("hello")
        assert texts(newer.result(5).result) == ["hello"]


def test_asking_the_same_again_at_once_is_slowed_down() -> None:
    """The same offset again at once brings one update at most, and waits when there is none."""
    with serving(time_scale=0.05) as server:
        bot, person = Caller(server), server.add_user("Bob")
        person.say("a")
        person.say("b")
        assert len(bot.call("getUpdates", offset=5).result) == 2
        assert len(bot.call("getUpdates", offset=5).result) == 1
        server.updates.clear()
        bot.call("getUpdates", offset=6)
        started = time.monotonic()
        assert bot.call("getUpdates", offset=6).result == []
        assert time.monotonic() - started >= 0.14


def test_only_allowed_kinds_are_queued(server: BotApiServer, bot: Caller, alice: Person) -> None:
    """allowed_updates holds from then on; an empty list is the default, a missing one changes nothing."""
    bot.call("getUpdates", allowed_updates=["inline_query", "nonsense"])
    assert alice.say("a").update_id is None
    bot.call("getUpdates", offset=1)
    assert alice.say("b").update_id is None
    assert alice.ask_inline("c").update_id is not None
    bot.call("getUpdates", offset=2, allowed_updates=[])
    assert alice.say("d").update_id is not None
    assert server.updates.add("chat_member", {}, line=0) is None


def test_a_list_of_kinds_that_cannot_be_read_is_ignored(bot: Caller, alice: Person) -> None:
    """Broken allowed_updates change nothing."""
    assert bot.call("getUpdates", allowed_updates="[").status == 200
    assert bot.call("getUpdates", offset=1, allowed_updates={"a": 1}).status == 200
    assert alice.say("a").update_id is not None


def test_updates_wait_a_day(server: BotApiServer, bot: Caller, alice: Person) -> None:
    """After 24 hours an update is gone."""
    alice.say("old")
    server.clock.advance(23 * 3600)
    alice.say("new")
    server.clock.advance(3601)
    assert texts(bot.call("getUpdates").result) == ["new"]


def test_unknown_kinds_and_repeats_can_be_delivered(server: BotApiServer, bot: Caller, alice: Person) -> None:
    """A test can send anything, and the same update again under its id."""
    raw = server.raw_update({"brand_new_thing": {"x": 1}})
    written = alice.say("a")
    assert bot.call("getUpdates", offset=1).result[0] == {"update_id": raw, "brand_new_thing": {"x": 1}}
    assert bot.call("getUpdates", offset=(written.update_id or 0) + 1).result == []
    server.updates.repeat(written.update_id or 0)
    again = bot.call("getUpdates", offset=(written.update_id or 0) + 1).result
    assert [update["update_id"] for update in again] == [written.update_id]
    assert bot.call("getUpdates", offset=(written.update_id or 0) + 2).result == []
    with pytest.raises(ControlError):
        server.updates.repeat(1)


def test_updates_can_come_out_of_order(server: BotApiServer, bot: Caller, alice: Person) -> None:
    """A test reorders held updates; none is lost to the acknowledgement of a newer one."""
    with server.updates.held() as held:
        first, second = alice.say("1"), alice.say("2")
        held.reverse()
    got = bot.call("getUpdates", offset=1, limit=1).result
    assert texts(got) == ["2"]
    got = bot.call("getUpdates", offset=(second.update_id or 0) + 1).result
    assert [update["update_id"] for update in got] == [first.update_id]
