"""Writes numbers, dates and years the way each language does, by CLDR; never rounds."""

import datetime as dt
from decimal import Decimal

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal, format_percent

from bot.knowledge.model import Unit

_COMPACT_FROM = Decimal(1_000_000)
_COMPACT_FROM_MYRIAD = Decimal(10_000)
_MYRIADS = frozenset({"zh", "ja", "ko"})
"""Languages that group by ten thousands, and whose short form is the usual one."""
_DIRECTION_MARKS = dict.fromkeys(map(ord, "\u200e\u200f\u061c"))


def write_value(value: Decimal, unit: Unit, language: str) -> str:
    """Return the value in the language's own form: 330,000; 2,1 millions; 33万; 15,9 %."""
    locale = Locale.parse(language)
    if unit.plain:
        return str(value)
    if unit.percent:
        written = format_percent(value / 100, locale=locale, decimal_quantization=False)
        return written.translate(_DIRECTION_MARKS)
    myriads = language in _MYRIADS
    if value >= (_COMPACT_FROM_MYRIAD if myriads else _COMPACT_FROM):
        return _compact(value, locale, "short" if myriads else "long").translate(_DIRECTION_MARKS)
    written = format_decimal(value, locale=locale, decimal_quantization=False)
    return written.translate(_DIRECTION_MARKS)


def _compact(value: Decimal, locale: Locale, style: str) -> str:
    """Return the value with its magnitude word, by CLDR's patterns, every digit kept.

    The plural follows the number that is shown (1 million, 2,1 millions), not the whole value.
    """
    patterns = locale.compact_decimal_formats[style]
    magnitude = str(10 ** (len(str(int(value))) - 1))
    zeros = str(patterns["other"][magnitude].pattern).count("0")
    shown = value / (Decimal(magnitude) / 10 ** (zeros - 1))
    by_plural = patterns.get(locale.plural_form(shown), patterns["other"])
    pattern = str(by_plural.get(magnitude, patterns["other"][magnitude]).pattern)
    written = format_decimal(shown, locale=locale, decimal_quantization=False, group_separator=False)
    return pattern.replace("0" * zeros, written).replace("'", "")


def write_date(date: dt.date, language: str) -> str:
    """Return the date in the language's long form."""
    return format_date(date, format="long", locale=Locale.parse(language)).translate(_DIRECTION_MARKS)
