"""The card: HTML that Telegram takes, with the reply's words and figures, within the limits."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.answering.conversation import Asker
from bot.answering.engine import Engine
from bot.answering.reply import Answer, Choice, Citation, Line, Outcome, Reply, Span
from bot.telegram.card import CUT, LONGEST_MESSAGE, Card, Row, render_message, render_reply, render_rows
from bot.telegram.direction import without_controls
from tests.botapi.formatting import parse_html

FSI, PDI, RLM = "\u2068", "\u2069", "\u200f"
SCRIPTS = ("The tower & <b>its</b> light", "برج المنارة", "灯塔的高度", "Башня маяка", "مئذنة in Gansu 43%", "&lt;'\"")
CITATION = Citation(entry="tower-height", figure="43 metres", source="north-light", paragraph=1, url=None)

spans = st.builds(
    Span,
    text=st.one_of(st.sampled_from(SCRIPTS), st.text(st.characters(exclude_categories=["Cs"]), max_size=40)),
    emphasised=st.booleans(),
    isolated=st.booleans(),
)
lines = st.lists(spans, max_size=5).map(tuple)
answers = st.builds(
    Answer,
    citation=st.sampled_from([CITATION, replace(CITATION, url='https://example.org/?a="b"&c=<d>')]),
    label=st.sampled_from(SCRIPTS),
    sentence=lines,
    source=lines,
    notes=st.lists(lines, max_size=2).map(tuple),
)
replies = st.builds(
    Reply,
    outcome=st.sampled_from(Outcome),
    language=st.sampled_from(["en", "ar"]),
    confidence=st.just(1.0),
    heading=st.lists(lines, max_size=3).map(tuple),
    answers=st.lists(answers, max_size=3).map(tuple),
    choices=st.lists(st.builds(Choice, label=st.sampled_from(SCRIPTS), citation=st.just(CITATION)), max_size=4).map(
        tuple
    ),
    footing=st.lists(lines, max_size=2).map(tuple),
)


def _span(text: str, *, emphasised: bool = False, isolated: bool = False) -> Span:
    return Span(text=text, emphasised=emphasised, isolated=isolated)


def _html(*line: Span) -> str:
    return render_rows([Row(line=line)]).html


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param((_span("a < b & c > d"),), "a &lt; b &amp; c &gt; d", id="escaped"),
        pytest.param((_span("It is "), _span("43", emphasised=True)), "It is <b>43</b>", id="figure in bold"),
        pytest.param(
            (_span("43", emphasised=True), _span(" metres", emphasised=True)), "<b>43 metres</b>", id="one figure"
        ),
        pytest.param(
            (_span("يبلغ "), _span("43 متراً", emphasised=True)), f"يبلغ <b>{FSI}43 متراً{PDI}</b>", id="isolated"
        ),
        pytest.param(
            (_span("printed: "), _span("17 ألف", isolated=True)), f"printed: {FSI}17 ألف{PDI}", id="Arabic in English"
        ),
        pytest.param((_span("printed: "), _span("43 m", isolated=True)), "printed: 43 m", id="Latin in English"),
        pytest.param(
            (_span("Harbour News تقول ذلك هنا الآن"),), f"{RLM}{FSI}Harbour News{PDI} تقول ذلك هنا الآن", id="flip"
        ),
        pytest.param((_span("a\u202eb\u2066c"),), "abc", id="controls of others are taken out"),
        pytest.param((), CUT, id="nothing"),
    ],
)
def test_line(line: Line, expected: str) -> None:
    """A line is escaped, its figures are bold, and what has another direction is isolated."""
    assert _html(*line) == expected


def test_answer_has_its_source_in_a_foldable_block(lighthouse: Engine) -> None:
    """The source stands in a block below the sentence and its notes."""
    turn = lighthouse.show("visitors-now", Asker())
    assert turn is not None
    assert render_reply(turn.reply).html == (
        "At present <b>90 visitors</b> come each day.\nThere is a goal as well.\n<blockquote expandable>"
        "Source: The North Light, Harbour News, May 3, 2024, paragraph 2; printed there: “90 visitors”</blockquote>"
    )


def test_source_with_an_address_is_a_link() -> None:
    """Where the article's address is known, its source is a link."""
    citation = replace(CITATION, url="https://example.org/?a=1&b=2")
    answer = Answer(citation=citation, label="x", sentence=(_span("Yes."),), source=(_span("Source"),))
    reply = Reply(outcome=Outcome.ANSWER, language="en", confidence=1.0, answers=(answer,))
    link = '<a href="https://example.org/?a=1&amp;b=2">Source</a>'
    assert render_reply(reply).html == f"Yes.\n<blockquote expandable>{link}</blockquote>"


