"""Troubles on the way, switchable while the server runs: slow, failing, cut off or flooded.

getUpdates is spared unless a fault names it, or its endless calls would use up every count.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.botapi.clock import Clock

POLLING = "getupdates"


class Trouble(Enum):
    """What happens to a call."""

    STATUS = auto()
    DROP_BEFORE = auto()
    DROP_AFTER = auto()
    CUT_HALFWAY = auto()
    TOO_MANY = auto()


@dataclass(slots=True, kw_only=True)
class Fault:
    """A trouble that waits for its calls.

    `times` counts down, None lasts until the clock passes `until` (None: until `clear`). `methods` are
    lower-case names, empty for all but getUpdates. `status` and `retry_after` belong to their troubles.
    """

    trouble: Trouble
    times: int | None = 1
    until: float | None = None
    methods: frozenset[str] = field(default_factory=frozenset)
    chat_id: int | None = None
    status: int = 500
    retry_after: int = 1

    def concerns(self, method: str, chat_id: int | None) -> bool:
        """Say whether this call is among those the fault is for."""
        named = method in self.methods if self.methods else method != POLLING
        return named and self.chat_id in {None, chat_id}


class Faults:
    """The switches; safe to use from any thread."""

    def __init__(self, clock: Clock) -> None:
        """Start without any trouble."""
        self._clock = clock
        self._lock = threading.Lock()
        self._faults: list[Fault] = []
        self.latency = 0.0
        self.poll_latency = 0.0

    def slow_down(self, *, milliseconds: float) -> None:
        """Make every answer but those of getUpdates take this much longer."""
        self.latency = milliseconds / 1000

    def slow_polls(self, *, milliseconds: float) -> None:
        """Make every getUpdates answer take this much longer."""
        self.poll_latency = milliseconds / 1000

    def fail(self, times: int = 1, *, status: int = 500, methods: tuple[str, ...] = ()) -> None:
        """Answer the next calls with this status (500 in JSON, 502 as a proxy's page) without doing them."""
        self._add(Fault(trouble=Trouble.STATUS, times=times, status=status, methods=_lowered(methods)))

    def fail_for(self, seconds: float, *, status: int = 502, methods: tuple[str, ...] = ()) -> None:
        """Answer with this status for a while."""
        until = self._clock.now() + seconds
        fault = Fault(trouble=Trouble.STATUS, times=None, until=until, status=status, methods=_lowered(methods))
        self._add(fault)

    def drop_before(self, times: int = 1, *, methods: tuple[str, ...] = ()) -> None:
        """Cut the connection of the next calls and do nothing."""
        self._add(Fault(trouble=Trouble.DROP_BEFORE, times=times, methods=_lowered(methods)))

    def drop_after(self, times: int = 1, *, methods: tuple[str, ...] = ()) -> None:
        """Carry the next calls out and cut the connection instead of answering."""
        self._add(Fault(trouble=Trouble.DROP_AFTER, times=times, methods=_lowered(methods)))

    def cut_halfway(self, times: int = 1, *, methods: tuple[str, ...] = ()) -> None:
        """Carry the next calls out and cut the connection in the middle of the answer."""
        self._add(Fault(trouble=Trouble.CUT_HALFWAY, times=times, methods=_lowered(methods)))

    def too_many(
        self,
        times: int = 1,
        *,
        retry_after: int = 1,
        chat_id: int | None = None,
        methods: tuple[str, ...] = (),
    ) -> None:
        """Answer the next calls, or those for one chat, with 429."""
        names = _lowered(methods)
        self._add(
            Fault(trouble=Trouble.TOO_MANY, times=times, retry_after=retry_after, chat_id=chat_id, methods=names),
        )

    def clear(self) -> None:
        """End all troubles, slowness too."""
        with self._lock:
            self._faults.clear()
        self.latency = self.poll_latency = 0.0

    def pending(self) -> int:
        """Return how many faults are still to come."""
        with self._lock:
            return len(self._faults)

    def next_for(self, method: str, chat_id: Callable[[], int | None]) -> Fault | None:
        """Return the trouble this call meets and count it; None when it meets none."""
        with self._lock:
            now = self._clock.now()
            self._faults = [fault for fault in self._faults if fault.until is None or fault.until > now]
            for fault in self._faults:
                if fault.concerns(method, None if fault.chat_id is None else chat_id()):
                    if fault.times is not None:
                        fault.times -= 1
                        if fault.times <= 0:
                            self._faults.remove(fault)
                    return fault
        return None

    def _add(self, fault: Fault) -> None:
        with self._lock:
            self._faults.append(fault)


def _lowered(methods: tuple[str, ...]) -> frozenset[str]:
    return frozenset(method.lower() for method in methods)
