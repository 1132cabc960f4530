"""Keyboards that the bot attaches are checked as Telegram checks them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.botapi import BotApiServer, Person
    from tests.botapi.caller import Caller

Parameters = dict[str, Any]  # anything a bot may send, right or wrong


def keyboard(*buttons: Parameters) -> Parameters:
    """Return one row of inline buttons."""
    return {"inline_keyboard": [list(buttons)]}


@pytest.mark.parametrize(
    ("markup", "description"),
    [
        pytest.param("[", "Bad Request: can't parse reply keyboard markup JSON object", id="no-json"),
        pytest.param("[]", "Bad Request: object expected as reply markup", id="no-object"),
        pytest.param(
            {"inline_keyboard": [{"text": "a"}]},
            'Bad Request: field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays',
            id="no-rows",
        ),
        pytest.param(
            keyboard({"callback_data": "a"}),
            "Bad Request: can't parse inline keyboard button: Can't find field \"text\"",
            id="no-text",
        ),
        pytest.param(
            keyboard({"text": "a"}),
            "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
            id="no-action",
        ),
        pytest.param(
            keyboard({"text": "a", "callback_data": ""}),
            "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
            id="empty-data",
        ),
        pytest.param(
            keyboard({"text": "a", "callback_data": "b", "url": "https://example.com"}),
            "Bad Request: can't parse inline keyboard button: exactly one of the optional fields must be used, "
            "found url, callback_data",
            id="two-actions",
        ),
        pytest.param(
            keyboard({"text": "a", "callback_data": "x" * 65}), "Bad Request: BUTTON_DATA_INVALID", id="65-bytes"
        ),
        pytest.param(
            keyboard({"text": "a", "callback_data": "镍" * 22}), "Bad Request: BUTTON_DATA_INVALID", id="66-bytes"
        ),
        pytest.param(
            keyboard({"text": "a", "url": "http://localhost"}),
            "Bad Request: inline keyboard button URL 'http://localhost' is invalid: Wrong HTTP URL",
            id="url",
        ),
        pytest.param(
            keyboard({"text": "a", "web_app": {"url": "http://example.com"}}),
            "Bad Request: inline keyboard button Web App URL 'http://example.com' is invalid: "
            "Only HTTPS links are allowed",
            id="web-app",
        ),
        pytest.param(
            keyboard({"text": ["a"], "pay": True}),
            'Bad Request: can\'t parse inline keyboard button: Field "text" must be of type String',
            id="text-type",
        ),
        pytest.param(
            {"inline_keyboard": ["a"]},
            'Bad Request: field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays',
            id="no-list-of-buttons",
        ),
        pytest.param(
            {"inline_keyboard": [["a"]]},
            "Bad Request: can't parse inline keyboard button: InlineKeyboardButton must be an Object",
            id="button-no-object",
        ),
        pytest.param(
            {"inline_keyboard": "a"}, 'Bad Request: field "inline_keyboard" must be of type Array', id="keyboard-type"
        ),
        pytest.param(
            {"remove_keyboard": "yes"}, 'Bad Request: field "remove_keyboard" must be of type Boolean', id="boolean"
        ),
        pytest.param(
            {"inline_keyboard": [[{"text": "a", "callback_data": "b"}]] * 101},
            "Bad Request: reply markup is too long",
            id="101-buttons",
        ),
        pytest.param(
            {"inline_keyboard": [[{"text": "a" * 200, "callback_data": "b"}]] * 60},
            "Bad Request: reply markup is too long",
            id="10-kilobytes",
        ),
    ],
)
def test_keyboards_that_are_refused(bot: Caller, alice: Person, markup: Parameters | str, description: str) -> None:
    """A button needs a text and exactly one action within its limits."""
    answer = bot.call("sendMessage", chat_id=alice.id, text="a", reply_markup=markup)
    assert answer.refusal == (400, description)


def test_buttons_up_to_the_limits_pass(bot: Caller, alice: Person) -> None:
    """64 bytes of data and 100 buttons pass; a ninth button in a row and one without words are not shown."""
    rows = [[{"text": "a", "callback_data": "x" * 64}]] * 98
    answer = bot.call("sendMessage", chat_id=alice.id, text="a", reply_markup={"inline_keyboard": rows})
    assert len(answer.result["reply_markup"]["inline_keyboard"]) == 98
    wide = [{"text": str(n), "callback_data": "b"} for n in range(9)]
    answer = bot.call("sendMessage", chat_id=alice.id, text="a", reply_markup={"inline_keyboard": [wide]})
    assert len(answer.result["reply_markup"]["inline_keyboard"][0]) == 8
    answer = bot.call("sendMessage", chat_id=alice.id, text="a", reply_markup=keyboard({"text": "", "pay": True}))
    assert "reply_markup" not in answer.result


def test_an_inline_switch_does_not_belong_in_a_channel(server: BotApiServer, bot: Caller) -> None:
    """Readers of a channel do not know the bot, so a button that asks it inline is refused."""
    channel = server.add_channel("News")
    markup = keyboard({"text": "a", "switch_inline_query": ""})
    answer = bot.call("sendMessage", chat_id=channel.id, text="a", reply_markup=markup)
    words = "can't use switch_inline_query button in a channel chat"
    assert answer.refusal[1].startswith(f"Bad Request: {words}")


def test_other_keyboards_are_taken_and_not_shown(bot: Caller, alice: Person) -> None:
    """A reply keyboard, its removal and a forced reply are no part of the message."""
    for markup in ({"keyboard": [["a"]]}, {"remove_keyboard": True}, {"force_reply": True}, {}):
        result = bot.call("sendMessage", chat_id=alice.id, text="a", reply_markup=markup).result
        assert "reply_markup" not in result
