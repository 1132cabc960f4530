"""Misspelt words find the known ones they stand for, and whole questions are held against one another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.spelling import likeness, near_words

WORDS = ("kite", "harvest", "observation", "orchard", "stream")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param("kit", None, id="three letters are never corrected"),
        pytest.param("kit3", "kite", id="four letters forgive one slip"),
        pytest.param("kote", "kite", id="a wrong letter is one slip"),
        pytest.param("ktie", "kite", id="two letters swapped are one slip"),
        pytest.param("kites", "kite", id="a letter too many is one slip"),
        pytest.param("kotes", None, id="five letters do not forgive two slips"),
        pytest.param("strean", "stream", id="six letters forgive one slip"),
        pytest.param("sgrean", None, id="six letters do not forgive two slips"),
        pytest.param("orchurt", "orchard", id="seven letters forgive two slips"),
        pytest.param("urchurt", None, id="seven letters do not forgive three slips"),
        pytest.param("obsarvatiun", "observation", id="eleven letters forgive two slips"),
        pytest.param("obsarvutiun", "observation", id="eleven letters forgive three slips"),
        pytest.param("obzurvutiun", None, id="eleven letters do not forgive four slips"),
        pytest.param("urchord", None, id="two slips need the right first letter"),
        pytest.param("irchard", "orchard", id="one slip does not need it"),
    ],
)
def test_slips_are_forgiven_by_length(written: str, expected: str | None) -> None:
    """A word is taken for a known one within one, two or three slips, by its length."""
    assert [near.word for near in near_words(written, WORDS)] == ([] if expected is None else [expected])


def test_only_the_nearest_words_count() -> None:
    """A word two slips away never joins one that is a single slip away."""
    assert [near.word for near in near_words("harvesd", ("harvest", "harness", "carved"))] == ["harvest"]


def test_equally_near_words_come_in_their_own_order() -> None:
    """Words at the same distance are all returned, sorted, whatever the order they are known in."""
    known = ("boot", "boar", "boat", "bolt")
    assert [near.word for near in near_words("boaw", known)] == ["boar", "boat"]
    assert near_words("boaw", known) == near_words("boaw", known[::-1])


def test_a_crowd_of_near_words_is_cut() -> None:
    """Of many equally near words five are kept."""
    assert len(near_words("cat0", [f"cat{letter}" for letter in "abcdefgh"])) == 5


def test_certainty_falls_with_the_slips() -> None:
    """A guess is never as certain as a reading, and less so with more slips."""
    (one,) = near_words("observatian", ["observation"])
    (two,) = near_words("obsarvatian", ["observation"])
    assert 0 < two.certainty < one.certainty < 0.9


@pytest.mark.parametrize(
    ("question", "phrasings", "expected"),
    [
        pytest.param("", ["how big"], 0.0, id="an empty question is like nothing"),
        pytest.param("how big", [], 0.0, id="nothing known is like nothing"),
        pytest.param("how big", ["who", "how big"], 1.0, id="the same words"),
        pytest.param("big how", ["how big"], 1.0, id="the same words in another order"),
    ],
)
def test_likeness_has_its_ends(question: str, phrasings: list[str], expected: float) -> None:
    """Likeness is one for the same words in any order, and zero where there is nothing to compare."""
    assert likeness(question, phrasings) == expected


def test_likeness_takes_the_nearest_phrasing() -> None:
    """Of several phrasings the nearest counts."""
    assert likeness("how big is it", ["who is it", "how big is this"]) > likeness("how big is it", ["who is it"])


@given(st.text(max_size=40), st.lists(st.text(max_size=20), max_size=5))
def test_every_text_has_a_likeness_and_near_words(text: str, words: list[str]) -> None:
    """Any text gives a likeness and certainties between zero and one."""
    assert 0 <= likeness(text, words) <= 1
    assert all(0 < near.certainty < 1 and near.word in words for near in near_words(text, words))
