"""Proves that every figure stands in its article, as printed, at its place, and keeps a record of it.

With the articles' texts at hand everything is proven anew. Without them an entry counts as proven
while its provable fields and its article hash to what the last proof recorded.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path

from bot.knowledge.model import Article, Entry, Knowledge
from bot.knowledge.numerals import find_amounts, find_numbers
from bot.knowledge.problems import KnowledgeError, Problem

_RECORD = "run `nickelbot check --articles DIR --record` where the articles' texts are"
_SPACE = re.compile(r"\s+")

MAGNITUDES: Mapping[str, Decimal] = {
    "thousand": Decimal(10**3),
    "million": Decimal(10**6),
    "billion": Decimal(10**9),
    "ألف": Decimal(10**3),
    "مليون": Decimal(10**6),
    "مليار": Decimal(10**9),
}
"""Magnitude words of the scripts in which sources are written, beside the lexicons' own."""


class Text:
    """An article's text, split into its numbered paragraphs; paragraph zero is head and foot."""

    def __init__(self, article: Article, content: str) -> None:
        """Split the content at line ends; blank lines do not count."""
        lines = [_flat(line) for line in content.splitlines() if line.strip()]
        body = [line for number, line in enumerate(lines, 1) if number not in article.not_paragraphs]
        rest = [line for number, line in enumerate(lines, 1) if number in article.not_paragraphs]
        self.paragraphs = ("\n".join(rest), *body)

    def paragraph(self, number: int) -> str | None:
        """Return the paragraph of that number, or None if the article has no such paragraph."""
        return self.paragraphs[number] if number < len(self.paragraphs) else None


def read_texts(directory: Path, knowledge: Knowledge) -> Mapping[str, Text]:
    """Return the articles' texts from `<id>.txt`; raises KnowledgeError if one is missing or changed."""
    texts: dict[str, Text] = {}
    problems: list[Problem] = []
    for article in knowledge.articles.values():
        file = f"articles/{article.id}.toml"
        try:
            content = (directory / f"{article.id}.txt").read_bytes()
        except OSError:
            problems.append(
                Problem(
                    file=file,
                    message=f"{directory / article.id}.txt can't be read",
                    mend="name the folder of the texts",
                )
            )
            continue
        digest = hashlib.sha256(content).hexdigest()
        if digest != article.sha256:
            problems.append(
                Problem(
                    file=file,
                    place="sha256",
                    message=f"the text hashes to {digest}",
                    mend="restore the text, or prove every entry anew against the changed one",
                )
            )
        texts[article.id] = Text(article, content.decode("utf-8-sig", errors="replace"))
    if problems:
        raise KnowledgeError(problems)
    return texts


def find_unproven(knowledge: Knowledge, texts: Mapping[str, Text]) -> Iterator[Problem]:
    """Yield every figure that the texts do not bear out, and every number nobody accounts for."""
    claims: dict[str, list[tuple[int, int, int]]] = {identifier: [] for identifier in texts}
    for entry in knowledge.entries.values():
        text = texts[entry.article].paragraph(entry.paragraph)
        if text is None:
            yield Problem(
                file=entry.file, place="paragraph", message="the article has no such paragraph", mend="count again"
            )
            continue
        yield from _values(entry, _numerals(knowledge.articles[entry.article], knowledge))
        for place, shown in _shown(entry):
            spans = tuple(_occurrences(text, shown))
            if len(spans) != 1:
                yield Problem(
                    file=entry.file,
                    place=place,
                    message=f"{shown!r} stands {len(spans)} times in paragraph {entry.paragraph}",
                    mend="give the words exactly as printed, so that they stand there once",
                )
                continue
            claims[entry.article].append((entry.paragraph, *spans[0]))
    for article in knowledge.articles.values():
        numerals = _numerals(article, knowledge)
        yield from _unclaimed(article, texts[article.id], claims[article.id], numerals)


def _numerals(article: Article, knowledge: Knowledge) -> Mapping[str, Decimal]:
    """Return the number words of the article's language, and the magnitudes that every source uses."""
    lexicon = knowledge.lexicons.get(article.language)
    return {**MAGNITUDES, **(lexicon.numerals if lexicon else {})}


def _shown(entry: Entry) -> Iterator[tuple[str, str]]:
    yield "printed", _run(entry)
    if entry.period is not None:
        yield "period.shown", _flat(entry.period.shown)


def _run(entry: Entry) -> str:
    return _flat(" ".join(filter(None, (entry.before, entry.printed, entry.after))))


def _occurrences(text: str, shown: str) -> Iterator[tuple[int, int]]:
    """Yield where the run stands, spaces free, and never inside a longer number."""
    pattern = r"\s*".join(re.escape(word) for word in shown.split())
    for match in re.finditer(
        rf"(?<![\d.,]){pattern}(?![.,]?\d)" if shown[:1].isdigit() else rf"{pattern}(?![.,]?\d)", text
    ):
        yield match.start(), match.end()


