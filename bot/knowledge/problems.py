"""What is wrong with a knowledge folder: every fault with its file, its place and the way to mend it."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Problem:
    """One fault. `file` is relative to the knowledge folder, `place` is a key inside it or empty."""

    file: str
    place: str = ""
    message: str
    mend: str = ""

    def __str__(self) -> str:
        """Return the fault on one line, as `file: place: what is wrong; how to mend it`."""
        where = f"{self.file}: {self.place}" if self.place else self.file
        return f"{where}: {self.message}" + (f"; {self.mend}" if self.mend else "")


class KnowledgeError(Exception):
    """A knowledge folder that may not be used; `problems` holds every fault found, sorted."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep the problems and make the message from them."""
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(str(problem) for problem in self.problems))
