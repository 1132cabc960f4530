"""Pressed buttons and inline queries are answered once, in time and in shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.botapi import BotApiServer, Call, ControlError, Person

if TYPE_CHECKING:
    from tests.botapi.caller import Caller

TOO_OLD = (400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
Result = dict[str, Any]  # an inline result, right or wrong


def with_button(server: BotApiServer, bot: Caller, person: Person) -> Call:
    """Send a message with a button and return the call."""
    markup = {"inline_keyboard": [[{"text": "More", "callback_data": "more:1"}]]}
    bot.call("sendMessage", chat_id=person.id, text="a", reply_markup=markup)
    return server.calls[-1]


def article(identifier: str = "1", **changes: object) -> Result:
    """Return an article, changed as asked."""
    return {
        "type": "article",
        "id": identifier,
        "title": "Nickel",
        "input_message_content": {"message_text": "<b>x</b>", "parse_mode": "HTML"},
        **changes,
    }


def test_a_callback_is_answered_once(server: BotApiServer, bot: Caller, alice: Person) -> None:
    """The second answer to the same press is refused, and so is one to nothing."""
    asked = alice.press(with_button(server, bot, alice), "More")
    update = bot.call("getUpdates").result[-1]
    assert (update["callback_query"]["data"], update["callback_query"]["id"]) == ("more:1", asked.query_id)
    assert update["callback_query"]["message"]["text"] == "a"
    assert bot.call("answerCallbackQuery", callback_query_id=asked.query_id, text="x" * 200).result is True
    assert bot.call("answerCallbackQuery", callback_query_id=asked.query_id).refusal == TOO_OLD
    assert bot.call("answerCallbackQuery", callback_query_id="5").refusal == TOO_OLD


def test_a_late_callback_answer_is_refused(server: BotApiServer, bot: Caller, alice: Person) -> None:
    """After the response timeout the query is too old."""
    asked = alice.press(with_button(server, bot, alice), "more:1")
    server.clock.advance(16)
    assert bot.call("answerCallbackQuery", callback_query_id=asked.query_id).refusal == TOO_OLD


def test_a_callback_answer_has_limits(server: BotApiServer, bot: Caller, alice: Person) -> None:
    """The text has at most 200 characters, and the address leads to the bot."""
    asked = alice.press(with_button(server, bot, alice), "More")
    answer = {"callback_query_id": asked.query_id}
    assert bot.call("answerCallbackQuery", **answer, text="x" * 201).refusal == (400, "Bad Request: MESSAGE_TOO_LONG")
    assert bot.call("answerCallbackQuery", **answer, url="https://example.com").refusal == (
        400,
        "Bad Request: URL_INVALID",
    )


def test_only_buttons_that_are_there_can_be_pressed(server: BotApiServer, bot: Caller, alice: Person) -> None:
    """Pressing a button the message lacks is a mistake of the test, unless it is forged."""
    call = with_button(server, bot, alice)
    with pytest.raises(ControlError, match="no button 'Less'"):
        alice.press(call, "Less")
    alice.press(call, "less:9", forged=True)
    assert bot.call("getUpdates").result[-1]["callback_query"]["data"] == "less:9"


def test_an_inline_answer_is_taken_once(server: BotApiServer, bot: Caller, alice: Person) -> None:
    """An inline query takes one answer in time; a chosen result becomes a message sent through the bot."""
    asked = alice.ask_inline("nickel")
    assert bot.call("getUpdates").result[-1]["inline_query"]["query"] == "nickel"
    keyboard = {"inline_keyboard": [[{"text": "a", "callback_data": "b"}]]}
    answer = {"inline_query_id": asked.query_id, "results": [article(reply_markup=keyboard)]}
    assert bot.call("answerInlineQuery", **answer).result is True
    assert bot.call("answerInlineQuery", **answer).refusal == TOO_OLD
    group = server.add_group("Team", [alice])
    inline_id = alice.choose(asked, "1", group)
    updates = bot.call("getUpdates", offset=(asked.update_id or 0) + 1).result
    assert [next(iter(set(u) - {"update_id"})) for u in updates] == ["message", "chosen_inline_result"]
    assert updates[0]["message"]["via_bot"]["id"] == server.bot_user.id
    assert bot.call("editMessageText", inline_message_id=inline_id, text="new").result is True
    late = alice.ask_inline("cobalt")
    server.clock.advance(11)
    assert bot.call("answerInlineQuery", inline_query_id=late.query_id, results=[]).refusal == TOO_OLD


@pytest.mark.parametrize(
    ("results", "description"),
    [
        pytest.param([article(str(n)) for n in range(51)], "too many inline query results specified", id="51"),
        pytest.param([article("")], "RESULT_ID_INVALID", id="empty-id"),
        pytest.param([article("镍" * 22)], "RESULT_ID_INVALID", id="66-bytes"),
        pytest.param([article("1"), article("1")], "RESULT_ID_DUPLICATE", id="twice"),
        pytest.param({}, "expected an Array of inline query results", id="no-list"),
        pytest.param(
            [{"type": "article", "title": "a"}], "can't parse inline query result: Can't find field \"id\"", id="no-id"
        ),
        pytest.param(
            [{"type": "article", "id": "1", "input_message_content": {"message_text": "a"}}],
            "can't parse inline query result: Can't find field \"title\"",
            id="no-title",
        ),
        pytest.param(
            [article(input_message_content={"message_text": ""})],
            "can't parse inline query result: Input message content is not specified",
            id="no-content",
        ),
        pytest.param(
            [article(input_message_content={"message_text": "<x>", "parse_mode": "HTML"})],
            "can't parse inline query result: Can't parse entities: Unsupported start tag \"x\" at byte offset 0",
            id="html",
        ),
        pytest.param([article(input_message_content={"message_text": "a" * 4097})], "MESSAGE_TOO_LONG", id="long"),
        pytest.param(
            [article(reply_markup={"inline_keyboard": [[{"text": "a", "callback_data": "x" * 65}]]})],
            "BUTTON_DATA_INVALID",
            id="button",
        ),
    ],
)
def test_inline_results_that_are_refused(bot: Caller, alice: Person, results: object, description: str) -> None:
    """At most 50 results, each with a unique id of 1 to 64 bytes, a title and a content."""
    asked = alice.ask_inline("nickel")
    answer = bot.call("answerInlineQuery", inline_query_id=asked.query_id, results=results)
    assert answer.refusal == (400, f"Bad Request: {description}")


@pytest.mark.parametrize(
    ("button", "description"),
    [
        pytest.param({"text": "", "start_parameter": "a"}, "SWITCH_PM_TEXT_EMPTY", id="text"),
        pytest.param({"text": "a", "start_parameter": "a b"}, "START_PARAM_INVALID", id="parameter"),
        pytest.param({}, "can't parse inline query results button: Can't find field \"text\"", id="no-text"),
    ],
)
def test_inline_buttons_that_are_refused(bot: Caller, alice: Person, button: Result, description: str) -> None:
    """The button above the results needs a text and a start parameter of letters, digits, _ and -."""
    asked = alice.ask_inline("nickel")
    answer = bot.call("answerInlineQuery", inline_query_id=asked.query_id, results=[], button=button)
    assert answer.refusal == (400, f"Bad Request: {description}")
