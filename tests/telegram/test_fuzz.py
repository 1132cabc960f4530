"""Raw updates of every shape through the real application, against the strict server."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.answering.engine import Engine
from tests.telegram.harbour import Harbour

WORDS = (
    "@nickel_test_bot",
    "How high is the tower?",
    "visitors",
    "ما ارتفاع البرج؟",
    "/ask",
    "/start tower-height",
    "/language",
    "/reload",
    "<b>&amp;",
    "🗼👨‍👩‍👧",
    "\u202e\u2067",
    "e\u0301" * 50,
    "*_[](`",
)
texts = st.lists(
    st.one_of(st.sampled_from(WORDS), st.text(st.characters(exclude_categories=["Cs"]), max_size=30)), min_size=1
).map(" ".join)
entities = st.lists(
    st.fixed_dictionaries(
        {
            "type": st.sampled_from(["mention", "bot_command", "url", "text_mention", "custom"]),
            "offset": st.integers(0, 60),
            "length": st.integers(0, 60),
        }
    ),
    max_size=4,
)


@pytest.fixture(scope="module")
def harbour(lighthouse: Engine) -> Iterator[Harbour]:
    """Return a world for all the examples."""
    harbour = Harbour(lighthouse)
    yield harbour
    harbour.stop()


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_every_message_of_a_right_shape_is_handled(harbour: Harbour, data: st.DataObject) -> None:
    """Whatever people write, wherever: no handler fails, and Telegram refuses no reply."""
    chat = data.draw(st.sampled_from(harbour.chats))
    message: dict[str, Any] = {
        "message_id": data.draw(st.integers(1, 2**31)),
        "date": data.draw(st.sampled_from([0, int(harbour.server.clock.now())])),
        "chat": chat.to_json(),
        "from": harbour.ada.user.to_json(),
    }
    name = data.draw(st.sampled_from(["text", "caption"]))
    message[name] = data.draw(texts)
    message["entities" if name == "text" else "caption_entities"] = data.draw(entities)
    if name == "caption":
        message["photo"] = []
    if data.draw(st.booleans()):
        replied = {key: message[key] for key in ("date", "chat", "from")}
        sender = data.draw(st.sampled_from([harbour.ada.user, harbour.server.bot_user]))
        message["reply_to_message"] = {**replied, "message_id": 1, "text": data.draw(texts), "from": sender.to_json()}
    refused = len(harbour.server.refused)
    assert harbour.handle({"message": message}) == []
    assert len(harbour.server.refused) == refused


@settings(deadline=None, max_examples=100)
@given(presses=st.text(st.characters(exclude_categories=["Cs"]), max_size=64))
def test_every_press_is_handled(harbour: Harbour, presses: str) -> None:
    """Whatever data a client makes up, the press is answered and nothing fails."""
    assert [line for line in harbour.handle(harbour.press(presses)) if line["event"] != "refused"] == []


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["chat", "from", "message", "id", "text", "type", "date", "message_id", "data", "entities"]
            ),
            inner,
            max_size=6,
        )
    ),
    max_leaves=30,
)


@settings(deadline=None, max_examples=150)
@given(kind=st.sampled_from(["message", "callback_query", "edited_message", "novelty"]), content=json_values)
def test_every_update_is_over_once_it_was_handled(harbour: Harbour, kind: str, content: object) -> None:
    """Whatever JSON comes as an update, the worst that happens is a line in the log."""
    events = {line["event"] for line in harbour.handle({kind: content})}
    assert events <= {"update not handled", "handler failed", "refused"}
