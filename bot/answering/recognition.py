"""Takes a folded question apart into what each piece stands for: concepts, years, numbers, unknown words."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from itertools import product

from bot.answering.folding import Token, TokenKind, tokenize
from bot.answering.vocabulary import Meaning, Vocabulary
from bot.knowledge.model import YEAR_CONCEPT

EXACT = 1.0
STEM = 0.95
FOREIGN_SCRIPT = 0.95
SOUND = 0.88
HAN_SOUND = 0.75
SURE = 0.9
"""From this certainty on a recognition counts as read, below it as guessed."""

_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_LEAST_MAGNITUDE = 100
_MOST_PATHS = 24
_HAN_YEAR = "年"
_LAST_CENTURY_FROM = 50
"""A year of two digits from this one on is of the last century."""


class HitKind(StrEnum):
    """What a piece of a question was taken for."""

    CONCEPT = "concept"
    YEAR = "year"
    NUMBER = "number"
    IGNORED = "ignored"
    ASKED = "asked"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A piece of the question. `alternatives` are sets of concepts of which one is meant."""

    text: str
    kind: HitKind
    sentence: int
    clause: int
    position: int
    alternatives: tuple[frozenset[str], ...] = ()
    certainty: float = EXACT
    values: frozenset[Decimal] = frozenset()
    entries: frozenset[str] = frozenset()
    """The entries in whose known questions an otherwise meaningless word stands."""
    spelled: bool = False
    """Whether a number was written as a word."""


def recognize(folded: str, vocabulary: Vocabulary, fallback: Vocabulary | None = None) -> tuple[Hit, ...]:
    """Return the pieces of a folded question in order; every piece of it is accounted for.

    The fallback serves Latin words within a question in another script.
    """
    hits: list[Hit] = []
    run: list[Token] = []
    for token in tokenize(vocabulary.stand_in(folded)):
        if token.kind is TokenKind.STAND_IN:
            hits.extend(_run(run, vocabulary, fallback))
            run = []
            form, meaning = vocabulary.stood_for(token.text)
            hits.extend(_meant(form, token, (meaning,), EXACT))
            continue
        if run and (token.clause != run[-1].clause or (token.kind is TokenKind.HAN) != (run[-1].kind is TokenKind.HAN)):
            hits.extend(_run(run, vocabulary, fallback))
            run = []
        run.append(token)
    hits.extend(_run(run, vocabulary, fallback))
    return tuple(replace(hit, position=index) for index, hit in enumerate(_affirmed(tuple(_numbers(hits)))))


_NEGATION = frozenset({"negation"})
_LONGEST_ARTICLE = 3
"""Letters of a word that may stand between "not" and what it denies."""


def _affirmed(hits: Sequence[Hit]) -> Iterator[Hit]:
    """Yield the hits without the meaning of what is denied: "not the global list, the Chinese one"."""
    for index, hit in enumerate(hits):
        before = [earlier for earlier in hits[max(0, index - 2) : index] if earlier.clause == hit.clause]
        if len(before) > 1 and not (before[1].kind is HitKind.IGNORED and len(before[1].text) <= _LONGEST_ARTICLE):
            before = before[1:]
        denied = hit.kind is HitKind.CONCEPT and any(_NEGATION in earlier.alternatives for earlier in before)
        yield replace(hit, kind=HitKind.IGNORED, alternatives=()) if denied else hit


def _run(tokens: Sequence[Token], vocabulary: Vocabulary, fallback: Vocabulary | None) -> Iterator[Hit]:
    if not tokens:
        return
    if tokens[0].kind is TokenKind.HAN:
        for token in tokens:
            yield from _han(token, vocabulary)
    else:
        yield from _words(tokens, vocabulary, fallback)


# -- words with spaces between them ---------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """What one word may be read as, and how sure that is."""

    word: str
    certainty: float


