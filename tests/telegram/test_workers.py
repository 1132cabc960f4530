"""Handling what waits: so many at once, whatever one of them does."""

import asyncio
from contextlib import suppress

from structlog.testing import capture_logs

from bot.storage.inbox import Item, MemoryInbox
from bot.telegram.workers import UNMARKED, Slots, Workers


def _items(count: int) -> list[Item]:
    return [Item(update_id=number, lane=number, body={}) for number in range(count)]


async def _work(workers: Workers, inbox: MemoryInbox) -> None:
    task = asyncio.create_task(workers.run())
    await asyncio.wait_for(inbox.drained(), 5)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


def test_no_more_at_once_than_there_are_slots() -> None:
    """As many updates are handled at once as there are slots, and all in the end."""
    running: list[int] = []
    most = 0
    handled: list[int] = []

    async def handle(item: Item) -> None:
        nonlocal most
        running.append(item.update_id)
        most = max(most, len(running))
        for _ in range(20):
            await asyncio.sleep(0)
        running.remove(item.update_id)
        handled.append(item.update_id)

    async def scenario() -> None:
        inbox = MemoryInbox()
        await inbox.put(_items(20))
        await _work(Workers(inbox=inbox, slots=Slots(3), handle=handle), inbox)

    asyncio.run(scenario())
    assert most == 3
    assert sorted(handled) == list(range(20))


def test_failing_update_is_logged_and_over() -> None:
    """An update whose handling fails is logged by its id and kind of failure, and the others go on."""

    async def handle(item: Item) -> None:
        if item.update_id == 1:
            message = "somebody's words"
            raise ValueError(message)

    async def scenario() -> None:
        inbox = MemoryInbox()
        await inbox.put(_items(3))
        await _work(Workers(inbox=inbox, slots=Slots(1), handle=handle), inbox)

    with capture_logs() as logs:
        asyncio.run(scenario())
    assert logs == [{"event": "update not handled", "log_level": "error", "update": 1, "kind": "ValueError"}]


def test_who_rests_gives_its_slot_to_others() -> None:
    """While one update rests, others use its slot."""
    order: list[str] = []

    async def scenario() -> None:
        awake = asyncio.Event()

        async def sleep(_: float) -> None:
            await awake.wait()

        slots = Slots(1, sleep=sleep)

        async def handle(item: Item) -> None:
            if item.update_id == 0:
                await slots.rest(60)
                order.append("rested")
            else:
                order.append("other")
                awake.set()

        inbox = MemoryInbox()
        await inbox.put(_items(2))
        await _work(Workers(inbox=inbox, slots=slots, handle=handle), inbox)

    asyncio.run(scenario())
    assert order == ["other", "rested"]


def test_what_is_broken_off_stays_in_the_inbox() -> None:
    """An update that was being handled when the workers ended is not done."""

    async def scenario() -> None:
        begun = asyncio.Event()

        async def handle(_: Item) -> None:
            begun.set()
            await asyncio.Event().wait()

        inbox = MemoryInbox()
        await inbox.put(_items(1))
        task = asyncio.create_task(Workers(inbox=inbox, slots=Slots(1), handle=handle).run())
        await asyncio.wait_for(begun.wait(), 5)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        assert inbox.waiting() == 1

    asyncio.run(scenario())


def test_replies_that_are_not_marked_are_bounded() -> None:
    """While nothing can be marked as done, no more updates are handled than a crash may repeat."""
    handled: list[int] = []

    class Stuck(MemoryInbox):
        async def done(self, item: Item) -> None:
            del item
            await asyncio.Event().wait()

    async def handle(item: Item) -> None:
        handled.append(item.update_id)

    async def scenario() -> None:
        inbox = Stuck()
        await inbox.put(_items(UNMARKED + 50))
        task = asyncio.create_task(Workers(inbox=inbox, slots=Slots(3), handle=handle).run())
        for _ in range(10 * UNMARKED):
            await asyncio.sleep(0)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    asyncio.run(scenario())
    assert len(handled) == UNMARKED
