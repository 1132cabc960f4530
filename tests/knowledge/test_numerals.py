"""Numbers are read as articles and people write them."""

from decimal import Decimal

import pytest

from bot.knowledge.numerals import digit_values, find_amounts, find_numbers, plain_digits

NUMERALS = {"million": Decimal(10**6), "مليون": Decimal(10**6), "four": Decimal(4), "ستة": Decimal(6), "四": Decimal(4)}


@pytest.mark.parametrize(
    ("written", "values"),
    [
        pytest.param("330,000", {"330000", "330"}, id="a comma groups or divides"),
        pytest.param("330.000", {"330000", "330"}, id="a point groups or divides"),
        pytest.param("330 000", {"330000"}, id="a space only groups"),
        pytest.param("2.1", {"2.1"}, id="one digit behind a point is no group"),
        pytest.param("0,05", {"0.05"}, id="a decimal comma"),
        pytest.param("1.234.567", {"1234567"}, id="several groups leave no decimal reading"),
        pytest.param("1,234.5", {"1234.5"}, id="groups and decimals"),
        pytest.param("12", {"12"}, id="plain"),
    ],
)
def test_every_reading_of_the_digits_is_kept(written: str, values: set[str]) -> None:
    """Digits with separators give every value that they can mean."""
    assert digit_values(written) == {Decimal(value) for value in values}


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        pytest.param("220 million yuan (about $31 million)", ["220000000", "31000000"], id="magnitude words"),
        pytest.param("1.1 مليون طن", ["1100000"], id="Arabic magnitude"),
        pytest.param("four platforms", ["4"], id="a word"),
        pytest.param("لأكثر من ستة عقود", ["6"], id="an Arabic word"),
        pytest.param("第四名", ["4"], id="a word in a script without spaces"),
        pytest.param("fourteenth", [], id="no word inside another"),
        pytest.param("٢٠٠ طن", ["200"], id="Arabic digits"),
        pytest.param("2016-20", ["2016", "20"], id="a span of years"),
    ],
)
def test_amounts_are_found_in_digits_and_words(text: str, amounts: list[str]) -> None:
    """Numbers in digits and in words are found, magnitudes multiplied in."""
    found = [min(number.values) for number in find_amounts(text, NUMERALS)]
    assert found == [Decimal(amount) for amount in amounts]


def test_places_are_those_of_the_text() -> None:
    """A number's place is where its digits stand."""
    text = "by ٢٠٢٥, more than 330,000 tons"
    assert [text[number.start : number.end] for number in find_numbers(text)] == ["٢٠٢٥", "330,000"]


def test_digits_of_every_script_become_plain() -> None:
    """Decimal digits of any script become 0 to 9, one for one."""
    assert plain_digits("٢٠٢٥ ۲۰۲۵ २०२५ 2025") == "2025 2025 2025 2025"
