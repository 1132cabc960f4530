"""From what the entries make of a question comes one answer, several, choices, or honestly nothing."""

from collections.abc import Sequence
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.deciding import MOST_ANSWERS, MOST_CHOICES, Decision
from bot.knowledge.model import Knowledge
from tests.answering.lexica import WORDS, decider, entry, read, shop

KITES = entry(
    "kites-sold",
    ["kite"],
    ["sold", "quantity"],
    value="4200",
    unit="piece",
    partner="kites-planned",
    match={"hints": ["sold"]},
)
PLANNED = entry(
    "kites-planned",
    ["kite"],
    ["planned", "year-2030"],
    value="6500",
    unit="piece",
    period={"shown": "by 2030", "by": 2030},
    match={"allows": ["sold", "planned", "year-2030"]},
)
BOATS = entry("boats-sold", ["boat"], ["sold", "quantity"], value="950", unit="piece", match={"hints": ["sold"]})
STRING = entry("string-size", ["string"], value="70", unit="metre", paragraph=2)
PRIZE = entry("prize-place", ["prize"], ["where"], match={"aspects": ["where"]})
SHOP = shop(KITES, PLANNED, BOATS, STRING, PRIZE)


def _decide(question: str, last: Sequence[str] = (), knowledge: Knowledge = SHOP) -> Decision:
    return decider(knowledge).decide(read(question, WORDS), last)


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        pytest.param("quantity of kites sold", ["kites-sold"], id="everything fits"),
        pytest.param("kites sold", ["kites-sold"], id="keywords"),
        pytest.param("kites planned", ["kites-planned"], id="the other stage"),
        pytest.param("kites sold in 2030", ["kites-planned"], id="the entry that explains the year"),
        pytest.param("where is the prize", ["prize-place"], id="an entry without a figure"),
        pytest.param("kitez sold", ["kites-sold"], id="a slip beside a word that was read"),
    ],
)
def test_the_entry_that_explains_everything_answers(question: str, answers: list[str]) -> None:
    """A question is answered by the entry that explains all its telling words and lacks none."""
    assert list(_decide(question).answers) == answers


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("blue kites sold", id="a colour that nobody has"),
        pytest.param("boats planned", id="two words that no entry has together"),
        pytest.param("kites sold in 2025", id="a year"),
        pytest.param("333 kites sold", id="a number"),
        pytest.param("where are kites sold", id="an aspect"),
        pytest.param("string sold", id="another entry's word"),
        pytest.param("weather of the kites sold", id="a foreign word"),
        pytest.param("zeppelins sold", id="a subject that nobody knows"),
        pytest.param("zeppelin", id="nothing known at all"),
        pytest.param("kitez", id="a single guess"),
        pytest.param("the shop", id="a name only"),
        pytest.param("today", id="a light word only"),
    ],
)
def test_what_no_entry_explains_gets_no_answer(question: str) -> None:
    """A question with a telling word that no fitting entry explains gets no answer."""
    assert _decide(question).answers == ()


@pytest.mark.parametrize(
    ("question", "unknown"),
    [
        pytest.param("weather of the kites sold", "weather", id="a foreign word's own sentence"),
        pytest.param("price of the kites", "price", id="another foreign word's"),
        pytest.param("kites sold in 2025", "other-year", id="a wrong year's"),
        pytest.param("333 kites sold", "other-number", id="a wrong number's"),
        pytest.param("weather of kites in 2025", "weather", id="a foreign word before a year"),
        pytest.param("blue kites sold", None, id="no sentence of its own"),
        pytest.param("zeppelin", None, id="nothing is near"),
        pytest.param("weather", None, id="a foreign word without a subject"),
    ],
)
def test_known_unknowns_have_their_own_sentence(question: str, unknown: str | None) -> None:
    """What is known not to be told is named: the first foreign word, else the year or the number in the way."""
    decision = _decide(question)
    assert (decision.answers, decision.choices, decision.unknown) == ((), (), unknown)


@pytest.mark.parametrize(
    ("question", "choices"),
    [
        pytest.param("kites", ["kites-planned", "kites-sold"], id="what is asked of them is missing"),
        pytest.param("kites of the harbour", ["kites-planned", "kites-sold"], id="a name adds nothing"),
        pytest.param("boats", ["boats-sold"], id="a single one is offered too"),
        pytest.param("kitez", [], id="a guess offers nothing"),
        pytest.param("quantity", [], id="an aspect without a subject offers nothing"),
    ],
)
def test_an_incomplete_question_gets_choices(question: str, choices: list[str]) -> None:
    """A question that surely names a subject, and lacks one need, is offered the entries that it may be about."""
    decision = _decide(question)
    assert (decision.answers, list(decision.choices)) == ((), choices)


def test_choices_are_at_most_four_by_id() -> None:
    """Of many entries that a question may be about four are offered, equal ones by id."""
    names = ["sold", "planned", "string", "sail", "prize", "red"]
    many = [entry(f"kite-{name}", ["kite"], [name]) for name in names]
    decision = _decide("kites", knowledge=shop(*many))
    assert list(decision.choices) == sorted(one.id for one in many)[:4]
    assert MOST_CHOICES == 4


