"""How many questions a minute one user may ask."""

from collections import OrderedDict, deque
from dataclasses import dataclass, field
from enum import Enum, auto

WINDOW = 60.0
REMEMBERED = 20_000
"""Users whose last minute is kept; the ones silent longest are forgotten first."""


class Verdict(Enum):
    """Whether a question may pass; the first refusal of a row is told, the others are silent."""

    PASS = auto()
    REFUSED_ALOUD = auto()
    REFUSED_SILENTLY = auto()


@dataclass(slots=True)
class _Record:
    times: deque[float] = field(default_factory=deque)
    told: bool = False


class RateLimit:
    """Counts questions in the last minute; a limit of 0 lets all pass."""

    def __init__(self, limit: int, *, capacity: int = REMEMBERED) -> None:
        """Start with nothing counted."""
        self._limit = limit
        self._capacity = capacity
        self._records: OrderedDict[int, _Record] = OrderedDict()
        self.refused = 0

    def check(self, user: int, at: float) -> Verdict:
        """Return the verdict on one more question at this second, and count it if it passes."""
        if not self._limit:
            return Verdict.PASS
        record = self._record(user)
        while record.times and record.times[0] <= at - WINDOW:
            record.times.popleft()
        if len(record.times) < self._limit:
            record.times.append(at)
            record.told = False
            return Verdict.PASS
        self.refused += 1
        verdict = Verdict.REFUSED_SILENTLY if record.told else Verdict.REFUSED_ALOUD
        record.told = True
        return verdict

    def _record(self, user: int) -> _Record:
        record = self._records.setdefault(user, _Record())
        self._records.move_to_end(user)
        if len(self._records) > self._capacity:
            self._records.popitem(last=False)
        return record
