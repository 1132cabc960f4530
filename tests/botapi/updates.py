"""The queue of updates that wait for the bot, as both ways of fetching them see it."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.botapi.refusals import ControlError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.botapi.clock import Clock
    from tests.botapi.json_fields import JsonObject, JsonValue

UPDATE_LIFETIME = 24 * 60 * 60
FIRST_UPDATE_ID = 400_000_001
# An offset this far past the newest update counts as nonsense and is ignored.
FUTURE_TOLERANCE = 10
KNOWN_KINDS = frozenset(
    {
        "message",
        "edited_message",
        "channel_post",
        "edited_channel_post",
        "business_connection",
        "business_message",
        "edited_business_message",
        "deleted_business_messages",
        "message_reaction",
        "message_reaction_count",
        "inline_query",
        "chosen_inline_result",
        "callback_query",
        "shipping_query",
        "pre_checkout_query",
        "purchased_paid_media",
        "poll",
        "poll_answer",
        "my_chat_member",
        "chat_member",
        "chat_join_request",
        "chat_boost",
        "removed_chat_boost",
    }
)
ONLY_ON_REQUEST = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
DEFAULT_KINDS = KNOWN_KINDS - ONLY_ON_REQUEST


@dataclass(slots=True, kw_only=True)
class QueuedUpdate:
    """An update that the bot has not acknowledged; updates of one `line` are delivered in order.

    A `late` one stands behind a newer id, where only a test can put it: the newer id does not acknowledge
    it before it was handed out.
    """

    update_id: int
    body: JsonObject
    line: int
    expires_at: float
    handed_out: bool = False
    late: bool = False

    def to_json(self) -> JsonObject:
        """Return the `Update` object."""
        return {"update_id": self.update_id, **self.body}


class UpdateQueue:
    """Updates in the order of their delivery, which a test may make differ from the order of their ids.

    Tests fill it and the server empties it in different threads, so every method takes the lock.
    """

    def __init__(self, clock: Clock) -> None:
        """Start empty; nobody listens yet."""
        self._clock = clock
        self._lock = threading.RLock()
        self._waiting: list[QueuedUpdate] = []
        self._held: list[QueuedUpdate] | None = None
        self._past: dict[int, QueuedUpdate] = {}
        self._last_id = FIRST_UPDATE_ID - 1
        self._newest_queued = 0
        self.allowed = DEFAULT_KINDS
        self.listeners: list[Callable[[], None]] = []

    def __len__(self) -> int:
        """Return how many updates wait."""
        return len(self.waiting())

    def allow(self, kinds: JsonValue) -> bool:
        """Take over `allowed_updates`; an empty list means the default, anything else but a list is ignored."""
        if not isinstance(kinds, list):
            return False
        named = frozenset(kind for kind in kinds if isinstance(kind, str)) & KNOWN_KINDS
        before, self.allowed = self.allowed, named if kinds else DEFAULT_KINDS
        return self.allowed != before

    def add(self, kind: str, content: JsonValue, *, line: int) -> int | None:
        """Queue an update and return its id; None when the bot did not ask for this kind."""
        if kind in KNOWN_KINDS and kind not in self.allowed:
            return None
        return self.add_raw({kind: content}, line=line)

    def add_raw(self, body: JsonObject, *, line: int = 0) -> int:
        """Queue an update whatever it says, and return its id."""
        with self._lock:
            self._last_id += 1
            expires_at = self._clock.now() + UPDATE_LIFETIME
            update = QueuedUpdate(update_id=self._last_id, body=body, line=line, expires_at=expires_at)
            self._past[update.update_id] = update
            self._queue(update)
            return update.update_id

    def repeat(self, update_id: int) -> None:
        """Deliver an update once more under its old id, as Telegram does when an answer was lost."""
        with self._lock:
            if update_id not in self._past:
                message = f"there never was an update {update_id}"
                raise ControlError(message)
            old = self._past[update_id]
            again = QueuedUpdate(update_id=update_id, body=old.body, line=old.line, expires_at=old.expires_at)
            self._queue(again)

    @contextmanager
    def held(self) -> Iterator[list[QueuedUpdate]]:
        """Collect new updates in a list that the test may reorder; they are queued when the block ends."""
        collected: list[QueuedUpdate] = []
        with self._lock:
            self._held = collected
        try:
            yield collected
        finally:
            with self._lock:
                self._held = None
                for update in collected:
                    self._append(update)
                self._tell()

    def take(self, offset: int, limit: int) -> list[QueuedUpdate]:
        """Forget what the offset acknowledges and return what comes next, without forgetting that."""
        with self._lock:
            self._expire()
            if offset < 0:
                self._waiting = self._waiting[offset:]
            elif 0 < offset <= self._last_id + FUTURE_TOLERANCE:
                self._waiting = [u for u in self._waiting if u.update_id >= offset or (u.late and not u.handed_out)]
            taken = self._waiting[:limit]
            for update in taken:
                update.handed_out = True
            return taken

    def waiting(self) -> list[QueuedUpdate]:
        """Return what waits, in the order of delivery."""
        with self._lock:
            self._expire()
            return list(self._waiting)

    def forget(self, update: QueuedUpdate) -> None:
        """Drop one delivered update."""
        with self._lock:
            self._waiting = [waiting for waiting in self._waiting if waiting is not update]

    def clear(self) -> None:
        """Drop everything that waits."""
        with self._lock:
            self._waiting = []

    def _queue(self, update: QueuedUpdate) -> None:
        if self._held is not None:
            self._held.append(update)
            return
        self._append(update)
        self._tell()

    def _append(self, update: QueuedUpdate) -> None:
        update.late = update.update_id <= self._newest_queued
        self._newest_queued = max(self._newest_queued, update.update_id)
        self._waiting.append(update)

    def _tell(self) -> None:
        for listener in list(self.listeners):
            listener()

    def _expire(self) -> None:
        now = self._clock.now()
        self._waiting = [update for update in self._waiting if update.expires_at > now]
