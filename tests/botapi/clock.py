"""The server's time, which a test moves forward instead of sleeping."""

from __future__ import annotations

import time


class Clock:
    """Seconds since the epoch, plus what a test added."""

    def __init__(self) -> None:
        """Start at the real time."""
        self._ahead = 0.0

    def now(self) -> float:
        """Return the server's idea of the present, in seconds since the epoch."""
        return time.time() + self._ahead

    def advance(self, seconds: float) -> None:
        """Let time pass at once: queries grow old, updates expire, flood limits recover."""
        self._ahead += seconds
