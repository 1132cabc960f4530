"""Numbers as articles and people write them: digits of any script, separators, magnitude words."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

_NUMBER = re.compile(r"\d+(?:[.,\u066b\u066c'’ \u00a0\u202f]\d+)*")
_GROUPED = re.compile(r"\d{1,3}([.,\u066c'’ \u00a0\u202f]\d{3})+")
_OTHER_DIGIT = re.compile(r"(?![0-9])\d")
_SPACES = " \u00a0\u202f"
_SEPARATORS = ".,\u066b\u066c'’" + _SPACES


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number of a text: where it stands, and every value its digits can mean.

    '1.100' means 1.1 to one reader and 1100 to another: both are kept, for the guards to weigh.
    """

    start: int
    end: int
    values: frozenset[Decimal]


def plain_digits(text: str) -> str:
    """Return the text with the decimal digits of every script as 0 to 9, length unchanged."""
    if text.isascii() or not _OTHER_DIGIT.search(text):
        return text
    return "".join(
        str(unicodedata.digit(letter)) if letter.isdecimal() and not letter.isascii() else letter for letter in text
    )


def digit_values(digits: str) -> frozenset[Decimal]:
    """Return every value that a run of digits and separators can mean."""
    separators = [letter for letter in digits if letter in _SEPARATORS]
    if not separators:
        return frozenset({Decimal(digits)})
    values: set[Decimal] = set()
    if _GROUPED.fullmatch(digits) and len(set(separators)) == 1:
        values.add(Decimal("".join(filter(str.isdecimal, digits))))
    last = max(digits.rfind(separator) for separator in ".,\u066b")
    if last >= 0 and separators.count(digits[last]) == 1:
        whole, fraction = ("".join(filter(str.isdecimal, part)) for part in (digits[:last], digits[last + 1 :]))
        values.add(Decimal(f"{whole}.{fraction}"))
    return frozenset(values)


def find_numbers(text: str) -> Iterator[Number]:
    """Yield the numbers written in digits, left to right; what is no one number is split up."""
    text = plain_digits(text)
    for match in _NUMBER.finditer(text):
        values = digit_values(match.group())
        if values:
            yield Number(start=match.start(), end=match.end(), values=values)
            continue
        for run in re.finditer(r"\d+", match.group()):
            yield Number(
                start=match.start() + run.start(),
                end=match.start() + run.end(),
                values=frozenset({Decimal(run.group())}),
            )


def find_amounts(text: str, numerals: Mapping[str, Decimal]) -> Iterator[Number]:
    """Yield numbers in digits and in words, a magnitude word behind a number multiplied in."""
    words = [
        Number(start=match.start(), end=match.end(), values=frozenset({numerals[match.group()]}))
        for match in _word_pattern(numerals).finditer(text.casefold())
    ]
    numbers = sorted([*find_numbers(text), *words], key=lambda number: number.start)
    index = 0
    while index < len(numbers):
        number = numbers[index]
        following = numbers[index + 1] if index + 1 < len(numbers) else None
        if following in words and following is not None and _adjoin(text, number, following):
            (factor,) = following.values
            if factor >= _LEAST_MAGNITUDE:
                yield Number(
                    start=number.start,
                    end=following.end,
                    values=frozenset(value * factor for value in number.values),
                )
                index += 2
                continue
        yield number
        index += 1


_LEAST_MAGNITUDE = 100
"""The smallest number word that multiplies the number before it ("3 hundred")."""


def _adjoin(text: str, first: Number, second: Number) -> bool:
    return not text[first.end : second.start].strip(_SPACES)


def _word_pattern(numerals: Mapping[str, Decimal]) -> re.Pattern[str]:
    return _pattern(tuple(numerals))


@cache
def _pattern(numerals: tuple[str, ...]) -> re.Pattern[str]:
    ordered = [re.escape(word.casefold()) for word in sorted(numerals, key=len, reverse=True)]
    spaced = "|".join(word for word in ordered if not _HAN.match(word))
    unspaced = "|".join(word for word in ordered if _HAN.match(word))
    patterns = [rf"(?<![^\W\d_])(?:{spaced})(?![^\W\d_])" if spaced else "", unspaced]
    return re.compile("|".join(filter(None, patterns)) or r"(?!)")


_HAN = re.compile(r"[\u3400-\u9fff]")
"""A script without spaces: a number word there has no edges to look for."""
