"""A question is held against one entry: what the entry explains, what it lacks, what forbids it."""

from collections.abc import Iterable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.matching import Assessment, Veto
from bot.knowledge.model import Entry
from tests.answering.lexica import WORDS, entry, profiles, read, shop, weigh

KITES = entry(
    "red-kites",
    ["red"],
    ["kite"],
    value="4200",
    unit="piece",
    match={"hints": ["sold"], "allows": ["string", "today"], "denies": ["planned"]},
)
NEIGHBOUR = entry("boats", ["boat"], value="950", unit="piece")
FAR = entry("far-boats", ["boat"], ["far"], value="333", unit="piece", paragraph=2)
DATED = entry(
    "dated",
    ["kite"],
    value="70",
    unit="piece",
    period={"shown": "in 2019", "in": 2019},
    match={"allows": ["year-2025"]},
)
SPAN = entry("span", ["kite"], value="48", unit="piece", period={"shown": "2012-16", "from": 2012, "to": 2016})
BUILT = entry("built", ["boat"], value="1987", unit="year")


def _assess(one: Entry, question: str, inherited: Iterable[str] = ()) -> Assessment:
    knowledge = shop(*(KITES, NEIGHBOUR, FAR, DATED, SPAN, BUILT))
    (profile,) = (profile for profile in profiles(knowledge) if profile.entry.id == one.id)
    return weigh(profile, read(question, WORDS), inherited)


@pytest.mark.parametrize(
    ("question", "vetoes"),
    [
        pytest.param("red kites", [], id="all that it needs"),
        pytest.param("kites red", [], id="in any order"),
        pytest.param("red kites sold", [], id="a hint"),
        pytest.param("quantity of red kites", [], id="an aspect that its unit offers"),
        pytest.param("string of red kites", [], id="what it allows"),
        pytest.param("red kites of the shop", [], id="a name"),
        pytest.param("pretty red kites", [], id="a light word"),
        pytest.param("blue kites", [Veto.SUBJECT], id="another of the dimension"),
        pytest.param("red blue kites", [Veto.SUBJECT], id="another beside the right one"),
        pytest.param("red kites prize", [Veto.SUBJECT], id="a telling word of nobody"),
        pytest.param("where red kites", [Veto.ASPECT], id="an aspect that it does not offer"),
        pytest.param("who red kites", [Veto.ASPECT], id="who is no how many"),
        pytest.param("red kites weather", [Veto.FOREIGN], id="a word foreign to every entry"),
        pytest.param("red kites planned", [Veto.DENIED], id="what it denies"),
        pytest.param("red kites in 2025", [Veto.YEAR], id="a year"),
        pytest.param("red kites 333", [Veto.NUMBER], id="a number"),
        pytest.param("where blue kites in 2025", [Veto.ASPECT, Veto.SUBJECT, Veto.YEAR], id="every one is told"),
    ],
)
def test_every_telling_word_must_be_explained(question: str, vetoes: list[Veto]) -> None:
    """A telling word, year or number that the entry does not account for forbids it; names and light words do not."""
    found = _assess(KITES, question)
    assert [objection.veto for objection in found.objections] == vetoes
    assert found.fits == (not vetoes)


@pytest.mark.parametrize(
    ("question", "vetoes"),
    [
        pytest.param("redd kites", [], id="a slip of the right colour"),
        pytest.param("greem kites", [Veto.SUBJECT], id="a slip of a word that forbids even when guessed at"),
        pytest.param("red kites prizze", [], id="a slip of any other"),
    ],
)
def test_a_guess_forbids_only_where_the_concept_says_so(question: str, vetoes: list[Veto]) -> None:
    """A misspelt word forbids only when its concept is declared to do so."""
    assert [objection.veto for objection in _assess(KITES, question).objections] == vetoes


@pytest.mark.parametrize(
    ("question", "text", "unknown"),
    [
        pytest.param("red kites weather", "weather", "weather", id="a foreign concept's own"),
        pytest.param("red kites in 2025", "2025", "other-year", id="a year's"),
        pytest.param("red kites 333", "333", "other-number", id="a number's"),
        pytest.param("blue kites", "blue", None, id="a subject has none"),
    ],
)
def test_an_objection_names_its_piece_and_its_sentence(question: str, text: str, unknown: str | None) -> None:
    """An objection tells the piece it comes from, and which honest sentence it calls for."""
    (objection,) = _assess(KITES, question).objections
    assert (objection.text, objection.unknown) == (text, unknown)


