"""Reading batches of updates: their order and their lanes."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.telegram.intake import lane_of, read_items

CHAT = {"id": -5, "type": "group"}
USER = {"id": 7}


@pytest.mark.parametrize(
    ("body", "lane"),
    [
        pytest.param({"message": {"chat": CHAT, "from": USER}}, -5, id="message"),
        pytest.param({"callback_query": {"from": USER, "message": {"chat": CHAT}}}, -5, id="press"),
        pytest.param(
            {"callback_query": {"from": USER, "inline_message_id": "x"}}, 7, id="press under an inline message"
        ),
        pytest.param({"inline_query": {"from": USER}}, 7, id="inline query"),
        pytest.param({"poll_answer": {"user": USER}}, 7, id="answer to a poll"),
        pytest.param({"poll": {"id": "x"}}, 1, id="of nobody"),
        pytest.param({"message": {"chat": {"id": "x"}}}, 1, id="broken"),
        pytest.param({"message": None, "edited": []}, 1, id="no contents"),
    ],
)
def test_lane(body: dict[str, Any], lane: int) -> None:
    """An update's order belongs to its chat, else to its user, else to nobody."""
    assert lane_of({"update_id": 1, **body}, 1) == lane


def test_items_come_in_the_order_of_their_ids() -> None:
    """A batch that came out of order is put into order; what has no id is dropped."""
    batch: list[dict[str, object]] = [
        {"update_id": 3},
        {"update_id": 1},
        {"no": "id"},
        {"update_id": "4"},
        {"update_id": 2},
    ]
    assert [item.update_id for item in read_items(batch)] == [1, 2, 3]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["chat", "from", "user", "message", "id", "x"]), inner, max_size=3)
    ),
    max_leaves=10,
)


@given(st.dictionaries(st.sampled_from(["update_id", "message", "callback_query", "x"]), json_values))
def test_any_update_has_a_lane(body: dict[str, Any]) -> None:
    """Whatever an update holds, it gets a lane."""
    assert isinstance(lane_of(body, 1), int)
