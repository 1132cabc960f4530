"""Answers to pressed buttons and to inline queries: once, in time and in shape."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.botapi.json_fields import (
    FieldError,
    JsonObject,
    JsonValue,
    optional_object,
    optional_string,
    required_string,
)
from tests.botapi.markup import check_markup, parse_markup
from tests.botapi.refusals import RefusedError, bad_request
from tests.botapi.texts import LONGEST_TEXT, entities_json, is_start_payload, marked_text, read_entities

if TYPE_CHECKING:
    from tests.botapi.api import Api
    from tests.botapi.parameters import Parameters

LONGEST_CALLBACK_TEXT = 200
MOST_RESULTS = 50
MOST_ID_BYTES = 64
LONGEST_BUTTON_TEXT = 64
RESULT_KINDS = frozenset({"article", "photo", "document", "gif", "mpeg4_gif", "video", "audio", "voice", "contact"})


def answer_callback_query(api: Api, parameters: Parameters) -> JsonValue:
    """End the waiting of a pressed button, with at most a short text."""
    if len(parameters.text("text")) > LONGEST_CALLBACK_TEXT:
        reason = "MESSAGE_TOO_LONG"
        raise bad_request(reason)
    url = parameters.text("url")
    own = f"https://t.me/{api.world.bot.username}?start="
    if url and not url.lower().startswith(own.lower()):
        reason = "URL_INVALID"
        raise bad_request(reason)
    api.callbacks.answer(parameters.text("callback_query_id"), api.clock.now())
    return True


def answer_inline_query(api: Api, parameters: Parameters) -> JsonValue:
    """Show results under an inline query."""
    _check_button(parameters)
    results = _read_results(api, parameters)
    identifiers = [result["id"] for result in results]
    if any(not 1 <= len(identifier.encode()) <= MOST_ID_BYTES for identifier in identifiers):
        reason = "RESULT_ID_INVALID"
        raise bad_request(reason)
    if len(set(identifiers)) < len(identifiers):
        reason = "RESULT_ID_DUPLICATE"
        raise bad_request(reason)
    if len(parameters.text("next_offset").encode()) > MOST_ID_BYTES:
        reason = "NEXT_OFFSET_INVALID"
        raise bad_request(reason)
    query = api.inline_queries.answer(parameters.text("inline_query_id"), api.clock.now())
    api.inline_answers[query.query_id] = results
    return True


def _read_results(api: Api, parameters: Parameters) -> list[JsonObject]:
    value = parameters.decoded("results", "Can't parse JSON encoded inline query results")
    if value is None:
        return []
    if not isinstance(value, list):
        reason = "Expected an Array of inline query results"
        raise bad_request(reason)
    if len(value) > MOST_RESULTS:
        reason = "Too many inline query results specified"
        raise bad_request(reason)
    return [_read_result(api, result) for result in value]


def _read_result(api: Api, result: JsonValue) -> JsonObject:
    prefix = "Can't parse inline query result: "
    if not isinstance(result, dict):
        reason = f"{prefix}Inline query result must be an object"
        raise bad_request(reason)
    try:
        return _result(api, result)
    except FieldError as error:
        reason = f"{prefix}{error}"
        raise bad_request(reason) from error
    except RefusedError as error:
        if not error.description.startswith("Bad Request: "):
            raise
        if re.fullmatch(r"Bad Request: [A-Z_]+", error.description):
            raise
        inner = error.description.removeprefix("Bad Request: ")
        reason = f"{prefix}{inner[:1].upper()}{inner[1:]}"
        raise bad_request(reason) from error


def _result(api: Api, result: JsonObject) -> JsonObject:
    kind = required_string(result, "type").lower()
    identifier = required_string(result, "id")
    if kind not in RESULT_KINDS:
        problem = f'type "{kind}" is unsupported for the inline query result'
        raise FieldError(problem)
    content = optional_object(result, "input_message_content")
    message: JsonObject = {}
    if content is not None:
        message = _message_of(api, content)
    elif kind == "article":
        required_string(result, "message_text")
    markup = optional_object(result, "reply_markup")
    keyboard = check_markup(parse_markup(markup)) if markup is not None else None
    if kind == "article":
        required_string(result, "title")
    optional_string(result, "description")
    return {"id": identifier, "type": kind, "title": result.get("title"), "message": message, "markup": keyboard}


def _message_of(api: Api, content: JsonObject) -> JsonObject:
    text = optional_string(content, "message_text")
    if not text:
        message = "Input message content is not specified"
        raise FieldError(message)
    given = read_entities(content.get("entities"))
    marked = marked_text(text, optional_string(content, "parse_mode"), given)
    if len(marked.text) > LONGEST_TEXT:
        reason = "MESSAGE_TOO_LONG"
        raise bad_request(reason)
    entities = entities_json(marked, api.world)
    return {"text": marked.text, **({"entities": entities} if entities else {})}


def _check_button(parameters: Parameters) -> None:
    button = parameters.decoded("button", "Can't parse inline query results button JSON object")
    if button is None:
        return
    if not isinstance(button, dict):
        reason = "Can't parse inline query results button: InlineQueryResultsButton must be an Object"
        raise bad_request(reason)
    try:
        text = required_string(button, "text")
    except FieldError as error:
        reason = f"Can't parse inline query results button: {error}"
        raise bad_request(reason) from error
    if not 1 <= len(text) <= LONGEST_BUTTON_TEXT:
        reason = "SWITCH_PM_TEXT_EMPTY" if not text else "SWITCH_PM_TEXT_TOO_LONG"
        raise bad_request(reason)
    if "start_parameter" in button and not is_start_payload(str(button["start_parameter"])):
        reason = "START_PARAM_INVALID"
        raise bad_request(reason)