@pytest.mark.parametrize(
    ("question", "inherited", "missing"),
    [
        pytest.param("red kites", frozenset(), (), id="nothing is missing"),
        pytest.param("kites", frozenset(), (frozenset({"red"}),), id="a need is missing"),
        pytest.param("sold", frozenset(), (frozenset({"red"}), frozenset({"kite"})), id="all are missing"),
        pytest.param("kites", frozenset({"red"}), (), id="the last question lends it"),
    ],
)
def test_needs_are_met_by_the_question_or_by_the_last_one(
    question: str, inherited: frozenset[str], missing: tuple[frozenset[str], ...]
) -> None:
    """A need is met by any of its alternatives, in the question or inherited; the others are missing."""
    assert _assess(KITES, question, inherited).missing == missing


def test_an_alternative_meets_a_need() -> None:
    """Of a need's alternatives one is enough."""
    craft = entry("craft", ["kite", "boat"], ["sold", "planned"])
    (profile,) = profiles(shop(craft))
    for question in ("kite sold", "boat planned", "planned kite"):
        assert weigh(profile, read(question, WORDS)).fits, question


def test_an_ambiguous_word_is_taken_as_the_entry_can_use_it() -> None:
    """A word of two meanings counts as the one that the entry permits."""
    hits = read("red kites sold", WORDS)
    ambiguous = [
        hit
        if hit.text != "sold"
        else type(hit)(
            text="sold",
            kind=hit.kind,
            sentence=0,
            clause=0,
            position=2,
            alternatives=(frozenset({"prize"}), frozenset({"sold"})),
        )
        for hit in hits
    ]
    (profile,) = profiles(shop(KITES))
    found = weigh(profile, ambiguous)
    assert found.fits
    assert "sold" in found.present


@pytest.mark.parametrize(
    ("one", "question", "vetoes"),
    [
        pytest.param(DATED, "kites in 2019", [], id="its own year"),
        pytest.param(DATED, "kites in 2025", [], id="a year that it allows"),
        pytest.param(DATED, "kites in 2020", [Veto.YEAR], id="another year"),
        pytest.param(DATED, "kites in 2019 and 2020", [Veto.YEAR], id="another year beside its own"),
        pytest.param(SPAN, "kites 2012-16", [], id="the whole span"),
        pytest.param(SPAN, "kites from 2012 to 2016", [], id="the whole span in words"),
        pytest.param(SPAN, "kites in 2016", [], id="the span's end"),
        pytest.param(SPAN, "kites in 2012", [Veto.YEAR], id="the span's beginning alone"),
        pytest.param(SPAN, "kites in 2014", [Veto.YEAR], id="a year between"),
        pytest.param(SPAN, "kites 2012-17", [Veto.YEAR], id="another span"),
        pytest.param(SPAN, "kites 2011-16", [Veto.YEAR], id="a longer span"),
        pytest.param(BUILT, "boat 1987", [], id="the year that is the fact"),
        pytest.param(BUILT, "boat 1988", [Veto.YEAR], id="another year than the fact's"),
        pytest.param(KITES, "red kites in 2019", [Veto.YEAR], id="a year where the entry has none"),
    ],
)
def test_a_year_must_be_the_entrys(one: Entry, question: str, vetoes: list[Veto]) -> None:
    """A year forbids unless it is the entry's own, allowed, or part of its whole span."""
    assert [objection.veto for objection in _assess(one, question).objections] == vetoes


@pytest.mark.parametrize(
    ("question", "asserted", "vetoes"),
    [
        pytest.param("red kites 4200", "4200", [], id="the entry's own"),
        pytest.param("red kites 4,200", "4200", [], id="written with a separator"),
        pytest.param("red kites 950", None, [], id="of another entry in the same paragraph"),
        pytest.param("red kites 333", None, [Veto.NUMBER], id="of another paragraph"),
        pytest.param("really 5000 red kites", "5000", [], id="another one, asserted"),
        pytest.param("about 5000 red kites", "5000", [], id="another one behind a hedge"),
        pytest.param("red kites 11", None, [], id="too small to tell"),
        pytest.param("red kites 12", None, [Veto.NUMBER], id="large enough to tell"),
        pytest.param("red kites twenty", None, [], id="in words"),
        pytest.param("1 red kite", None, [], id="a single one"),
    ],
)
def test_a_number_is_the_entrys_its_neighbours_asserted_or_refused(
    question: str, asserted: str | None, vetoes: list[Veto]
) -> None:
    """A number is the entry's, its paragraph's, an assertion, or too vague to tell; any other forbids."""
    found = _assess(KITES, question)
    assert [objection.veto for objection in found.objections] == vetoes
    assert found.asserted == (Decimal(asserted) if asserted else None)


