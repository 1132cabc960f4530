"""For curators: how a reply came about, with every piece of the question, every score and every guard."""

import re

import pytest

from bot.answering.conversation import Asker, Context
from bot.answering.engine import Engine
from bot.answering.explaining import describe


def _describe(engine: Engine, question: str, asker: Asker = Asker()) -> list[str]:  # noqa: B008 - frozen, and a value
    return [re.sub(r"(?<=\S) {2,}", " | ", line) for line in describe(engine, question, asker)]


@pytest.mark.parametrize(
    ("question", "language"),
    [
        pytest.param("How much is the harvest?", "language | en (read: en)", id="a sure language"),
        pytest.param("2030", "language | en (read: not sure)", id="no sure language"),
        pytest.param("梨はいくつ採れますか", "language | en (read: not sure, in ja)", id="another language"),
    ],
)
def test_the_language_comes_first(orchard: Engine, question: str, language: str) -> None:
    """The first line tells the reply's language and what the question was read as."""
    assert _describe(orchard, question)[0] == language


def test_the_folded_text_is_shown(orchard: Engine) -> None:
    """The second line is the text as it was compared."""
    assert _describe(orchard, "梨的產量，ＡＢＣ")[1] == "folded | 梨的产量,abc"


@pytest.mark.parametrize(
    ("question", "piece"),
    [
        pytest.param("plums", "  plums | concept plum", id="a concept"),
        pytest.param("plmu", "  plmu | concept plum (0.68)", id="a guess with its certainty"),
        pytest.param("gathered", "  gathered | concept harvest (0.95)", id="an inflection"),
        pytest.param("turn out", "  turn out | concept harvest or goal", id="alternatives"),
        pytest.param("2019", "  2019 | year year-2019", id="a year"),
        pytest.param("4,200", "  4,200 | number 4.200 or 4200", id="a number's values"),
        pytest.param("the", "  the | ignored", id="a word without meaning"),
        pytest.param("zeppelin", "  zeppelin | unknown", id="an unknown word"),
    ],
)
def test_every_piece_is_shown_with_its_meaning(orchard: Engine, question: str, piece: str) -> None:
    """Each piece stands on a line with what it was taken for, and how surely."""
    lines = _describe(orchard, question)
    assert piece in lines[lines.index("pieces") + 1 : lines.index("entries")]


def test_every_entry_is_shown_with_what_speaks_for_and_against_it(orchard: Engine) -> None:
    """The nearest entries stand best first, with score, likeness, what is missing and what forbids."""
    lines = _describe(orchard, "the harvest of plums in 2019")
    shown = lines[lines.index("entries") + 1 : -2]
    assert next(line for line in shown if "score" in line).startswith("  plum-harvest | score 0.")
    assert re.fullmatch(r"  \S+ \| score \d\.\d\d, nearest known question \d\.\d\d", shown[0])
    assert "    forbidden by '2019' (year)" in shown
    assert "    missing | pear" in shown
    assert "    forbidden by 'plums' (subject)" in shown


def test_the_runner_up_follows_the_answer(orchard: Engine) -> None:
    """Where two entries fit, both are shown, so that a curator sees how near the second came."""
    lines = _describe(orchard, "what do they turn out of pears")
    shown = [line.split()[0] for line in lines if "score" in line]
    assert shown[:2] == ["pear-goal", "pear-harvest"]


def test_at_most_six_entries_are_shown(orchard: Engine) -> None:
    """Of many entries six are shown."""
    lines = _describe(orchard, "pears plums press trees bees grafted harvest rank where")
    assert len([line for line in lines if "score" in line]) == 6


@pytest.mark.parametrize(
    ("question", "outcome"),
    [
        pytest.param("plums harvested", "outcome | answer (answer): plum-harvest", id="an answer"),
        pytest.param("How much is the plum harvest?", "outcome | answer (known): plum-harvest", id="a known question"),
        pytest.param("harvest", "outcome | choices (incomplete): pear-harvest, plum-harvest", id="choices"),
        pytest.param("plums in 2019", "outcome | unknown (other-year)", id="a known unknown"),
        pytest.param("hello", "outcome | social (greeting)", id="a greeting"),
        pytest.param("", "outcome | unknown (empty)", id="nothing"),
        pytest.param("pears " * 500, "outcome | unknown (too-long)", id="far too much"),
    ],
)
def test_the_outcome_comes_last(orchard: Engine, question: str, outcome: str) -> None:
    """The last line tells the outcome, its reason and its entries; the limits stand right above."""
    lines = _describe(orchard, question)
    assert lines[-1] == outcome
    assert lines[-2] == "limits | answer 0.75, margin 0.08, choice 0.6"


def test_a_follow_up_is_explained_in_its_context(orchard: Engine) -> None:
    """A message that completes the last question is explained as such."""
    asker = Asker(context=Context(entries=("pear-harvest",)))
    assert _describe(orchard, "and plums?", asker)[-1] == "outcome | answer (follow-up): plum-harvest"
