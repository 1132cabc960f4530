"""The typed reply: what the core decided, apart from how a shell shows it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias


class Outcome(StrEnum):
    """What kind of reply a question got."""

    ANSWER = "answer"
    CHOICES = "choices"
    UNKNOWN = "unknown"
    SOCIAL = "social"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A run of reply text; `emphasised` marks a figure, `isolated` what keeps its own direction."""

    text: str
    emphasised: bool = False
    isolated: bool = False


Line: TypeAlias = tuple[Span, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """The figure of an answer as the article prints it, and where it stands.

    `paragraph` counts from one; zero is the head or foot of the page. `url` is None where no
    address of the article is known.
    """

    entry: str
    figure: str
    source: str
    paragraph: int
    url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answered fact: its sentence, its source line, and where it comes from.

    `notes` are lines beside the sentence, such as one saying that a target exists too;
    `related` names the entry that such a line speaks of, or is None.
    """

    citation: Citation
    label: str
    sentence: Line
    source: Line
    notes: tuple[Line, ...] = ()
    related: "Choice | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Something the asker can pick: a label without any figure, and the entry it stands for."""

    label: str
    citation: Citation


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the asker gets.

    `heading` opens the reply, `footing` closes it (such as the line on languages); both may be
    empty. `confidence` lies between zero and one. `reason` is a short machine word for logs.
    """

    outcome: Outcome
    language: str
    confidence: float
    heading: tuple[Line, ...] = ()
    answers: tuple[Answer, ...] = ()
    choices: tuple[Choice, ...] = ()
    footing: tuple[Line, ...] = ()
    reason: str = ""

    @property
    def lines(self) -> tuple[Line, ...]:
        """Every line of the reply in reading order, an empty line between its blocks."""
        blocks: list[tuple[Line, ...]] = [self.heading] if self.heading else []
        blocks.extend((answer.sentence, *answer.notes, answer.source) for answer in self.answers)
        if self.choices:
            blocks.append(tuple((Span(text="• " + choice.label),) for choice in self.choices))
        if self.footing:
            blocks.append(self.footing)
        lines: list[Line] = []
        for block in blocks:
            if lines:
                lines.append(())
            lines.extend(block)
        return tuple(lines)

    @property
    def text(self) -> str:
        """The reply as plain text, without markup and without direction marks."""
        return "\n".join("".join(span.text for span in line) for line in self.lines)