def test_nothing_is_asserted_of_an_entry_without_a_figure() -> None:
    """A number beside an assertion forbids an entry that has no figure to compare it with."""
    (profile,) = profiles(shop(entry("place", ["kite"], match={"aspects": ["where"]})))
    found = weigh(profile, read("really 5000 kites", WORDS))
    assert [objection.veto for objection in found.objections] == [Veto.NUMBER]
    assert found.asserted is None


@pytest.mark.parametrize(
    ("question", "vetoes"),
    [
        pytest.param("I like the prize. red kites", [], id="a subject before"),
        pytest.param("red kites. the prize too", [], id="a subject behind"),
        pytest.param("lovely weather. red kites", [], id="a foreign word"),
        pytest.param("what of the price. red kites", [Veto.FOREIGN], id="one that forbids everywhere"),
        pytest.param("I like blue, red kites", [Veto.SUBJECT], id="another colour in the same sentence"),
        pytest.param("I like blue. red kites", [], id="another colour in a sentence of its own"),
        pytest.param("quantity of the prize. red kites", [Veto.SUBJECT], id="a sentence that asks is no remark"),
        pytest.param("red kites, in 2025", [Veto.YEAR], id="a year is no remark"),
    ],
)
def test_remarks_beside_the_question_forbid_nothing(question: str, vetoes: list[Veto]) -> None:
    """What stands in a clause that asks nothing and lacks nothing forbids only where the concept says so."""
    assert [objection.veto for objection in _assess(KITES, question).objections] == vetoes


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        pytest.param("red kites", "red kites zeppelin", id="an unknown word behind"),
        pytest.param("zeppelin red kites", "red kites zeppelin", id="an unknown word before is chatter"),
        pytest.param("red kites", "pretty red kites", id="a light word that it does not allow"),
        pytest.param("today red kites", "pretty red kites", id="a light word that it allows"),
        pytest.param("red kites", "red kite blue", id="what it does not explain"),
        pytest.param("red kites", "kites", id="a need that is missing"),
        pytest.param("kites", "sold", id="two needs that are missing"),
        pytest.param("red kites sold zeppelin", "red kites zeppelin", id="a hint"),
        pytest.param("red kites zeppelin", "red kitez zeppelin", id="certainty"),
    ],
)
def test_the_score_tells_what_is_unexplained(better: str, worse: str) -> None:
    """Unknown words, light words, missing needs and guesses lower the score; hints raise it."""
    assert _assess(KITES, better).score > _assess(KITES, worse).score


@pytest.mark.parametrize(
    ("question", "guessed"),
    [
        pytest.param("boats", False, id="a word that was read"),
        pytest.param("boatz", True, id="a word that was guessed at"),
        pytest.param("quantity of boatz", False, id="a guess beside a word that was read"),
        pytest.param("tell me of the boats", False, id="one word of a short message"),
        pytest.param("they tell me that it was in the harbour of boats", False, id="a name beside it"),
        pytest.param("they tell me that it was in the boats", True, id="one word of a long message"),
    ],
)
def test_one_word_decides_only_when_it_was_read_and_the_message_is_short(question: str, guessed: bool) -> None:  # noqa: FBT001 - a column of the table
    """An entry that rests on one word is a guess when the word was, or when it is one among many."""
    assert _assess(NEIGHBOUR, question).guessed == guessed


def test_what_is_explained_is_told_by_position() -> None:
    """The telling pieces that the entry accounts for are told apart from those that it does not."""
    found = _assess(KITES, "the red kites sold where")
    assert (set(found.explained), set(found.unexplained)) == ({1, 2, 3}, {4})


def test_nothing_scores_nothing() -> None:
    """A question without any telling piece scores zero."""
    assert _assess(KITES, "").score == 0
    assert _assess(KITES, "the shop").score == 0


_WORDS = st.sampled_from([*WORDS.words, "zeppelin", "2019", "2012-16", "4200", "7", ",", ".", "kitez"])


@given(st.lists(_WORDS, max_size=14).map(" ".join))
def test_every_score_lies_between_zero_and_one(question: str) -> None:
    """Whatever the question, each entry's score lies between zero and one, and a fitting one lacks nothing."""
    for one in (KITES, NEIGHBOUR, FAR, DATED, SPAN, BUILT):
        found = _assess(one, question)
        assert 0 <= found.score <= 1
        assert found.fits == (not found.objections and not found.missing)
        assert not found.explained & found.unexplained
