"""Who a message is for, and which of its words are the question."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import Message, User

from bot.telegram.addressing import is_addressed, own_words, questions_of, replied_words

ME = User(id=99, first_name="Bot", is_bot=True, username="nickel_bot")
GROUP = {"id": -5, "type": "supergroup", "title": "Harbour"}
SOMEBODY = {"id": 7, "first_name": "Ada", "is_bot": False}
BOT = {"id": 99, "first_name": "Bot", "is_bot": True, "username": "nickel_bot"}


def _message(text: str | None = None, **fields: Any) -> Message:  # noqa: ANN401 - a message's fields as JSON
    data = {"message_id": 10, "date": 0, "chat": GROUP, "from": SOMEBODY, **fields}
    if text is not None:
        data["text"] = text
    return Message.de_json(data, None)


def _mention(offset: int, length: int = 11) -> dict[str, Any]:
    return {"type": "mention", "offset": offset, "length": length}


@pytest.mark.parametrize(
    ("text", "entities", "words"),
    [
        pytest.param("@nickel_bot how high?", [_mention(0)], "how high?", id="first"),
        pytest.param("how high @nickel_bot", [_mention(9)], "how high", id="last"),
        pytest.param("@NICKEL_bot: how high?", [_mention(0)], "how high?", id="capitals and colon"),
        pytest.param("🗼🗼 @nickel_bot how?", [_mention(5)], "🗼🗼  how?", id="emoji count twice"),
        pytest.param("@nickel_bot، ما هو؟", [_mention(0)], "ما هو؟", id="Arabic comma"),
        pytest.param("@nickel_bot\uff0c多高", [_mention(0)], "多高", id="Chinese comma"),
        pytest.param("@nickel_bot @nickel_bot x", [_mention(0), _mention(12)], "x", id="twice"),
        pytest.param("@nickel_bot", [_mention(0)], "", id="alone"),
    ],
)
def test_mention_is_cut_out(text: str, entities: list[dict[str, Any]], words: str) -> None:
    """A mention of the bot addresses it and is no part of the question."""
    message = _message(text, entities=entities)
    assert is_addressed(message, ME)
    assert own_words(message, ME) == words


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        pytest.param("@nickel_bottle how?", [_mention(0, 14)], id="longer name"),
        pytest.param("@nickel_bot how?", [], id="no entity"),
        pytest.param("@other_bot1 how?", [_mention(0)], id="other name"),
        pytest.param("x", [_mention(5, 99)], id="outside of the text"),
        pytest.param(
            "Bot how?",
            [{"type": "text_mention", "offset": 0, "length": 3, "user": SOMEBODY}],
            id="somebody of that name",
        ),
    ],
)
def test_what_is_no_mention_of_the_bot(text: str, entities: list[dict[str, Any]]) -> None:
    """Only an entity that names the bot addresses it, and nothing else is cut out."""
    message = _message(text, entities=entities)
    assert not is_addressed(message, ME)
    assert own_words(message, ME) == text


def test_mention_by_id() -> None:
    """A mention of the bot without its username counts."""
    entity = {"type": "text_mention", "offset": 3, "length": 3, "user": BOT}
    message = _message("🗼 Bot how?", entities=[entity])
    assert is_addressed(message, ME)
    assert own_words(message, ME) == "🗼  how?"


def test_caption_counts_as_text() -> None:
    """A mention in a caption is one."""
    message = _message(caption="@nickel_bot how?", caption_entities=[_mention(0)])
    assert is_addressed(message, ME)
    assert questions_of(message, ME) == ("how?",)


REPLIED = {"message_id": 5, "date": 0, "chat": GROUP, "from": SOMEBODY, "text": "how high?"}


def test_reply_to_the_bot_asks_its_own_words_only() -> None:
    """A reply to the bot is addressed; the bot's own message is no question."""
    message = _message("and how far?", reply_to_message={**REPLIED, "from": BOT})
    assert is_addressed(message, ME)
    assert questions_of(message, ME) == ("and how far?",)
    assert replied_words(message, ME) == ""


def test_mention_in_reply_asks_own_words_first() -> None:
    """The words beside the mention come before the message replied to; without any, that one is asked."""
    beside = _message("@nickel_bot how far?", entities=[_mention(0)], reply_to_message=REPLIED)
    alone = _message("@nickel_bot", entities=[_mention(0)], reply_to_message=REPLIED)
    assert questions_of(beside, ME) == ("how far?", "how high?")
    assert questions_of(alone, ME) == ("how high?",)


def test_quoted_words_come_before_the_whole_message() -> None:
    """What is quoted of a message is what is asked."""
    message = _message(
        "@nickel_bot", entities=[_mention(0)], reply_to_message=REPLIED, quote={"text": "high?", "position": 4}
    )
    assert questions_of(message, ME) == ("high?",)


def test_first_message_of_a_topic_is_not_replied_to() -> None:
    """That a message stands in a topic is no reply, neither to the bot nor to anybody."""
    topic = {"message_thread_id": 5, "is_topic_message": True}
    by_bot = _message("how?", reply_to_message={**REPLIED, "from": BOT}, **topic)
    alone = _message("@nickel_bot", entities=[_mention(0)], reply_to_message=REPLIED, **topic)
    assert not is_addressed(by_bot, ME)
    assert questions_of(alone, ME) == ()


def test_thread_outside_of_topics_is_a_reply() -> None:
    """In a plain supergroup a thread begins with a message that may well be the bot's."""
    message = _message("how?", message_thread_id=5, reply_to_message={**REPLIED, "from": BOT})
    assert is_addressed(message, ME)


@given(
    text=st.text(),
    spans=st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), max_size=4),
)
def test_any_entities_are_survived(text: str, spans: list[tuple[int, int]]) -> None:
    """Wherever entities claim to stand, the words are some text."""
    entities = [_mention(offset, length) for offset, length in spans]
    message = _message(text, entities=entities)
    assert isinstance(own_words(message, ME), str)
    is_addressed(message, ME)
