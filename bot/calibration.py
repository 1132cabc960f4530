"""Chooses each language's limit by measurement: the lowest that keeps a stated precision."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.answering.conversation import Asker, Context
from bot.answering.engine import Engine
from bot.knowledge.model import LanguageLimits, Limits

_GRID = tuple(Decimal(step) / 100 for step in range(60, 96))
"""Limits that are tried; below, a question is less than half explained."""


class Trial(BaseModel):
    """A question with the entries that may answer it; none if the articles do not tell."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    question: str
    lang: str
    kind: str = ""
    language_code: str | None = None
    chat: str | None = None
    expect: tuple[str, ...]


class TrialError(Exception):
    """A file of trials that can't be used; the message names the file, the line and the fault."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What one limit does to one language's trials."""

    limit: Decimal
    answerable: int
    answered: int
    replied: int
    wrong: int

    @property
    def precision(self) -> float:
        """The share of answers that are right; one when there is none."""
        return 1.0 if not self.replied else 1 - self.wrong / self.replied


def read_trials(paths: Iterable[Path]) -> Iterator[Trial]:
    """Yield the trials of JSON-lines files; raises TrialError at the first line that is none."""
    for path in paths:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            try:
                yield Trial.model_validate(json.loads(line))
            except (ValueError, ValidationError) as error:
                raise TrialError(f"{path}:{number}: {error}") from error


def measure(engine: Engine, trials: Sequence[Trial], limit: Decimal) -> Measured:
    """Return what the engine does with the trials under one limit."""
    limits = engine.knowledge.limits.model_copy(update={"answer": limit, "languages": {}})
    limited = engine.with_limits(limits)
    contexts: dict[str, Context] = {}
    counts = {"answerable": 0, "answered": 0, "replied": 0, "wrong": 0}
    for trial in trials:
        context = contexts.get(trial.chat or "", Context()) if trial.chat else Context()
        turn = limited.ask(trial.question, Asker(language_code=trial.language_code, context=context))
        if trial.chat:
            contexts[trial.chat] = turn.context
        got = {answer.citation.entry for answer in turn.reply.answers}
        counts["answerable"] += bool(trial.expect)
        counts["replied"] += bool(got)
        counts["wrong"] += bool(got - set(trial.expect))
        counts["answered"] += bool(got) and got <= set(trial.expect)
    return Measured(limit=limit, **counts)


def calibrate(engine: Engine, trials: Sequence[Trial], precision: float) -> Mapping[str, Measured]:
    """Return each language's lowest limit that keeps the precision, or its most precise one."""
    chosen: dict[str, Measured] = {}
    for language in engine.knowledge.languages:
        own = [trial for trial in trials if trial.lang == language]
        if not own:
            continue
        measured = [measure(engine, own, limit) for limit in _GRID]
        kept = [one for one in measured if one.precision >= precision]
        best = max(one.precision for one in measured)
        chosen[language] = max(
            kept or [one for one in measured if one.precision == best],
            key=lambda one: (one.answered, one.precision, one.limit),
        )
    return chosen


def write_limits(directory: Path, limits: Limits, chosen: Mapping[str, Measured], precision: float) -> Limits:
    """Write limits.toml with the figures that each limit comes from, and return the new limits."""
    lines = [
        "# answer: the least score of an answer; a score that reaches it passes.",
        "# margin: how far the best must be ahead of the next. choice: the least score of a choice.",
        "# Measured by `nickelbot calibrate`: for each language the limit that answers most",
        f"# at a precision of {precision:.1%}.",
        f"answer = {limits.answer}",
        f"margin = {limits.margin}",
        f"choice = {limits.choice}",
    ]
    for language, one in chosen.items():
        lines += [
            "",
            f"# {one.answered} of {one.answerable} answerable answered, {one.wrong} of {one.replied} answers wrong.",
            f"[languages.{language}]",
            f"answer = {one.limit}",
        ]
    (directory / "limits.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    own = {language: LanguageLimits(answer=one.limit) for language, one in chosen.items()}
    return limits.model_copy(update={"languages": own})
