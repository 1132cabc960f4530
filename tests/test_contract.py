"""The JSON-lines contract: one question object a line in, one reply object a line out, in order."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.engine import Engine
from bot.contract import answer_lines
from bot.curation import start
from tests.answering.orchard import ARTICLES, KNOWLEDGE

Reply = dict[str, Any]
"""Any: a JSON object, looked at as a reader in another language would."""

PLUMS = "How many tonnes of plums do the orchards gather?"


@pytest.fixture(scope="module")
def orchard() -> Engine:
    """Return an engine on the orchard's knowledge."""
    return start(KNOWLEDGE, ARTICLES)


def _answer(engine: Engine, *questions: object, times: Iterator[float] | None = None) -> list[Reply]:
    lines = [question if isinstance(question, str) else json.dumps(question) for question in questions]
    clock = (lambda: 0.0) if times is None else times.__next__
    return [json.loads(line) for line in answer_lines(engine, lines, clock)]


def _entries(reply: Reply) -> list[str]:
    return [answer["entry"] for answer in reply["answers"]]


def test_an_answer_has_exactly_the_agreed_fields(orchard: Engine) -> None:
    """An answer gives outcome, language, text, confidence, and the figure as printed with its place."""
    (reply,) = _answer(orchard, {"id": "1", "question": PLUMS, "language_code": None, "chat": None})
    assert reply == {
        "id": "1",
        "outcome": "answer",
        "language": "en",
        "text": (
            "The orchards of Marl bring in 950 tonnes of plums a year.\n"
            "Source: The Orchards of Marl, The Marl Courier, June 4, 2021, paragraph 1;"
            " printed there: “950 tonnes of plums”"
        ),
        "confidence": 1.0,
        "answers": [
            {
                "entry": "plum-harvest",
                "figure": "950 tonnes of plums",
                "source": "orchard-report",
                "paragraph": 1,
                "url": "https://courier.example/orchards",
            }
        ],
        "choices": [],
    }


def test_choices_have_a_label_and_the_fields_of_an_answer(orchard: Engine) -> None:
    """Choices name each entry by its label, with the same fields as an answer, and the text shows no figure."""
    (reply,) = _answer(orchard, {"id": "1", "question": "harvest"})
    assert (reply["outcome"], reply["answers"]) == ("choices", [])
    assert reply["choices"][1] == {
        "label": "Harvest of plums",
        "entry": "plum-harvest",
        "figure": "950 tonnes of plums",
        "source": "orchard-report",
        "paragraph": 1,
        "url": "https://courier.example/orchards",
    }
    assert not any(letter.isdecimal() for letter in reply["text"])


@pytest.mark.parametrize(
    ("question", "outcome", "language"),
    [
        pytest.param(PLUMS, "answer", "en", id="an answer"),
        pytest.param("pears", "choices", "en", id="choices"),
        pytest.param("plums in Norway", "unknown", "en", id="unknown"),
        pytest.param("你好", "social", "zh", id="social"),
        pytest.param("", "unknown", "en", id="an empty question"),
        pytest.param("x" * 10_000, "unknown", "en", id="a long question"),
        pytest.param("🙂", "unknown", "en", id="an emoji"),
        pytest.param("\u0000\u001b", "unknown", "en", id="control characters"),
    ],
)
def test_every_outcome_has_the_same_fields(orchard: Engine, question: str, outcome: str, language: str) -> None:
    """Whatever the outcome, the object has the same seven fields of the same types."""
    (reply,) = _answer(orchard, {"id": "q", "question": question})
    assert {key: type(value) for key, value in reply.items()} == {
        "id": str,
        "outcome": str,
        "language": str,
        "text": str,
        "confidence": float,
        "answers": list,
        "choices": list,
    }
    assert (reply["outcome"], reply["language"]) == (outcome, language)


def test_an_article_without_an_address_has_a_null_url(orchard: Engine) -> None:
    """Where no address is known, url is null."""
    (reply,) = _answer(orchard, {"id": "1", "question": "How many beehives are there?"})
    assert reply["answers"][0]["url"] is None
    assert reply["answers"][0]["figure"] == "十二座蜂房"


def test_text_is_written_as_itself(orchard: Engine) -> None:
    """Characters of every script stand in the line as themselves, without markup or direction marks."""
    (line,) = answer_lines(orchard, [json.dumps({"id": "é", "question": "蜂房有几座"})], lambda: 0.0)
    assert '"id": "é"' in line
    assert "果园里有12座蜂房" in line
    assert "\\u" not in line
    assert "\n" not in line
    assert not set(line) & set("\u2066\u2067\u2068\u2069\u200e\u200f")


@pytest.mark.parametrize(
    ("line", "identifier", "error"),
    [
        pytest.param("nonsense", None, "Invalid JSON", id="no JSON"),
        pytest.param('{"id": "7", "question": ', None, "Invalid JSON", id="half an object"),
        pytest.param("[]", None, "object", id="an array"),
        pytest.param('"text"', None, "object", id="a string"),
        pytest.param("null", None, "object", id="null"),
        pytest.param("{}", None, "id: Field required", id="an empty object"),
        pytest.param('{"question": "plums"}', None, "id: Field required", id="no id"),
        pytest.param('{"id": "7"}', "7", "question: Field required", id="no question"),
        pytest.param('{"id": 7, "question": "plums"}', None, "id: ", id="a number as id"),
        pytest.param('{"id": "7", "question": 5}', "7", "question: ", id="a number as question"),
        pytest.param('{"id": "7", "question": null}', "7", "question: ", id="no question at all"),
        pytest.param('{"id": "7", "question": "plums", "chat": 5}', "7", "chat: ", id="a number as chat"),
        pytest.param(
            '{"id": "7", "question": "plums", "language_code": []}', "7", "language_code: ", id="a list as code"
        ),
        pytest.param("[" * 100_000, None, "Invalid JSON", id="nested too deeply"),
        pytest.param('{"id": "7", "question": "\\ud800"}', None, "Invalid JSON", id="half a character"),
    ],
)
def test_a_line_that_is_no_question_gets_an_error(
    orchard: Engine, line: str, identifier: str | None, error: str
) -> None:
    """A line that is no question object gives an error with its id, where it has one, and the run goes on."""
    broken, good = _answer(orchard, line, {"id": "next", "question": PLUMS})
    assert broken.keys() == {"id", "outcome", "error"}
    assert broken["outcome"] == "error"
    assert error in broken["error"]
    assert broken["id"] == identifier or (identifier is None and error == "Invalid JSON")
    assert _entries(good) == ["plum-harvest"]


