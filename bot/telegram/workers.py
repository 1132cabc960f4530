"""Handles what waits in the inbox: in order within a chat, so many chats at once."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from bot.storage.inbox import Inbox, Item

UNMARKED = 64
"""Updates whose replies are sent or being sent, but not yet marked as done: no more are repeated after a crash."""
AT_ONCE = 32
"""Updates handled at once. With replies that take 50 ms this allows 600 questions a second, more than the
processor does; with 64 a crash repeats twice as many replies, and fewer questions are answered (measured)."""

_log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


class Slots:
    """Limits how much happens at once; who rests gives its slot to others meanwhile."""

    def __init__(self, count: int, *, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        """Start with all slots free."""
        self._free = asyncio.Semaphore(count)
        self._sleep = sleep

    async def take(self) -> None:
        """Take a slot, waiting for one."""
        await self._free.acquire()

    def give_back(self) -> None:
        """Give a slot back."""
        self._free.release()

    async def rest(self, seconds: float) -> None:
        """Wait without a slot, so that a chat that Telegram slows down does not slow down the others."""
        self._free.release()
        try:
            await self._sleep(seconds)
        finally:
            await self._free.acquire()


class Workers:
    """Takes updates from the inbox and has each handled once."""

    def __init__(self, *, inbox: Inbox, slots: Slots, handle: Callable[[Item], Awaitable[None]]) -> None:
        """Keep the parts; `run` starts the work."""
        self._inbox = inbox
        self._slots = slots
        self._handle = handle
        self._unmarked = asyncio.Semaphore(UNMARKED)
        self._running: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Handle updates until cancelled; what is being handled then is broken off and stays in the inbox."""
        try:
            while True:
                item = await self._inbox.next()
                await self._unmarked.acquire()
                await self._slots.take()
                task = asyncio.create_task(self._finish(item))
                self._running.add(task)
                task.add_done_callback(self._running.discard)
                # One question a turn of the event loop: dozens in one would hold up the network and the store
                # for as long as the core takes for all of them.
                await asyncio.sleep(0)
        finally:
            for task in self._running:
                task.cancel()
            await asyncio.gather(*self._running, return_exceptions=True)

    async def _finish(self, item: Item) -> None:
        try:
            await self._in_slot(item)
            await self._inbox.done(item)
        except Exception as error:  # noqa: BLE001 - it stays in the inbox, and the others go on
            _log.error("update not marked as done", update=item.update_id, kind=type(error).__name__)
        finally:
            self._unmarked.release()

    async def _in_slot(self, item: Item) -> None:
        try:
            await self._handle(item)
        except Exception as error:  # noqa: BLE001 - one update that can't be handled must not stop the others
            # Without the traceback: its message may hold what somebody wrote.
            _log.error("update not handled", update=item.update_id, kind=type(error).__name__)
        finally:
            self._slots.give_back()