def _values(entry: Entry, numerals: Mapping[str, Decimal]) -> Iterator[Problem]:
    found = list(find_amounts(entry.printed, numerals))
    wanted = [value for value in (entry.value, entry.second and entry.second.value) if value is not None]
    places = ["value", "second.value"]
    if entry.value is not None and len(found) != len(wanted):
        yield Problem(
            file=entry.file,
            place="printed",
            message=f"{len(found)} numbers are printed, {len(wanted)} are given as values",
            mend="give every printed number as value or second.value",
        )
        return
    for place, value, number in zip(places, wanted, found, strict=False):
        if value not in number.values:
            printed = entry.printed[number.start : number.end]
            yield Problem(
                file=entry.file,
                place=place,
                message=f"{value} is not the printed {printed!r}",
                mend="mend the one that is wrong",
            )
    if entry.period is not None:
        yield from _years(entry)


def _years(entry: Entry) -> Iterator[Problem]:
    if entry.period is None:
        return
    shown: set[int] = set()
    for number in find_numbers(entry.period.shown):
        shown.update(int(value) for value in number.values)
    century = max(shown, default=0) // 100 * 100
    shown |= {century + year for year in shown if year < _TWO_DIGITS}
    for key, year in entry.period.years.items():
        if year not in shown:
            yield Problem(
                file=entry.file,
                place=f"period.{key}",
                message=f"{year} is not in the printed {entry.period.shown!r}",
                mend="mend the one that is wrong",
            )


_TWO_DIGITS = 100
"""A printed "2016-20" gives its end by the last two digits."""


def _unclaimed(
    article: Article, text: Text, claims: list[tuple[int, int, int]], numerals: Mapping[str, Decimal]
) -> Iterator[Problem]:
    file = f"articles/{article.id}.toml"
    claims = list(claims)
    for index, left_out in enumerate(article.left_out):
        paragraph = text.paragraph(left_out.paragraph)
        spans = tuple(_occurrences(paragraph or "", _flat(left_out.shown)))
        if len(spans) != 1:
            yield Problem(
                file=file,
                place=f"left_out[{index}]",
                message=f"{left_out.shown!r} stands {len(spans)} times in paragraph {left_out.paragraph}",
                mend="give it with its neighbours, so that it stands there once",
            )
            continue
        claims.append((left_out.paragraph, *spans[0]))
    for number, paragraph in enumerate(text.paragraphs):
        for found in find_amounts(paragraph, numerals):
            if not any(at == number and start <= found.start and found.end <= end for at, start, end in claims):
                around = paragraph[max(0, found.start - 20) : found.end + 20]
                yield Problem(
                    file=file,
                    place=f"paragraph {number}",
                    message=f"no entry claims the number in {around!r}",
                    mend="claim it in an entry or list it under left_out with a reason",
                )


def record_of(knowledge: Knowledge) -> Mapping[str, Mapping[str, str]]:
    """Return what a successful proof records: a hash of each article and of each entry's provable fields."""
    return {
        "articles": {article.id: article.sha256 for article in knowledge.articles.values()},
        "entries": {entry.id: _fingerprint(entry, knowledge) for entry in knowledge.entries.values()},
    }


def find_unrecorded(knowledge: Knowledge, record: Mapping[str, Mapping[str, str]]) -> Iterator[Problem]:
    """Yield every entry that differs from the recorded proof, and whatever one side lacks."""
    if not record:
        yield Problem(file="proof.toml", message="there is no record of a proof", mend=_RECORD)
        return
    current = record_of(knowledge)
    for identifier, digest in current["articles"].items():
        if record.get("articles", {}).get(identifier) != digest:
            yield Problem(
                file=f"articles/{identifier}.toml",
                place="sha256",
                message="the article changed since it was proven",
                mend=_RECORD,
            )
    for identifier, digest in current["entries"].items():
        if record.get("entries", {}).get(identifier) != digest:
            yield Problem(
                file=knowledge.entries[identifier].file,
                place="printed",
                message="changed since it was proven",
                mend=_RECORD,
            )
    for identifier in sorted(set(record.get("entries", {})) - set(current["entries"])):
        yield Problem(file="proof.toml", place=identifier, message="the entry is gone", mend=_RECORD)


def _fingerprint(entry: Entry, knowledge: Knowledge) -> str:
    """Return the hash of all that the proof rests on; the article's own text is part of it."""
    fields = entry.model_dump(
        mode="json",
        by_alias=True,
        include={
            "id",
            "article",
            "paragraph",
            "printed",
            "before",
            "after",
            "value",
            "unit",
            "qualifier",
            "kind",
            "second",
            "period",
        },
    )
    article = knowledge.articles.get(entry.article)
    fields["sha256"] = article.sha256 if article else ""
    content = json.dumps(fields, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()


def write_record(directory: Path, knowledge: Knowledge) -> None:
    """Write proof.toml beside the entries, in one step."""
    record = record_of(knowledge)
    lines = [
        "# The record of the last proof from the articles' texts; written by `nickelbot check --record`, not by hand.",
        "# An entry whose figure, wording in the article or place changes is refused until it is proven again.",
    ]
    for table, hashes in record.items():
        lines += ["", f"[{table}]", *(f'{key} = "{digest}"' for key, digest in sorted(hashes.items()))]
    target = directory / "proof.toml"
    beside = target.with_suffix(".toml.new")
    beside.write_text("\n".join(lines) + "\n", encoding="utf-8")
    beside.replace(target)


def _flat(text: str) -> str:
    return _SPACE.sub(" ", text.replace("\u00a0", " ")).strip()
