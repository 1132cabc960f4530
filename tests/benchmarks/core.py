"""Measures the core on every question of tests/quality/round*/, and the start of the program.

    python -m tests.benchmarks.core

question    time of one question in the core, after every question was asked once before
first       time of the first question in each language, the slowest: its words are compiled then
ready       time from the start of a process to its answer to one question, median of five
memory      resident memory of this process after all questions
"""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from bot.answering.conversation import Asker, Context
from bot.answering.engine import Engine
from bot.curation import start
from bot.knowledge.loading import shipped_knowledge

_SETS = Path(__file__).parent.parent / "quality"
_STARTS = 5
_MILLI = 1_000
_MEBI = 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One line of a question set; questions of one chat are one conversation."""

    text: str
    language: str
    language_code: str | None
    chat: str | None


def questions() -> Iterator[Question]:
    """Yield every question of every round, in the order of the files."""
    for path in sorted(_SETS.glob("round*/*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            data = json.loads(line)
            yield Question(
                text=data["question"],
                language=data["lang"],
                language_code=data.get("language_code"),
                chat=f"{path}: {data['chat']}" if data.get("chat") else None,
            )


def times(engine: Engine, asked: tuple[Question, ...]) -> Iterator[float]:
    """Yield the seconds that each question takes."""
    contexts: dict[str, Context] = {}
    for number, question in enumerate(asked):
        context = contexts.get(question.chat, Context()) if question.chat else Context()
        asker = Asker(now=float(number), language_code=question.language_code, context=context)
        started = time.perf_counter()
        turn = engine.ask(question.text, asker)
        yield time.perf_counter() - started
        if question.chat:
            contexts[question.chat] = turn.context


def first_times(engine: Engine, asked: tuple[Question, ...]) -> Iterator[float]:
    """Yield the seconds that the first question in each language takes."""
    firsts = {question.language: question for question in reversed(asked)}
    for question in firsts.values():
        yield from times(engine, (question,))


def start_times(question: str) -> Iterator[float]:
    """Yield the seconds from a start of the program to the end of its answer, several times."""
    for _ in range(_STARTS):
        started = time.perf_counter()
        subprocess.run([sys.executable, "-m", "bot", "ask", question], check=True, stdout=subprocess.DEVNULL)
        yield time.perf_counter() - started


def main() -> None:
    """Print the table."""
    asked = tuple(questions())
    started = time.perf_counter()
    engine = start(shipped_knowledge(), None)
    built = time.perf_counter() - started
    slowest_first = max(first_times(engine, asked))
    for _ in times(engine, asked):
        pass
    taken = sorted(times(engine, asked))
    memory = psutil.Process().memory_info().rss
    ready = statistics.median(start_times(asked[0].text))
    entries = engine.knowledge.entries.values()
    phrasings = sum(len(wording.questions) for entry in entries for wording in entry.wordings.values())
    rows = (
        ("entries", f"{len(entries)}"),
        ("languages", f"{len(engine.knowledge.languages)}"),
        ("known questions", f"{phrasings}"),
        ("questions asked", f"{len(asked)}"),
        ("question, median", f"{statistics.median(taken) * _MILLI:.2f} ms"),
        ("question, p99", f"{statistics.quantiles(taken, n=100)[98] * _MILLI:.2f} ms"),
        ("question, slowest", f"{taken[-1] * _MILLI:.2f} ms"),
        ("first in a language, slowest", f"{slowest_first * _MILLI:.0f} ms"),
        ("knowledge read and proven", f"{built:.2f} s"),
        ("process start to answer, median", f"{ready:.2f} s"),
        ("memory after all questions", f"{memory / _MEBI:.0f} MiB"),
    )
    width = max(len(name) for name, _ in rows)
    for name, figure in rows:
        print(f"{name:{width}}  {figure:>10}")


if __name__ == "__main__":
    main()