@pytest.mark.parametrize(("label", "listed"), [("Height", False), ("Height of the tower by day and by night", True)])
def test_choice_is_listed_when_its_button_would_be_cut(label: str, listed: bool) -> None:  # noqa: FBT001 - a column
    """Choices stand on their buttons; where a phone would cut one off they stand in the text too."""
    reply = Reply(
        outcome=Outcome.CHOICES,
        language="en",
        confidence=1.0,
        heading=((_span("Which?"),),),
        choices=(Choice(label=label, citation=CITATION),),
    )
    assert render_reply(reply).plain == ("Which?\n\n• " + label if listed else "Which?")


def test_message_of_several_lines_keeps_them_and_fills_its_braces() -> None:
    """A message's braces are filled, escaped, and more lines follow it."""
    card = render_message("Not done,\n{version} stays:", {"version": "<1>"}, more=["• a & b", "• c"])
    assert card.html == "Not done,\n&lt;1&gt; stays:\n• a &amp; b\n• c"
    assert card.plain == "Not done,\n<1> stays:\n• a & b\n• c"


@pytest.mark.parametrize("length", [LONGEST_MESSAGE - 1, LONGEST_MESSAGE, LONGEST_MESSAGE + 1])
def test_one_long_line_is_cut_at_the_limit(length: int) -> None:
    """A text of exactly the limit passes whole; a longer one ends in the sign of a cut."""
    plain = render_message("x" * length).plain
    assert len(plain) == min(length, LONGEST_MESSAGE)
    assert plain.endswith(CUT) is (length > LONGEST_MESSAGE)


def test_many_lines_are_cut_between_lines() -> None:
    """What is too long ends after a whole line."""
    card = render_message("Problems:", more=[f"• problem {number} <&>" for number in range(500)])
    assert card.plain.splitlines()[-1] == CUT
    assert card.plain.splitlines()[-2].endswith(" <&>")
    assert LONGEST_MESSAGE - 40 < len(card.plain) <= LONGEST_MESSAGE
    assert parse_html(card.html).text == card.plain


@given(replies)
def test_every_reply_is_html_that_telegram_takes(reply: Reply) -> None:
    """Whatever the reply: the HTML parses as Telegram parses it, into the plain text, within the limit."""
    card = render_reply(reply)
    _check(card)


@settings(deadline=None, max_examples=30)
@given(replies, st.integers(min_value=50, max_value=500))
def test_long_reply_fits(reply: Reply, times: int) -> None:
    """However long the reply, the card fits, and no tag is cut."""
    _check(render_reply(replace(reply, heading=reply.heading * times, footing=reply.footing * times)))


@given(replies)
def test_card_shows_the_reply_and_nothing_else(reply: Reply) -> None:
    """Without the marks of direction the card's lines are the reply's lines, bar choices on buttons."""
    shown = render_reply(replace(reply, choices=())).plain
    wanted = replace(reply, choices=()).text
    assert _bare(shown) == _bare(wanted) or shown == CUT or len(wanted) > LONGEST_MESSAGE


def _check(card: Card) -> None:
    marked = parse_html(card.html)
    assert marked.text == card.plain
    assert 1 <= len(card.plain) <= LONGEST_MESSAGE
    assert card.plain.count(FSI) == card.plain.count(PDI)


def _bare(text: str) -> str:
    return without_controls(text).replace("\u200e", "").replace("\u200f", "")
