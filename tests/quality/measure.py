"""Measures the bot on question sets nobody tuned it on: answered, wrong, false, offered, language.

    python -m tests.quality.measure [--round NAME] [--languages en,ar] [--wrong]

answered  share of answerable questions answered with the expected entries and nothing else; for an
          ambiguous one, choices that hold an expected entry count too
wrong     share of all answered messages in which an answer is none of the expected entries
false     share of the questions that the articles do not answer, and that got an answer
offered   share of those that got choices
language  share of the questions replied to in their own language
"""

import argparse
import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.answering.conversation import Asker, Context
from bot.answering.engine import Engine
from bot.answering.reply import Reply
from bot.knowledge.loading import load_knowledge, shipped_knowledge

SETS = Path(__file__).parent
_Z = 1.959964
"""Standard normal quantile of a 95 % interval."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One line of a question set."""

    id: str
    language: str
    kind: str
    language_code: str | None
    chat: str | None
    text: str
    expect: tuple[str, ...]


def load_questions(round_name: str, languages: Iterable[str] | None = None) -> Iterator[Question]:
    """Yield a round's questions in the order of its files."""
    wanted = None if languages is None else set(languages)
    for path in sorted((SETS / round_name).glob("*.jsonl")):
        if wanted is not None and path.stem not in wanted:
            continue
        for line in path.read_text(encoding="utf-8").splitlines():
            data = json.loads(line)
            yield Question(
                id=data["id"],
                language=data["lang"],
                kind=data["kind"],
                language_code=data.get("language_code"),
                chat=data.get("chat"),
                text=data["question"],
                expect=tuple(data["expect"]),
            )


def replies(engine: Engine, questions: Iterable[Question]) -> Iterator[tuple[Question, Reply]]:
    """Yield each question with its reply; questions of one chat are one conversation."""
    contexts: dict[str, Context] = {}
    for number, question in enumerate(questions):
        context = contexts.get(question.chat or "", Context()) if question.chat else Context()
        turn = engine.ask(
            question.text, Asker(now=float(number), language_code=question.language_code, context=context)
        )
        if question.chat:
            contexts[question.chat] = turn.context
        yield question, turn.reply


def judge(question: Question, reply: Reply) -> Mapping[str, int]:
    """Return what one reply adds to each count."""
    got = [answer.citation.entry for answer in reply.answers]
    offered = [choice.citation.entry for choice in reply.choices]
    expected = set(question.expect)
    stray = any(entry not in expected for entry in got)
    right = bool(expected & set(got)) and not stray and (question.kind != "multi" or expected <= set(got))
    right = right or (question.kind == "ambiguous" and bool(expected & set(offered)))
    return {
        "answerable": bool(expected),
        "answered": bool(expected) and right,
        "replied": bool(got),
        "wrong": stray,
        "untold": not expected,
        "false": not expected and bool(got),
        "offered": not expected and bool(offered),
        "all": 1,
        "language": reply.language == question.language,
    }


SHARES = {
    "answered": "answerable",
    "wrong": "replied",
    "false": "untold",
    "offered": "untold",
    "language": "all",
}


def tally(judged: Iterable[tuple[Question, Reply]]) -> Mapping[tuple[str, str], Counter[str]]:
    """Return the counts by language and kind, `all` standing for every one of them."""
    table: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for question, reply in judged:
        counts = judge(question, reply)
        for language in (question.language, "all"):
            for kind in (question.kind, "all"):
                table[language, kind].update({key: int(value) for key, value in counts.items()})
    return table


def interval(hits: int, of: int) -> tuple[float, float]:
    """Return the 95 % Wilson bounds of a share, in percent."""
    if not of:
        return (0.0, 100.0)
    share = hits / of
    spread = _Z * math.sqrt(share * (1 - share) / of + _Z**2 / (4 * of**2))
    middle, scale = share + _Z**2 / (2 * of), 1 + _Z**2 / of
    return (100 * max(0.0, (middle - spread) / scale), 100 * min(1.0, (middle + spread) / scale))


def rows(table: Mapping[tuple[str, str], Counter[str]]) -> Iterator[str]:
    """Yield the table as lines, all languages first."""
    yield f"{'lang':6}{'kind':12}{'n':>6} " + "".join(f"{name:>10}" for name in SHARES)
    for (language, kind), counts in sorted(
        table.items(), key=lambda item: (item[0][0] != "all", item[0][0], item[0][1] != "all", item[0][1])
    ):
        shares = [
            f"{100 * counts[name] / counts[of]:10.1f}" if counts[of] else f"{'-':>10}" for name, of in SHARES.items()
        ]
        yield f"{language:6}{kind:12}{counts['all']:6} " + "".join(shares)


def main() -> None:
    """Print the table, and with --wrong every question that went wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--round", default="round1")
    parser.add_argument("--languages", type=lambda text: text.split(","))
    parser.add_argument("--knowledge", type=Path, default=shipped_knowledge())
    parser.add_argument("--wrong", action="store_true")
    options = parser.parse_args()
    engine = Engine(load_knowledge(options.knowledge))
    judged = list(replies(engine, load_questions(options.round, options.languages)))
    for row in rows(tally(judged)):
        print(row)
    for question, reply in judged if options.wrong else ():
        counts = judge(question, reply)
        if (question.expect and not counts["answered"]) or counts["false"] or not counts["language"]:
            got = [answer.citation.entry for answer in reply.answers]
            offered = [choice.citation.entry for choice in reply.choices]
            label = "WRONG" if got and (counts["wrong"] or not question.expect) else reply.outcome.value
            print(
                label,
                question.id,
                question.kind,
                reply.language,
                repr(question.text),
                "expect",
                list(question.expect),
                "got",
                got,
                "offered",
                offered,
                reply.reason,
            )


if __name__ == "__main__":
    main()
