"""Telegram's published flood limits, off until a test switches them on."""

from __future__ import annotations

import math
from collections import defaultdict, deque
from typing import TYPE_CHECKING

from tests.botapi.refusals import too_many_requests

if TYPE_CHECKING:
    from tests.botapi.clock import Clock

SECOND = 1.0
MINUTE = 60.0
EVERYWHERE = 0


class FloodLimits:
    """How many messages pass in a time; None switches a limit off."""

    def __init__(self, clock: Clock) -> None:
        """Start with every limit off."""
        self._clock = clock
        self._sent: dict[tuple[int, float], deque[float]] = defaultdict(deque)
        self.overall_per_second: int | None = None
        self.chat_per_second: int | None = None
        self.group_per_minute: int | None = None

    def switch_on(self, *, overall: int | None = 30, chat: int | None = 1, group: int | None = 20) -> None:
        """Set the limits, by default to what Telegram publishes."""
        self.overall_per_second, self.chat_per_second, self.group_per_minute = overall, chat, group
        self._sent.clear()

    def switch_off(self) -> None:
        """Let everything pass."""
        self.switch_on(overall=None, chat=None, group=None)

    def count_message(self, chat_id: int) -> None:
        """Count a message to a chat; raises the 429 when one of the limits is used up."""
        rules = [
            (EVERYWHERE, SECOND, self.overall_per_second),
            (chat_id, SECOND, self.chat_per_second),
            # Groups and channels have negative ids.
            (chat_id, MINUTE, self.group_per_minute if chat_id < 0 else None),
        ]
        now = self._clock.now()
        waits = [self._wait(key, window, allowed, now) for key, window, allowed in rules if allowed is not None]
        longest = max(waits, default=0.0)
        if longest > 0:
            raise too_many_requests(max(1, math.ceil(longest)))
        for key, window, allowed in rules:
            if allowed is not None:
                self._sent[key, window].append(now)

    def _wait(self, key: int, window: float, allowed: int, now: float) -> float:
        times = self._sent[key, window]
        while times and times[0] <= now - window:
            times.popleft()
        return times[0] + window - now if len(times) >= allowed else 0.0
