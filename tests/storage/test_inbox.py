"""The inbox: order within a lane, lanes side by side, each update once."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from bot.storage.inbox import REMEMBERED, Item, MemoryInbox


def _item(update_id: int, lane: int) -> Item:
    return Item(update_id=update_id, lane=lane, body={"update_id": update_id})


def _run(scenario: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(scenario, 5))


def test_order_within_a_lane() -> None:
    """An update is handed out only when the one before it in its lane is done."""

    async def scenario() -> None:
        inbox = MemoryInbox()
        await inbox.put([_item(1, 7), _item(2, 7)])
        first = await inbox.next()
        second = asyncio.create_task(inbox.next())
        await asyncio.sleep(0)
        assert not second.done()
        await inbox.done(first)
        assert ((await second).update_id, first.update_id) == (2, 1)

    _run(scenario())


def test_lanes_side_by_side_and_in_turn() -> None:
    """A lane that is being handled stops no other, and a long lane lets the others in between."""

    async def scenario() -> None:
        inbox = MemoryInbox()
        await inbox.put([_item(1, 7), _item(2, 7), _item(3, 8)])
        first, other = await inbox.next(), await inbox.next()
        assert (first.update_id, other.update_id) == (1, 3)
        await inbox.put([_item(4, 9)])
        await inbox.done(first)
        assert [(await inbox.next()).update_id for _ in range(2)] == [4, 2]

    _run(scenario())


def test_each_update_once() -> None:
    """An id that was seen before is dropped, whether it waits, is being handled, or is done."""

    async def scenario() -> None:
        inbox = MemoryInbox()
        await inbox.put([_item(1, 7), _item(1, 7)])
        await inbox.put([_item(1, 7)])
        await inbox.done(await inbox.next())
        await inbox.put([_item(1, 7)])
        assert inbox.waiting() == 0
        await inbox.drained()

    _run(scenario())


def test_memory_of_ids_is_bounded() -> None:
    """Only the newest ids are remembered."""

    async def scenario() -> None:
        inbox = MemoryInbox()
        for number in range(REMEMBERED + 1):
            await inbox.put([_item(number, number)])
            await inbox.done(await inbox.next())
        await inbox.put([_item(0, 0)])
        assert inbox.waiting() == 1

    _run(scenario())


def test_room_waits_for_a_full_inbox_to_empty() -> None:
    """A full inbox has room again when enough is done."""

    async def scenario() -> None:
        inbox = MemoryInbox(capacity=2)
        await inbox.put([_item(1, 1), _item(2, 2)])
        room = asyncio.create_task(inbox.room())
        await asyncio.sleep(0)
        assert not room.done()
        await inbox.done(await inbox.next())
        await room

    _run(scenario())