def test_equal_entries_are_choices_not_a_guess() -> None:
    """Two entries that explain a question equally well are offered, in the order of their ids."""
    twins = shop(entry("b-kites", ["kite"], ["sold"]), entry("a-kites", ["kite"], ["sold"]))
    decision = _decide("kites sold", knowledge=twins)
    assert (decision.answers, decision.choices) == ((), ("a-kites", "b-kites"))


@pytest.mark.parametrize(("wide", "narrow"), [("a-kites", "b-kites"), ("b-kites", "a-kites")])
def test_the_narrower_entry_wins(wide: str, narrow: str) -> None:
    """An entry that needs all that another needs, and more that the question says, answers alone, whatever its id."""
    both = shop(entry(wide, ["kite"], match={"allows": ["red"]}), entry(narrow, ["kite"], ["red"]))
    assert _decide("red kites", knowledge=both).answers == (narrow,)
    assert _decide("kites", knowledge=both).answers == (wide,)


@pytest.mark.parametrize(
    ("above", "outcome"),
    [
        pytest.param("0", "answers", id="the limit itself passes"),
        pytest.param("0.0001", "choices", id="just below the limit"),
    ],
)
def test_the_limit_of_an_answer(above: str, outcome: str) -> None:
    """An entry answers when its score reaches the limit, and is only offered when it does not."""
    question = "kites sold zeppelin"
    score = next(one.score for one in decider(SHOP).assessments(read(question, WORDS)) if one.entry == "kites-sold")
    limited = shop(KITES, PLANNED, BOATS, answer=str(Decimal(score) + Decimal(above)), choice="0")
    assert "kites-sold" in getattr(_decide(question, knowledge=limited), outcome)


@pytest.mark.parametrize(
    ("above", "choices"),
    [
        pytest.param("0", ["boats-sold"], id="the limit itself passes"),
        pytest.param("0.0001", [], id="just below the limit"),
    ],
)
def test_the_limit_of_a_choice(above: str, choices: list[str]) -> None:
    """An entry is offered when its score reaches the limit, and not when it does not."""
    (found,) = decider(SHOP).assessments(read("boats", WORDS))
    limited = shop(BOATS, choice=str(Decimal(found.score) + Decimal(above)))
    assert list(_decide("boats", knowledge=limited).choices) == choices


@pytest.mark.parametrize(
    ("above", "outcome"),
    [
        pytest.param("0", "answers", id="the margin itself is enough"),
        pytest.param("0.0001", "choices", id="just below the margin"),
    ],
)
def test_the_margin_before_the_next_entry(above: str, outcome: str) -> None:
    """The best entry answers alone when it leads by the margin; below that both are offered."""
    question = "kites sold today zeppelin"
    pair = (
        entry("a-kites", ["kite"], ["sold"], match={"allows": ["today"]}),
        entry("b-kites", ["kite"], ["sold"], match={"hints": ["today"]}),
    )
    best, second = decider(shop(*pair)).assessments(read(question, WORDS))
    lead = Decimal(best.score - second.score)
    assert lead > 0
    limited = shop(*pair, answer="0", margin=str(lead + Decimal(above)))
    assert len(getattr(_decide(question, knowledge=limited), outcome)) == (1 if outcome == "answers" else 2)


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        pytest.param("kites sold and boats sold", ["kites-sold", "boats-sold"], id="an and"),
        pytest.param("quantity of kites and boats", ["kites-sold", "boats-sold"], id="one word shared"),
        pytest.param("kites sold, boats sold", ["kites-sold", "boats-sold"], id="side by side"),
        pytest.param("quantity of kites? quantity of boats?", ["kites-sold", "boats-sold"], id="two questions"),
        pytest.param("kites sold and kites planned", ["kites-sold", "kites-planned"], id="two stages"),
        pytest.param(
            "quantity of kites and boats and where is the prize",
            ["kites-sold", "boats-sold", "prize-place"],
            id="three",
        ),
        pytest.param("kites and zeppelin sold", ["kites-sold"], id="an unknown word joins nothing"),
        pytest.param("kites sold and weather", [], id="a foreign word forbids both"),
        pytest.param("boats and kites planned", [], id="what one of them lacks"),
        pytest.param("quantity of kites and boats and string and where is the prize", [], id="four are too many"),
    ],
)
def test_several_questions_are_answered_together(question: str, answers: list[str]) -> None:
    """Up to three things asked side by side are all answered, or none is."""
    found = list(_decide(question).answers)
    assert sorted(found) == sorted(answers)
    assert len(found) <= MOST_ANSWERS == 3


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        pytest.param("boats sold and kites sold", ["boats-sold", "kites-sold"], id="one way"),
        pytest.param("kites sold and boats sold", ["kites-sold", "boats-sold"], id="the other way"),
        pytest.param("quantity of kites and boats", ["kites-sold", "boats-sold"], id="a word shared before"),
        pytest.param("quantity of kites? quantity of boats?", ["kites-sold", "boats-sold"], id="two questions"),
    ],
)
def test_answers_come_in_the_order_of_the_questions(question: str, answers: list[str]) -> None:
    """What is asked first is answered first."""
    assert list(_decide(question).answers) == answers


