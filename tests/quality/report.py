"""Writes what the bot does on the question sets into the README, and records it for the gate.

    python -m tests.quality.report

The record holds, for each round and language, how many answers were wrong and how many questions
that the articles do not answer got one. `test_recorded.py` fails when either rises.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from bot.answering.engine import Engine
from bot.knowledge.loading import load_knowledge, shipped_knowledge
from tests.quality.measure import SETS, SHARES, interval, load_questions, replies, tally

RECORD = SETS / "recorded.json"
README = SETS.parent.parent / "README.md"
START, END = "<!-- quality: written by python -m tests.quality.report -->", "<!-- end of quality -->"
GATED = ("wrong", "false")


def rounds() -> tuple[str, ...]:
    """Return the names of the rounds, in order."""
    return tuple(sorted(path.name for path in SETS.glob("round*") if path.is_dir()))


def counts(engine: Engine, round_name: str) -> Mapping[tuple[str, str], Counter[str]]:
    """Return the counts of a round by language and kind."""
    return tally(replies(engine, load_questions(round_name)))


def record(engine: Engine) -> Mapping[str, Mapping[str, Mapping[str, int]]]:
    """Return what the gate compares: by round and language."""
    return {
        name: {
            language: {key: table[key] for key in (*GATED, "answered", "answerable")}
            for (language, kind), table in sorted(counts(engine, name).items())
            if kind == "all" and language != "all"
        }
        for name in rounds()
    }


def table(engine: Engine) -> Iterator[str]:
    """Yield the README's table: a row a round and language, then a row a kind, with 95 % bounds."""
    yield "| set | language or kind | questions | answered | wrong | false | offered | language |"
    yield "|---|---|---|---|---|---|---|---|"
    for name in rounds():
        rows = counts(engine, name)
        languages = sorted({language for language, kind in rows if kind == "all"} - {"all"})
        kinds = sorted({kind for language, kind in rows if language == "all"} - {"all"})
        keys = [("all", "all"), *((language, "all") for language in languages), *(("all", kind) for kind in kinds)]
        for language, kind in keys:
            label = kind if language == "all" else language
            cells = [_share(rows[language, kind], share, of) for share, of in SHARES.items()]
            yield f"| {name} | {label} | {rows[language, kind]['all']} | " + " | ".join(cells) + " |"


def _share(counted: Counter[str], share: str, of: str) -> str:
    if not counted[of]:
        return "–"
    low, high = interval(counted[share], counted[of])
    return f"{100 * counted[share] / counted[of]:.1f} ({low:.1f}–{high:.1f})"


def main() -> None:
    """Write the record and the README's table."""
    engine = Engine(load_knowledge(shipped_knowledge()))
    RECORD.write_text(json.dumps(record(engine), indent=1) + "\n", encoding="utf-8")
    text = README.read_text(encoding="utf-8")
    before, _, rest = text.partition(START)
    _, _, after = rest.partition(END)
    README.write_text("\n".join((before + START, *table(engine), END)) + after, encoding="utf-8")
    print(Path(README).name, "and", RECORD.name, "written")


if __name__ == "__main__":
    main()
