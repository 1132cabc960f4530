"""Replies are put together from curated wordings, every figure from an entry's typed fields."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.composing import Composer
from bot.answering.engine import Engine
from bot.answering.figures import write_value
from bot.answering.reply import Answer, Citation, Line
from bot.knowledge.model import Entry, Knowledge
from bot.knowledge.numerals import find_amounts


def _text(line: Line) -> str:
    return "".join(span.text for span in line)


def _composer(knowledge: Knowledge, *changed: Entry) -> Composer:
    """Return a composer on the knowledge with some of its entries replaced."""
    entries = {**knowledge.entries, **{entry.id: entry for entry in changed}}
    return Composer(knowledge.model_copy(update={"entries": entries}))


def _answer(knowledge: Knowledge, entry: str, language: str = "en") -> Answer:
    return Composer(knowledge).answer(entry, language)


@pytest.mark.parametrize(
    ("entry", "language", "sentence"),
    [
        pytest.param("pear-harvest", "en", "The orchards of Marl bring in 4,200 tonnes of pears a year.", id="a value"),
        pytest.param("pear-harvest", "zh", "马尔的果园每年收获4,200吨梨。", id="a value in Chinese"),
        pytest.param(
            "press-cost",
            "en",
            "In 2019 the growers put 1.5 million crowns (about $70,000) into a new press.",
            id="a second amount and a year",
        ),
        pytest.param("press-cost", "zh", "2019年果农为新压榨机投入150万克朗（约7万美元）。", id="both in Chinese"),
        pytest.param(
            "pear-goal",
            "en",
            "The orchards of Marl aim for more than 6,500 tonnes of pears by 2030, says an article of June 4, 2021.",
            id="the article's date",
        ),
        pytest.param(
            "grafted-share",
            "en",
            "During the renewal plan (2012 to 2016) 48% of the trees were grafted anew.",
            id="a span and a share",
        ),
        pytest.param("first-tree", "en", "The first tree of Marl was planted in 1874.", id="a bare year"),
        pytest.param("oldest-tree", "en", "The oldest tree stands in Field 7.", id="a declared name"),
        pytest.param("oldest-tree", "zh", "最老的树在7号田。", id="a declared name in Chinese"),
    ],
)
def test_an_answer_is_its_wording_with_its_fields(
    orchard_knowledge: Knowledge, entry: str, language: str, sentence: str
) -> None:
    """The sentence is the curated wording, its placeholders filled from the entry's typed fields."""
    assert _text(_answer(orchard_knowledge, entry, language).sentence) == sentence


def test_the_figure_stands_out(orchard_knowledge: Knowledge) -> None:
    """What the wording brackets is emphasised, the rest is not."""
    spans = _answer(orchard_knowledge, "press-cost").sentence
    assert "".join(span.text for span in spans if span.emphasised) == "1.5 million crowns (about $70,000)"


@pytest.mark.parametrize(
    ("entry", "language", "source"),
    [
        pytest.param(
            "plum-harvest",
            "en",
            "Source: The Orchards of Marl, The Marl Courier, June 4, 2021, paragraph 1;"
            " printed there: “950 tonnes of plums”",
            id="a dated article",
        ),
        pytest.param(
            "plum-harvest",
            "zh",
            "来源：《马尔的果园》，马尔信使报，2021年6月4日，第1段；原文“950 tonnes of plums”",
            id="printed in the article's own language",
        ),
        pytest.param(
            "bee-houses", "en", "Source: Marl's Orchard, paragraph 1; printed there: “十二座蜂房”", id="an undated one"
        ),
    ],
)
def test_every_answer_names_its_source(orchard_knowledge: Knowledge, entry: str, language: str, source: str) -> None:
    """The source line gives title, publisher and date where they are known, the paragraph, and the printed words."""
    assert _text(_answer(orchard_knowledge, entry, language).source) == source


def test_a_figure_of_the_pages_head_has_no_paragraph(orchard_knowledge: Knowledge) -> None:
    """A figure from the head or foot of a page is sourced without a paragraph."""
    entry = orchard_knowledge.entries["plum-harvest"].model_copy(update={"paragraph": 0})
    source = _text(_composer(orchard_knowledge, entry).answer("plum-harvest", "en").source)
    assert source == (
        "Source: The Orchards of Marl, The Marl Courier, June 4, 2021; printed there: “950 tonnes of plums”"
    )