def _words(tokens: Sequence[Token], vocabulary: Vocabulary, fallback: Vocabulary | None) -> Iterator[Hit]:
    tokens = tuple(_respaced(tokens, vocabulary))
    readings = [_readings(token, vocabulary) for token in tokens]
    index = 0
    while index < len(tokens):
        token = tokens[index]
        if token.text.startswith(vocabulary.conjunctions) and token.text not in vocabulary.forms:
            yield replace(_hit(token, HitKind.CONCEPT), text=token.text[0], alternatives=(frozenset({"and"}),))
        length, found, certainty = _longest(readings, index, vocabulary)
        text = " ".join(part.text for part in tokens[index : index + max(length, 1)])
        if length:
            yield from _meant(text, token, found, certainty)
        elif token.kind is TokenKind.NUMBER:
            yield _hit(token, HitKind.NUMBER, values=token.values)
        elif token.kind is TokenKind.SPAN:
            yield replace(_hit(token, HitKind.YEAR), alternatives=(_span(token.text),))
        elif token.kind is TokenKind.SIGN or len(token.text) == 1:
            yield _hit(token, HitKind.IGNORED)
        elif entries := _asked(readings[index], vocabulary):
            yield _hit(token, HitKind.ASKED, certainty=readings[index][0].certainty, entries=entries)
        elif fallback is not None and fallback is not vocabulary and token.text.isascii():
            yield from _words([token], fallback, None)
        else:
            yield _hit(token, HitKind.UNKNOWN)
        index += max(length, 1)


def _asked(readings: Sequence[_Reading], vocabulary: Vocabulary) -> frozenset[str]:
    """Return the entries in whose known questions the word stands, or one that it is a slip of."""
    best = max((reading.certainty for reading in readings), default=0.0)
    words = [reading.word for reading in readings if reading.certainty >= best - _NEAR]
    found = [vocabulary.asked.get(form, frozenset()) for word in words for form in (word, vocabulary.stem(word))]
    return frozenset().union(*found)


def _span(text: str) -> frozenset[str]:
    """Return the two years of a span such as 2021-2025 or 2016-20."""
    first, last = (part for part in re.split(r"\D+", text) if part)
    return frozenset({f"{YEAR_CONCEPT}{first}", f"{YEAR_CONCEPT}{first[: len(first) - len(last)]}{last}"})


def _meant(text: str, token: Token, meanings: Sequence[Meaning], certainty: float) -> Iterator[Hit]:
    number = next((meaning.number for meaning in meanings if meaning.number is not None), None)
    alternatives = tuple(dict.fromkeys(option for meaning in meanings for option in meaning.alternatives))
    if len(alternatives) == 1:
        for name in sorted(alternatives[0]):
            hit = _hit(token, HitKind.CONCEPT, certainty=certainty)
            yield replace(hit, text=text, alternatives=(frozenset({name}),))
    elif alternatives:
        yield replace(_hit(token, HitKind.CONCEPT, certainty=certainty), text=text, alternatives=alternatives)
    elif number is not None:
        hit = _hit(token, HitKind.NUMBER, certainty=certainty, values=frozenset({number}))
        yield replace(hit, text=text, spelled=True)
    elif certainty >= SURE:
        yield replace(_hit(token, HitKind.IGNORED, certainty=certainty), text=text)
    else:
        yield replace(_hit(token, HitKind.UNKNOWN, certainty=certainty), text=text)


def _hit(
    token: Token,
    kind: HitKind,
    *,
    certainty: float = EXACT,
    values: frozenset[Decimal] = frozenset(),
    entries: frozenset[str] = frozenset(),
) -> Hit:
    return Hit(
        text=token.text,
        kind=kind,
        sentence=token.sentence,
        clause=token.clause,
        position=0,
        certainty=certainty,
        values=values,
        entries=entries,
    )


def _longest(
    readings: Sequence[tuple[_Reading, ...]], index: int, vocabulary: Vocabulary
) -> tuple[int, list[Meaning], float]:
    """Return how many words the longest known form at the index spans, its meanings, its certainty."""
    for length in range(min(vocabulary.longest, len(readings) - index), 0, -1):
        span = readings[index : index + length]
        if not all(span):
            continue
        found: list[tuple[float, Meaning]] = []
        for path in list(product(*span))[:_MOST_PATHS]:
            certainty = min(reading.certainty for reading in path)
            words = [reading.word for reading in path]
            meaning = vocabulary.forms.get(" ".join(words))
            if meaning is None:
                found_form = vocabulary.by_stems(" ".join(map(vocabulary.stem, words)))
                if found_form is not None and (length == 1 or _inflected(words, found_form[0], vocabulary)):
                    meaning = found_form[1]
                    certainty = min(certainty, STEM)
            if meaning is not None:
                found.append((certainty, meaning))
        if found:
            best = max(certainty for certainty, _ in found)
            chosen = [meaning for certainty, meaning in found if certainty >= best - _NEAR]
            if any(not meaning.ignored for meaning in chosen):
                chosen = [meaning for meaning in chosen if not meaning.ignored] if best < SURE else chosen[:1]
            return length, chosen, best
    return 0, [], 0.0


