"""Marked stretches of a text: cleaning, overlaps and the UTF-16 offsets that Telegram reports.

Inside the server a span counts code points; only `to_entities` turns them into UTF-16 units.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tests.botapi.json_fields import JsonObject

SPLITTABLE = ("bold", "italic", "underline", "strikethrough", "spoiler")
VERBATIM = frozenset({"code", "pre"})
QUOTES = frozenset({"blockquote", "expandable_blockquote"})
# Of two spans with the same place, the one with the smaller number is reported first.
PRIORITY = {
    "blockquote": 0,
    "expandable_blockquote": 0,
    "pre": 10,
    "code": 20,
    "text_link": 49,
    "text_mention": 49,
    "bold": 90,
    "italic": 91,
    "underline": 92,
    "strikethrough": 93,
    "spoiler": 94,
    "custom_emoji": 99,
}
DEFAULT_PRIORITY = 50
# Telegram's servers keep no more than this many spans that the sender made.
MOST_SENT_SPANS = 100
# TDLib drops these from every text: line and paragraph separators, the old bidi controls
# (embeddings and overrides, not isolates) and three combining marks that draw lines.
DROPPED = frozenset({"\r", "\u0333", "\u033f", "\u030a", *map(chr, range(0x2028, 0x202F))})
LAST_CONTROL = 0x20


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of text with a meaning, counted in code points, end excluded."""

    kind: str
    start: int
    end: int
    argument: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedText:
    """A text without markup and its spans."""

    text: str
    spans: tuple[Span, ...] = ()


def utf16_length(text: str) -> int:
    """Return how many UTF-16 units a text has, which is how Telegram counts offsets."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def clean(marked: MarkedText) -> MarkedText:
    """Return the text as TDLib keeps it: control characters gone, ends trimmed, spans moved along."""
    kept: list[str] = []
    new_place: list[int] = []
    for character in marked.text:
        new_place.append(len(kept))
        if character in DROPPED:
            continue
        kept.append(" " if ord(character) < LAST_CONTROL and character != "\n" else character)
    new_place.append(len(kept))
    spans = [replace(span, start=new_place[span.start], end=new_place[span.end]) for span in marked.spans]
    return _trim("".join(kept), [span for span in spans if span.end > span.start])


def _trim(text: str, spans: list[Span]) -> MarkedText:
    end = len(text.rstrip(" \n"))
    first_span = min((span.start for span in spans), default=end)
    # Spaces at the front are kept from the first span on.
    start = min(len(text) - len(text.lstrip(" \n")), first_span, end)
    moved = [
        replace(span, start=max(span.start, start) - start, end=min(span.end, end) - start)
        for span in spans
        if span.start < end
    ]
    return MarkedText(text=text[start:end], spans=tuple(moved))


def untangle(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return spans that Telegram can keep: none across another, nothing inside code."""
    ordered = in_order(spans)
    whole = _without_overlaps(span for span in ordered if span.kind not in SPLITTABLE and span.kind not in QUOTES)
    quotes = _without_overlaps(span for span in ordered if span.kind in QUOTES)
    fixed = in_order([*whole, *quotes])
    split = [piece for kind in SPLITTABLE for piece in _pieces(kind, ordered, fixed)]
    return tuple(in_order([*fixed, *split]))


def in_order(spans: Iterable[Span]) -> list[Span]:
    """Return the spans by start, the longer first, then by kind."""
    return sorted(spans, key=lambda span: (span.start, -span.end, PRIORITY.get(span.kind, DEFAULT_PRIORITY)))


def add_found(sent: Sequence[Span], found: Iterable[Span]) -> tuple[Span, ...]:
    """Return the sender's spans with those found in the text, which yield wherever they overlap."""
    limited = list(sent)[:MOST_SENT_SPANS]
    continuous = [span for span in limited if span.kind not in SPLITTABLE and span.kind not in QUOTES]
    free = [span for span in found if not any(_overlap(span, other) for other in continuous)]
    return untangle([*limited, *free])


def to_entities(marked: MarkedText) -> list[JsonObject]:
    """Return the spans as `MessageEntity` objects, in UTF-16 units; users are filled in by the caller."""
    offsets = [0]
    for character in marked.text:
        offsets.append(offsets[-1] + utf16_length(character))
    return [_entity(span, offsets) for span in marked.spans]


def _entity(span: Span, offsets: Sequence[int]) -> JsonObject:
    start = offsets[span.start]
    entity: JsonObject = {"offset": start, "length": offsets[span.end] - start, "type": span.kind}
    if span.kind == "text_link":
        entity["url"] = span.argument
    elif span.kind == "text_mention":
        entity["user"] = {"id": int(span.argument)}
    elif span.kind == "pre" and span.argument:
        entity["language"] = span.argument
    elif span.kind == "custom_emoji":
        entity["custom_emoji_id"] = span.argument
    return entity


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def _without_overlaps(ordered: Iterable[Span]) -> list[Span]:
    kept: list[Span] = []
    for span in ordered:
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept


def _pieces(kind: str, spans: Iterable[Span], fixed: Sequence[Span]) -> list[Span]:
    merged: list[Span] = []
    for span in spans:
        if span.kind != kind:
            continue
        if merged and span.start <= merged[-1].end:
            merged[-1] = replace(merged[-1], end=max(merged[-1].end, span.end))
        else:
            merged.append(span)
    edges = sorted({edge for span in fixed for edge in (span.start, span.end)})
    verbatim = [span for span in fixed if span.kind in VERBATIM]
    pieces: list[Span] = []
    for span in merged:
        cuts = [span.start, *(edge for edge in edges if span.start < edge < span.end), span.end]
        for start, end in pairwise(cuts):
            piece = Span(kind=kind, start=start, end=end)
            if not any(_overlap(piece, other) for other in verbatim):
                pieces.append(piece)
    return pieces