def test_what_comes_from_elsewhere_keeps_its_direction(orchard_knowledge: Knowledge) -> None:
    """In the source line title, publisher, date and printed words are isolated, the curated words around are not."""
    spans = _answer(orchard_knowledge, "plum-harvest", "zh").source
    assert [span.text for span in spans if span.isolated] == [
        "马尔的果园", "马尔信使报", "2021年6月4日", "1", "950 tonnes of plums",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("entry", "citation"),
    [
        pytest.param(
            "pear-rank",
            Citation(
                entry="pear-rank",
                figure="3rd in the world",
                source="orchard-report",
                paragraph=3,
                url="https://courier.example/orchards",
            ),
            id="an article with an address",
        ),
        pytest.param(
            "bee-houses",
            Citation(entry="bee-houses", figure="十二座蜂房", source="orchard-page", paragraph=1, url=None),
            id="an article without one",
        ),
    ],
)
def test_a_citation_is_what_the_article_prints(orchard_knowledge: Knowledge, entry: str, citation: Citation) -> None:
    """A citation holds the figure as printed and its place, in an answer as in a choice."""
    composer = Composer(orchard_knowledge)
    assert composer.answer(entry, "zh").citation == composer.choice(entry, "zh").citation == citation


@pytest.mark.parametrize(
    ("entry", "note", "related"),
    [
        pytest.param("pear-harvest", "There is a goal for this as well.", ("pear-goal", "The goal"), id="of a harvest"),
        pytest.param(
            "pear-goal", "There is a present harvest as well.", ("pear-harvest", "The harvest"), id="of a goal"
        ),
        pytest.param("plum-harvest", None, None, id="of an entry without a partner"),
    ],
)
def test_a_partner_is_mentioned_without_its_figure(
    orchard_knowledge: Knowledge, entry: str, note: str | None, related: tuple[str, str] | None
) -> None:
    """Of two facts that are easily confused the answer says that the other exists, and never its figure."""
    answer = _answer(orchard_knowledge, entry)
    assert [_text(line) for line in answer.notes] == ([note] if note else [])
    found = answer.related and (answer.related.citation.entry, answer.related.label)
    assert found == related
    assert not any(letter.isdecimal() for line in answer.notes for letter in _text(line))


def test_a_choice_shows_no_figure(orchard_knowledge: Knowledge) -> None:
    """What can be picked is named by its label, which holds no number."""
    composer = Composer(orchard_knowledge)
    for entry in orchard_knowledge.entries:
        for language in orchard_knowledge.languages:
            label = composer.choice(entry, language).label
            assert label == orchard_knowledge.entries[entry].wordings[language].label
            assert not list(find_amounts(label, orchard_knowledge.lexicons[language].numerals))


def test_topics_begin_with_the_nearest(orchard_knowledge: Knowledge) -> None:
    """Topics are enumerated each once, the given ones first, in the language's own way."""
    composer = Composer(orchard_knowledge)
    assert composer.topics("en", "money", "grounds", "money") == "money, the grounds, the harvest"
    assert composer.topics("zh") == "收成、园地、资金"


def test_languages_are_named_in_themselves(orchard_knowledge: Knowledge) -> None:
    """The languages are enumerated by their own names, in the folder's order."""
    composer = Composer(orchard_knowledge)
    assert composer.languages("en") == "English, 中文"
    assert composer.languages("zh") == "English、中文"


def test_a_message_is_filled(orchard_knowledge: Knowledge) -> None:
    """A message's placeholders are filled with what is given."""
    assert _text(Composer(orchard_knowledge).line("en", "nearest", topics="bees")) == "I can tell about: bees."


_AMOUNTS = st.integers(0, 99_999).map(Decimal)


@given(value=_AMOUNTS, second=_AMOUNTS, year=st.integers(1900, 2100))
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_number_of_an_answer_is_a_typed_field(
    orchard: Engine, language: str, value: Decimal, second: Decimal, year: int
) -> None:
    """Whatever the fields hold, the answer shows them and no other number."""
    knowledge = orchard.knowledge
    old = knowledge.entries["press-cost"]
    assert old.second is not None
    assert old.period is not None
    entry = old.model_copy(
        update={
            "value": value,
            "second": old.second.model_copy(update={"value": second}),
            "period": old.period.model_copy(update={"within": year}),
        }
    )
    sentence = _text(_composer(knowledge, entry).answer("press-cost", language).sentence)
    units = knowledge.settings.units
    for shown in (
        str(year),
        write_value(value, units["crown"], language),
        write_value(second, units["dollar"], language),
    ):
        assert shown in sentence
        sentence = sentence.replace(shown, "", 1)
    assert not any(letter.isdecimal() for letter in sentence)


def test_every_answer_of_every_entry_can_be_written(knowledge: Knowledge) -> None:
    """Each shipped entry has an answer in each language that shows its value and its source."""
    composer = Composer(knowledge)
    units = knowledge.settings.units
    for entry in knowledge.entries.values():
        for language in knowledge.languages:
            answer = composer.answer(entry.id, language)
            if entry.value is not None and entry.unit is not None:
                assert write_value(entry.value, units[entry.unit], language) in _text(answer.sentence), entry.id
            assert entry.printed in _text(answer.source)
            assert any(span.emphasised for span in answer.sentence)
