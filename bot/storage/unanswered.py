"""What people asked in vain: kept for the curator to learn from, for as long as the operator allows."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from sqlalchemy import bindparam, delete, select

from bot.storage.schema import unanswered
from bot.storage.store import Store

DAY = 86_400.0


class Kind(StrEnum):
    """Why it was kept."""

    UNANSWERED = "unanswered"
    NONE_OF_THESE = "none of these"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A question without an answer. `question` is None where its words are not known any more.

    `nearest` are the entries that came nearest or were offered, best first; `knowledge` is the version.
    """

    kind: Kind
    question: str | None
    language: str
    outcome: str
    reason: str
    nearest: tuple[str, ...]
    knowledge: str


class Unanswered(Protocol):
    """The memory of such questions."""

    def note(self, note: Note) -> None:
        """Keep it; who asked is not kept."""


class MemoryUnanswered:
    """Notes that end with the process."""

    def __init__(self) -> None:
        """Start without any."""
        self.notes: list[Note] = []

    def note(self, note: Note) -> None:
        """Keep it."""
        self.notes.append(note)


class StoredUnanswered:
    """Notes that outlive the process."""

    def __init__(self, store: Store, *, retention_days: int, wall: Callable[[], float]) -> None:
        """Keep the parts; with a retention of 0 days nothing is kept at all."""
        self._store = store
        self._retention_days = retention_days
        self._wall = wall
        self._insert = store.insert(unanswered)

    def note(self, note: Note) -> None:
        """Keep it with the next commit."""
        if not self._retention_days:
            return
        row = {
            "noted_at": self._wall(),
            "kind": note.kind.value,
            "question": None if note.question is None else _storable(note.question),
            "language": note.language,
            "outcome": note.outcome,
            "reason": note.reason[:100],
            "nearest": json.dumps(note.nearest),
            "knowledge": note.knowledge,
        }
        self._store.writer.note(self._insert, row)

    async def forget(self) -> None:
        """Drop what is older than the retention."""
        old = delete(unanswered).where(unanswered.c.noted_at < bindparam("before"))
        await self._store.writer.commit(old, {"before": self._wall() - self._retention_days * DAY})

    async def notes(self) -> Sequence[Note]:
        """Return all that is kept, oldest first."""
        columns = [unanswered.c[name] for name in Note.__dataclass_fields__]
        rows = await self._store.read(select(*columns).order_by(unanswered.c.number))
        return [_note(dict(zip(Note.__dataclass_fields__, row, strict=True))) for row in rows]


def _note(row: dict[str, str]) -> Note:
    return Note(
        kind=Kind(row["kind"]),
        question=row["question"],
        language=row["language"],
        outcome=row["outcome"],
        reason=row["reason"],
        nearest=tuple(json.loads(row["nearest"])),
        knowledge=row["knowledge"],
    )


def _storable(question: str) -> str:
    # Databases refuse lone surrogates and NUL.
    return question.encode("utf-8", "replace").decode().replace("\0", "")
