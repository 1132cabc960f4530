"""Numbers and dates are written the way each language does, and never lose a digit."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.figures import write_date, write_value
from bot.knowledge.model import Unit
from bot.knowledge.numerals import find_amounts

AMOUNT = Unit()
SHARE = Unit(percent=True)
BARE = Unit(plain=True)
LANGUAGES = ["en", "ar", "zh", "fr", "ru", "es", "de", "fa", "ja"]
_LARGEST = 10**12 - 1
"""From here on "billion" means one thing in English and another in French."""
_MAGNITUDES = {
    word: Decimal(10**power)
    for power, words in {
        4: ("万",),
        6: (
            "million", "millions", "millón", "millones", "миллион", "миллиона", "миллионов", "مليون", "ملايين",
        ),
        8: ("亿",),
        9: (
            "billion", "milliard", "milliards", "mil millones", "миллиард", "миллиарда", "миллиардов", "مليار",
            "مليارات",
        ),
    }.items()
    for word in words
}  # fmt: skip


@pytest.mark.parametrize(
    ("value", "unit", "language", "written"),
    [
        pytest.param("0.05", AMOUNT, "en", "0.05", id="English decimals"),
        pytest.param("0.05", AMOUNT, "fr", "0,05", id="French decimals"),
        pytest.param("4200", AMOUNT, "en", "4,200", id="English groups"),
        pytest.param("4200", AMOUNT, "fr", "4\u202f200", id="French groups"),
        pytest.param("4200", AMOUNT, "ru", "4\u00a0200", id="Russian groups"),
        pytest.param("330000", AMOUNT, "es", "330.000", id="Spanish groups"),
        pytest.param("330000", AMOUNT, "ar", "330,000", id="Arabic groups"),
        pytest.param("999999", AMOUNT, "en", "999,999", id="just below a million"),
        pytest.param("1000000", AMOUNT, "en", "1 million", id="a million"),
        pytest.param("1000000", AMOUNT, "fr", "1 million", id="a French million"),
        pytest.param("1100000", AMOUNT, "fr", "1,1 million", id="a French million and a bit"),
        pytest.param("2100000", AMOUNT, "fr", "2,1 millions", id="French millions"),
        pytest.param("2100000", AMOUNT, "ru", "2,1 миллиона", id="Russian millions"),
        pytest.param("14000000", AMOUNT, "ru", "14 миллионов", id="many Russian millions"),
        pytest.param("520000000000", AMOUNT, "es", "520 mil millones", id="Spanish billions"),
        pytest.param("9999", AMOUNT, "zh", "9,999", id="just below a myriad"),
        pytest.param("330000", AMOUNT, "zh", "33万", id="Chinese myriads"),
        pytest.param("520000000000", AMOUNT, "zh", "5200亿", id="Chinese hundred millions"),
        pytest.param("15.9", SHARE, "en", "15.9%", id="an English share"),
        pytest.param("15.9", SHARE, "fr", "15,9\u00a0%", id="a French share"),
        pytest.param("15.9", SHARE, "ar", "15.9%", id="an Arabic share without direction marks"),
        pytest.param("1958", BARE, "en", "1958", id="a year"),
        pytest.param("1958", BARE, "fr", "1958", id="a French year"),
        pytest.param("3", BARE, "zh", "3", id="a rank"),
    ],
)
def test_a_value_is_written_as_its_language_does(value: str, unit: Unit, language: str, written: str) -> None:
    """A value has its language's separators and magnitudes; years and ranks are bare digits."""
    assert write_value(Decimal(value), unit, language) == written


@pytest.mark.parametrize("language", ["en", "ar", "zh", "fr", "ru", "es"])
@given(value=st.decimals(min_value=0, max_value=_LARGEST, places=2) | st.integers(0, _LARGEST).map(Decimal))
def test_no_value_is_rounded(language: str, value: Decimal) -> None:
    """Whatever the value, its text reads back as that very value."""
    written = write_value(value, AMOUNT, language)
    assert any(value in number.values for number in find_amounts(written, _MAGNITUDES)), written


@pytest.mark.parametrize("language", LANGUAGES)
@given(value=st.decimals(min_value=0, max_value=100, places=3))
def test_no_share_is_rounded(language: str, value: Decimal) -> None:
    """Whatever the share, its text reads back as that very share."""
    written = write_value(value, SHARE, language)
    assert any(value in number.values for number in find_amounts(written, {})), written


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("en", "October 8, 2022"),
        ("ar", "8 أكتوبر 2022"),
        ("zh", "2022年10月8日"),
        ("fr", "8 octobre 2022"),
        ("ru", "8 октября 2022\u202fг."),
        ("es", "8 de octubre de 2022"),
    ],
)
def test_a_date_is_written_in_full(language: str, written: str) -> None:
    """A date has its language's long form."""
    assert write_date(dt.date(2022, 10, 8), language) == written


@pytest.mark.parametrize("language", LANGUAGES)
@given(value=st.integers(0, 10**12).map(Decimal), date=st.dates(min_value=dt.date(1900, 1, 1)))
def test_no_direction_mark_is_written(language: str, value: Decimal, date: dt.date) -> None:
    """Values, shares and dates hold no direction marks: shells isolate them."""
    for text in (write_value(value, AMOUNT, language), write_value(value, SHARE, language), write_date(date, language)):
        assert not {"\u200e", "\u200f", "\u061c"} & set(text)
