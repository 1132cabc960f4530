"""The inbox: updates that are safe here but not yet handled, in order within a chat.

One keeps them in memory alone and hands them out; the other keeps them in the store as well.
"""

import asyncio
import json
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from sqlalchemy import bindparam, delete, func, select, update

from bot.storage.schema import inbox
from bot.storage.store import Store

Body: TypeAlias = Mapping[str, Any]  # Any: an update as Telegram sent it, read where it is handled

REMEMBERED = 10_000
"""Updates whose ids are remembered; Telegram repeats only what was not acknowledged just before."""
CAPACITY = 2_000
"""Updates that may wait in memory; from there on the rest waits at Telegram."""
KNOWN_FOR = 48 * 3600.0
"""Seconds that the ids of handled updates are kept: Telegram keeps updates for a day, and numbers anew after a week."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An update as it arrived. `lane` is the chat that its order belongs to."""

    update_id: int
    lane: int
    body: Body


class Inbox(Protocol):
    """Where updates wait: handed out in order within a lane, lanes side by side, each update once."""

    async def put(self, batch: Sequence[Item]) -> None:
        """Keep the updates; when this returns they are safe and may be acknowledged. Known ids are dropped."""

    async def room(self) -> None:
        """Return when more updates may be put; until then they are better kept at Telegram."""

    async def next(self) -> Item:
        """Return the oldest update whose lane is free, waiting for one; its lane is taken until `done`."""

    async def done(self, item: Item) -> None:
        """Forget a handled update and free its lane."""

    async def drained(self) -> None:
        """Return when nothing waits and nothing is being handled."""

    def waiting(self) -> int:
        """Return how many updates wait or are being handled."""


class MemoryInbox:
    """An inbox that ends with the process."""

    def __init__(self, *, capacity: int = CAPACITY) -> None:
        """Start empty."""
        self._capacity = capacity
        self._seen: OrderedDict[int, None] = OrderedDict()
        self._lanes: dict[int, deque[Item]] = {}
        self._open: dict[int, Item] = {}
        self._ready: asyncio.Queue[int] = asyncio.Queue()
        self._changed = asyncio.Condition()

    async def put(self, batch: Sequence[Item]) -> None:
        """Keep the updates that are new."""
        for item in batch:
            if item.update_id not in self._seen:
                self._add(item)

    async def room(self) -> None:
        """Return when fewer updates than the capacity are kept."""
        async with self._changed:
            await self._changed.wait_for(lambda: len(self._open) < self._capacity)

    async def next(self) -> Item:
        """Return the next update of the lane that has waited longest."""
        lane = await self._ready.get()
        return self._lanes[lane][0]

    async def done(self, item: Item) -> None:
        """Forget the update; its lane queues behind the others if more waits in it."""
        waiting = self._lanes[item.lane]
        waiting.popleft()
        del self._open[item.update_id]
        if waiting:
            self._ready.put_nowait(item.lane)
        else:
            del self._lanes[item.lane]
        async with self._changed:
            self._changed.notify_all()

    async def drained(self) -> None:
        """Return when the last update is done."""
        async with self._changed:
            await self._changed.wait_for(lambda: not self._open)

    def waiting(self) -> int:
        """Return how many updates wait or are being handled."""
        return len(self._open)

    def _add(self, item: Item) -> None:
        self._seen[item.update_id] = None
        if len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)
        self._open[item.update_id] = item
        waiting = self._lanes.setdefault(item.lane, deque())
        waiting.append(item)
        if len(waiting) == 1:
            self._ready.put_nowait(item.lane)


class StoredInbox:
    """An inbox whose updates outlive the process, until each is done."""

    def __init__(self, store: Store, *, bot: int, wall: Callable[[], float], capacity: int = CAPACITY) -> None:
        """Keep the parts; `bot` is whose updates they are, `wall` is seconds since the epoch."""
        self._store = store
        self._bot = bot
        self._wall = wall
        self._memory = MemoryInbox(capacity=capacity)
        self._received = 0.0
        # Two polls may bring the same update; the first one counts.
        self._insert = store.insert(inbox).on_conflict_do_nothing().returning(inbox.c.update_id)
        self._finish = (
            update(inbox).where(inbox.c.bot == bot, inbox.c.update_id == bindparam("handled")).values(body=None)
        )

    async def load(self) -> int:
        """Take up what an earlier run left, in its order; return how much that is."""
        own = select(inbox.c.update_id, inbox.c.lane, inbox.c.body).where(inbox.c.bot == self._bot)
        waiting = own.where(inbox.c.body.is_not(None)).order_by(inbox.c.received, inbox.c.update_id)
        rows = await self._store.read(waiting)
        await self._memory.put([Item(update_id=row[0], lane=row[1], body=json.loads(row[2])) for row in rows])
        newest = await self._store.read(select(func.max(inbox.c.received)).where(inbox.c.bot == self._bot))
        self._received = newest[0][0] or 0.0
        return len(rows)

    async def put(self, batch: Sequence[Item]) -> None:
        """Keep the updates that are new, all of them in one commit."""
        if not batch:
            return
        # Never back, even if the clock is set back, so that the order survives a restart.
        self._received = max(self._wall(), self._received)
        rows = [
            {
                "bot": self._bot,
                "update_id": item.update_id,
                "lane": item.lane,
                "received": self._received,
                # As ASCII it holds neither NUL nor lone surrogates, which databases refuse.
                "body": json.dumps(item.body, separators=(",", ":")),
            }
            for item in {item.update_id: item for item in batch}.values()
        ]
        new = {row[0] for row in await self._store.writer.commit_now(self._insert, rows)}
        await self._memory.put([item for item in batch if item.update_id in new])

    async def room(self) -> None:
        """Return when fewer updates than the capacity are kept."""
        await self._memory.room()

    async def next(self) -> Item:
        """Return the next update of the lane that has waited longest."""
        return await self._memory.next()

    async def done(self, item: Item) -> None:
        """Delete the update's body, keep its id, and free its lane once that is safe."""
        await self._store.writer.commit(self._finish, {"handled": item.update_id})
        await self._memory.done(item)

    async def drained(self) -> None:
        """Return when the last update is done."""
        await self._memory.drained()

    def waiting(self) -> int:
        """Return how many updates wait or are being handled."""
        return self._memory.waiting()

    async def forget(self) -> None:
        """Drop the ids of updates that were handled long ago."""
        old = delete(inbox).where(inbox.c.body.is_(None), inbox.c.received < bindparam("before"))
        await self._store.writer.commit(old, {"before": self._wall() - KNOWN_FOR})