_NEAR = 0.05
"""Readings of a misspelt word this near to the best one are kept beside it."""


def _inflected(words: Sequence[str], written: str, vocabulary: Vocabulary) -> bool:
    """Whether only telling words of an expression are inflected: its small words stand as written."""
    for word in words:
        if f" {word} " not in written:
            own = vocabulary.forms.get(word)
            if own is not None and own.ignored:
                return False
    return True


def _readings(token: Token, vocabulary: Vocabulary) -> tuple[_Reading, ...]:
    if token.kind is not TokenKind.WORD:
        return (_Reading(word=token.text, certainty=EXACT),)
    itself = _Reading(word=token.text, certainty=EXACT)
    if len(token.text) == 1 or _means_something(token.text, vocabulary):
        return (itself,)
    known = [itself] if _known(token.text, vocabulary) else []
    heard = [_Reading(word=word, certainty=SOUND) for word in vocabulary.heard.get(vocabulary.sound(token.text), ())]
    near = [_Reading(word=near.word, certainty=near.certainty) for near in vocabulary.near(token.text)]
    seen = {reading.word for reading in heard}
    found = heard + [reading for reading in near if reading.word not in seen]
    found.sort(key=lambda reading: (-reading.certainty, reading.word))
    return (*known, *found[: _MOST_PATHS // 4]) or (itself,)


def _means_something(word: str, vocabulary: Vocabulary) -> bool:
    """Whether the word alone is a form, or stands in a known question."""
    stem = vocabulary.stem(word)
    return (
        word in vocabulary.forms
        or vocabulary.by_stems(stem) is not None
        or word in vocabulary.asked
        or stem in vocabulary.asked
    )


def _respaced(tokens: Sequence[Token], vocabulary: Vocabulary) -> Iterator[Token]:
    """Yield the tokens with words joined that were torn apart, and split that were run together."""
    index = 0
    while index < len(tokens):
        token = tokens[index]
        following = tokens[index + 1] if index + 1 < len(tokens) else None
        if token.kind is not TokenKind.WORD or _known(token.text, vocabulary):
            yield token
        elif (
            following is not None
            and following.kind is TokenKind.WORD
            and token.text + following.text in vocabulary.words
        ):
            yield replace(token, text=token.text + following.text)
            index += 1
        elif vocabulary.near(token.text) or vocabulary.sound(token.text) in vocabulary.heard:
            yield token
        else:
            yield from _split(token, vocabulary)
        index += 1


_SHORTEST_HALF = 2
_SHORTEST_SPLIT = 6


def _split(token: Token, vocabulary: Vocabulary) -> Iterator[Token]:
    text = token.text
    if len(text) >= _SHORTEST_SPLIT:
        for cut in range(len(text) - _SHORTEST_HALF, _SHORTEST_HALF - 1, -1):
            first, second = text[:cut], text[cut:]
            if (
                first in vocabulary.words
                and second in vocabulary.words
                and max(len(first), len(second)) > _SHORTEST_HALF + 1
            ):
                yield replace(token, text=first)
                yield replace(token, text=second)
                return
    yield token


def _known(word: str, vocabulary: Vocabulary) -> bool:
    return word in vocabulary.words or vocabulary.stem(word) in vocabulary.known_stems


# -- Han text, which has no spaces ----------------------------------------

_FORM_COST = 0.3
_IGNORED_COST = 0.35
_SINGLE_COST = 0.5
_UNKNOWN_COST = 1.0
_SLIP_COST = 0.35
_SLIP_COST_A_CHARACTER = 0.15


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    """A stretch of Han text and what it may mean; no meaning at all for an unknown character."""

    start: int
    end: int
    cost: float
    meanings: tuple[Meaning, ...]
    certainty: float


def _han(token: Token, vocabulary: Vocabulary) -> Iterator[Hit]:
    unknown = ""
    for piece in _cheapest(token.text, vocabulary):
        text = token.text[piece.start : piece.end]
        if not piece.meanings:
            unknown += text
            continue
        if unknown:
            yield _unknown_han(unknown, token)
            unknown = ""
        yield from _meant(text, token, piece.meanings, piece.certainty)
    if unknown:
        yield _unknown_han(unknown, token)


def _unknown_han(text: str, token: Token) -> Hit:
    return replace(_hit(token, HitKind.UNKNOWN), text=text)


def _cheapest(text: str, vocabulary: Vocabulary) -> list[_Piece]:
    """Return the cut of the text that costs least: few pieces, few slips, fewest unknown characters."""
    best: list[tuple[float, _Piece | None]] = [(float("inf"), None)] * (len(text) + 1)
    best[0] = (0.0, None)
    for start in range(len(text)):
        for piece in _pieces(text, start, vocabulary):
            cost = best[start][0] + piece.cost
            if cost < best[piece.end][0]:
                best[piece.end] = (cost, piece)
    path: list[_Piece] = []
    end = len(text)
    while end:
        last = best[end][1]
        if last is None:
            break
        path.append(last)
        end = last.start
    return path[::-1]


def _pieces(text: str, start: int, vocabulary: Vocabulary) -> Iterator[_Piece]:
    yield _Piece(start=start, end=start + 1, cost=_UNKNOWN_COST, meanings=(), certainty=EXACT)
    for end in range(start + 1, min(len(text), start + vocabulary.longest_han) + 1):
        part = text[start:end]
        meaning = vocabulary.han.get(part)
        if meaning is not None:
            cost = _SINGLE_COST if end == start + 1 else _IGNORED_COST if meaning.ignored else _FORM_COST
            yield _Piece(start=start, end=end, cost=cost, meanings=(meaning,), certainty=EXACT)
        elif end > start + 1:
            yield from _slips(part, start, vocabulary)


def _slips(part: str, start: int, vocabulary: Vocabulary) -> Iterator[_Piece]:
    """Yield the forms that sound like the part, though written with other characters."""
    forms = dict.fromkeys(form for sound in vocabulary.han_sounds(part) for form in vocabulary.han_heard.get(sound, ()))
    if forms:
        yield _Piece(
            start=start,
            end=start + len(part),
            cost=_SLIP_COST + _SLIP_COST_A_CHARACTER * len(part),
            meanings=tuple(vocabulary.han[form] for form in forms),
            certainty=HAN_SOUND,
        )


# -- numbers and years ----------------------------------------------------


def _numbers(hits: Sequence[Hit]) -> Iterator[Hit]:
    """Yield the hits with magnitudes multiplied into their numbers, and years told from amounts."""
    index = 0
    while index < len(hits):
        hit = hits[index]
        following = hits[index + 1] if index + 1 < len(hits) else None
        if hit.kind is HitKind.NUMBER and following is not None and following.kind is HitKind.NUMBER:
            factor = max(following.values)
            if len(following.values) == 1 and factor >= _LEAST_MAGNITUDE and following.text.isalpha():
                values = frozenset(value * factor for value in hit.values)
                yield replace(hit, text=f"{hit.text} {following.text}", values=values)
                index += 2
                continue
        year = _year(hit, following)
        if year is not None:
            yield replace(hit, kind=HitKind.YEAR, alternatives=(frozenset({f"{YEAR_CONCEPT}{year}"}),))
        elif hit.kind is HitKind.NUMBER and following is not None and following.text.startswith("%"):
            yield replace(hit, text=hit.text + "%")
        else:
            yield hit
        index += 1


def _year(hit: Hit, following: Hit | None) -> int | None:
    if hit.kind is not HitKind.NUMBER or not hit.text.isdigit():
        return None
    value = int(hit.text)
    if _FIRST_YEAR <= value <= _LAST_YEAR:
        return value
    if following is None or not following.text.startswith(_HAN_YEAR) or len(hit.text) != len("22"):
        return None
    return (1900 if value >= _LAST_CENTURY_FROM else 2000) + value
