"""How long Telegram asked to leave a chat alone: kept, so that a restart does not make it angrier."""

from collections.abc import Callable
from typing import Protocol

from sqlalchemy import bindparam, delete, select

from bot.storage.schema import pauses
from bot.storage.store import Store


class Pauses(Protocol):
    """The memory of pauses."""

    def note(self, chat: int, seconds: float) -> None:
        """Keep that the chat is to be left alone for so long from now on."""

    def left(self, chat: int) -> float:
        """Return how many seconds the chat is still to be left alone, 0 for not at all."""


class MemoryPauses:
    """Pauses that end with the process."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """Start without any; `clock` is any steady one."""
        self._clock = clock
        self._until: dict[int, float] = {}

    def note(self, chat: int, seconds: float) -> None:
        """Keep when the pause ends, and forget those that are over."""
        now = self._clock()
        self._until = {other: until for other, until in self._until.items() if until > now}
        self._until[chat] = now + seconds

    def left(self, chat: int) -> float:
        """Return the rest of the pause."""
        return max(0.0, self._until.get(chat, 0.0) - self._clock()) if chat in self._until else 0.0


class StoredPauses:
    """Pauses that outlive the process."""

    def __init__(self, store: Store, *, wall: Callable[[], float], steady: Callable[[], float]) -> None:
        """Keep the parts; a pause counts by the `steady` clock, what is kept by `wall`."""
        self._store = store
        self._wall = wall
        self._memory = MemoryPauses(steady)
        insert = store.insert(pauses)
        news = {name: insert.excluded[name] for name in ("until", "seconds")}
        self._keep = insert.on_conflict_do_update(index_elements=["chat"], set_=news)

    async def load(self) -> None:
        """Take up the pauses that an earlier run was asked for, and drop those that are over."""
        rows = await self._store.read(select(pauses.c.chat, pauses.c.until, pauses.c.seconds))
        for chat, until, seconds in rows:
            # However the clock was set meanwhile: no longer than Telegram asked for.
            left = min(until - self._wall(), seconds)
            if left > 0:
                self._memory.note(chat, left)
        over = delete(pauses).where(pauses.c.until <= bindparam("now"))
        await self._store.writer.commit(over, {"now": self._wall()})

    def note(self, chat: int, seconds: float) -> None:
        """Keep when the pause ends."""
        self._memory.note(chat, seconds)
        self._store.writer.note(self._keep, {"chat": chat, "until": self._wall() + seconds, "seconds": seconds})

    def left(self, chat: int) -> float:
        """Return the rest of the pause."""
        return self._memory.left(chat)