@pytest.mark.parametrize(
    ("last", "question", "answers"),
    [
        pytest.param(["kites-sold"], "and boats", ["boats-sold"], id="another thing, the same stage"),
        pytest.param(["kites-sold"], "boats", ["boats-sold"], id="without an and"),
        pytest.param(["kites-sold"], "what about planned", ["kites-planned"], id="another stage, the same thing"),
        pytest.param(["kites-planned"], "sold", ["kites-sold"], id="and back"),
        pytest.param(["boats-sold"], "and planned", [], id="what the other thing does not have"),
        pytest.param(["kites-sold"], "and green boats", [], id="a word that nobody explains"),
        pytest.param(["kites-sold"], "and in 2025", [], id="another year"),
        pytest.param(["kites-sold"], "and the weather", [], id="a foreign word"),
        pytest.param(["kites-sold"], "where is the prize", ["prize-place"], id="a question of its own"),
        pytest.param(["gone", "kites-sold"], "and boats", ["boats-sold"], id="an entry that is gone is passed over"),
        pytest.param(["string-size", "kites-sold"], "and boats", ["boats-sold"], id="the next of several answers"),
        pytest.param([], "and boats", [], id="nothing to continue"),
        pytest.param(
            ["kites-sold"], "zeppelin zeppelin zeppelin zeppelin zeppelin boats", [], id="too long to continue"
        ),
    ],
)
def test_a_short_message_completes_the_last_question(last: list[str], question: str, answers: list[str]) -> None:
    """What a short message lacks comes from the last answer, unless it names it anew; its own words must all fit."""
    assert list(_decide(question, last).answers) == answers


def test_a_follow_up_between_equals_gets_choices() -> None:
    """A follow-up that two entries continue equally well is offered both."""
    pair = shop(KITES, entry("b-boats", ["boat"], ["sold"]), entry("a-boats", ["boat"], ["sold"]))
    decision = _decide("and boats", ["kites-sold"], pair)
    assert (decision.answers, set(decision.choices)) == ((), {"a-boats", "b-boats"})


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        pytest.param("I like the prize. quantity of kites", ["kites-sold"], id="a remark before"),
        pytest.param("quantity of kites. the prize too", ["kites-sold"], id="a remark behind"),
        pytest.param("quantity of kites. tell me the price", [], id="a foreign word that forbids everywhere"),
        pytest.param("quantity of kites sold. In 2025", [], id="a year in a sentence of its own"),
    ],
)
def test_remarks_do_not_stand_in_the_way(question: str, answers: list[str]) -> None:
    """A remark beside a question forbids nothing; a year, or a word that forbids everywhere, does."""
    assert list(_decide(question).answers) == answers


@pytest.mark.parametrize(
    ("question", "asserted"),
    [
        pytest.param("really 4200 kites sold", "4200", id="the figure itself"),
        pytest.param("really 5000 kites sold", "5000", id="another figure"),
        pytest.param("really 20 metre string", "20", id="a figure of a lone subject"),
        pytest.param("they tell me it was really 20 string", "20", id="a lone subject in a long message"),
        pytest.param("kites sold", None, id="none"),
    ],
)
def test_an_asserted_figure_is_kept_for_the_reply(question: str, asserted: str | None) -> None:
    """A figure beside an assertion is answered, and told to the reply."""
    decision = _decide(question)
    assert len(decision.answers) == 1
    assert decision.asserted == (Decimal(asserted) if asserted else None)


@given(st.randoms(use_true_random=False), st.lists(st.sampled_from(sorted(WORDS.words)), min_size=1, max_size=6))
def test_the_order_of_the_entries_is_nothing(random: Random, words: list[str]) -> None:
    """Shuffled entries give the same decision on every question."""
    entries = [KITES, PLANNED, BOATS, STRING, PRIZE]
    expected = _decide(" ".join(words))
    random.shuffle(entries)
    assert _decide(" ".join(words), knowledge=shop(*entries)) == expected


@given(
    st.lists(st.sampled_from([*sorted(WORDS.words), "zeppelin", "2030", "4200", ".", ","]), max_size=12).map(" ".join),
    st.lists(st.sampled_from([*SHOP.entries, "gone"]), max_size=3),
)
def test_every_question_gets_one_kind_of_decision(question: str, last: list[str]) -> None:
    """Whatever the question and the one before, there are answers or choices or neither, all of known entries."""
    decision = _decide(question, last)
    assert not (decision.answers and decision.choices)
    assert len(decision.answers) <= MOST_ANSWERS
    assert len(decision.choices) <= MOST_CHOICES
    assert {*decision.answers, *decision.choices, *decision.near} <= SHOP.entries.keys()
    assert len(set(decision.answers)) == len(decision.answers)
    assert len(set(decision.choices)) == len(decision.choices)
    assert 0 <= decision.confidence <= 1
    assert decision.unknown is None or not (decision.answers or decision.choices)