def test_further_fields_are_passed_over(orchard: Engine) -> None:
    """A field that the contract does not know harms nothing."""
    (reply,) = _answer(orchard, {"id": "1", "question": PLUMS, "lang": "en", "expect": []})
    assert reply["outcome"] == "answer"


def test_blank_lines_are_passed_over(orchard: Engine) -> None:
    """A blank line is no question and no error."""
    assert [reply["id"] for reply in _answer(orchard, "", "  \n", {"id": "1", "question": "plums"}, "\t")] == ["1"]


def test_replies_come_in_the_order_of_the_questions(orchard: Engine) -> None:
    """The replies' ids come in the order of the lines, equal ones included."""
    ids = ["b", "a", "c", "a", ""]
    assert [reply["id"] for reply in _answer(orchard, *({"id": one, "question": PLUMS} for one in ids))] == ids


def test_each_reply_is_given_before_the_next_question_is_read(orchard: Engine) -> None:
    """A reader may wait for a reply before it writes the next line."""
    read: list[int] = []

    def lines() -> Iterator[str]:
        for number in range(3):
            read.append(number)
            yield json.dumps({"id": str(number), "question": PLUMS})

    for number, reply in enumerate(answer_lines(orchard, lines(), lambda: 0.0)):
        assert json.loads(reply)["id"] == str(number)
        assert read == list(range(number + 1))


def test_a_chat_is_a_conversation(orchard: Engine) -> None:
    """Questions of one chat follow up on one another; those of other chats, and of none, do not."""
    first = {"id": "1", "question": "How much is the pear harvest?"}
    follow = {"id": "2", "question": "and the plums?"}
    for chats, expected in [
        (("a", "a"), ["plum-harvest"]),
        (("a", "b"), []),
        ((None, None), []),
        (("a", None), []),
    ]:
        _, reply = _answer(orchard, {**first, "chat": chats[0]}, {**follow, "chat": chats[1]})
        assert _entries(reply) == expected, chats


def test_chats_are_kept_apart_when_they_interleave(orchard: Engine) -> None:
    """Each chat has its own last question and its own last language."""
    replies = _answer(
        orchard,
        {"id": "1", "question": "How much is the pear harvest?", "chat": "a"},
        {"id": "2", "question": "李子的收成是多少吨", "chat": "b"},
        {"id": "3", "question": "and the goal?", "chat": "a"},
        {"id": "4", "question": "2019", "chat": "b"},
        {"id": "5", "question": "2019", "chat": "c"},
    )
    assert _entries(replies[2]) == ["pear-goal"]
    assert [reply["language"] for reply in replies] == ["en", "zh", "en", "zh", "en"]


def test_a_broken_line_does_not_break_a_chat(orchard: Engine) -> None:
    """An error between two questions of a chat leaves the conversation as it was."""
    replies = _answer(
        orchard,
        {"id": "1", "question": "How much is the pear harvest?", "chat": "a"},
        '{"id": "2", "chat": "a"}',
        {"id": "3", "question": "and the plums?", "chat": "a"},
    )
    assert _entries(replies[2]) == ["plum-harvest"]


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        pytest.param([0.0, 600.0], ["plum-harvest"], id="ten minutes later"),
        pytest.param([0.0, 600.5], [], id="later than that"),
    ],
)
def test_a_conversation_follows_the_given_clock(orchard: Engine, times: list[float], expected: list[str]) -> None:
    """Whether a question can be followed up is told by the clock that is handed in."""
    questions = ["How much is the pear harvest?", "and the plums?"]
    lines = [{"id": str(number), "question": text, "chat": "a"} for number, text in enumerate(questions)]
    assert _entries(_answer(orchard, *lines, times=iter(times))[1]) == expected


def test_the_language_code_is_a_hint(orchard: Engine) -> None:
    """The app's language serves where the question's own does not tell."""
    (figures, words) = _answer(
        orchard,
        {"id": "1", "question": "2019", "language_code": "zh-hans"},
        {"id": "2", "question": PLUMS, "language_code": "zh-hans"},
    )
    assert (figures["language"], words["language"]) == ("zh", "en")


_LINES = st.one_of(
    st.text(max_size=30), st.text(max_size=20).map(lambda text: json.dumps({"id": text, "question": text}))
)


@given(lines=st.lists(_LINES))
def test_every_line_gives_one_object(orchard: Engine, lines: list[str]) -> None:
    """Whatever the lines, each that is not blank gives one JSON object with an id and an outcome."""
    lines = ["".join(line.splitlines()) for line in lines]
    replies = _answer(orchard, *lines)
    assert len(replies) == sum(bool(line.strip()) for line in lines)
    assert all({"id", "outcome"} <= reply.keys() for reply in replies)
