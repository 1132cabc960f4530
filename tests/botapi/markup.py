"""Keyboards that a bot attaches: what Telegram takes, trims and refuses."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.botapi.addresses import AddressError, check_address, user_of_link
from tests.botapi.json_fields import (
    FieldError,
    JsonObject,
    JsonValue,
    optional_boolean,
    optional_object,
    optional_string,
    required_string,
)
from tests.botapi.refusals import bad_request

if TYPE_CHECKING:
    from tests.botapi.parameters import Parameters

MOST_CALLBACK_BYTES = 64
# Reported by bot authors, since Telegram does not publish them: 100 buttons, 8 in a row (the rest of
# the row is not shown), 10 kB in all.
MOST_BUTTONS = 100
MOST_IN_ROW = 8
MOST_MARKUP_BYTES = 10 * 1024
ACTIONS = (
    "url",
    "callback_data",
    "callback_game",
    "pay",
    "switch_inline_query",
    "switch_inline_query_chosen_chat",
    "switch_inline_query_current_chat",
    "login_url",
    "web_app",
    "copy_text",
)


def read_markup(parameters: Parameters) -> JsonObject | None:
    """Return the `reply_markup` of a call, None when it has none; refuses what cannot be parsed."""
    value = parameters.decoded("reply_markup", "Can't parse reply keyboard markup JSON object")
    return None if value is None else parse_markup(value)


def parse_markup(value: JsonValue) -> JsonObject | None:
    """Return the markup with its inline buttons read; None for one that shows nothing."""
    if not isinstance(value, dict):
        reason = "Object expected as reply markup"
        raise bad_request(reason)
    try:
        for name in ("remove_keyboard", "selective", "force_reply", "resize_keyboard", "one_time_keyboard"):
            optional_boolean(value, name)
        if value.get("keyboard"):
            return {"keyboard": _rows(value["keyboard"], "keyboard", "keyboard")}
        if value.get("inline_keyboard") is not None:
            rows = _rows(value["inline_keyboard"], "inline_keyboard", 'inline_keyboard" of the InlineKeyboardMarkup')
            read = [[_inline_button(button) for button in row] for row in rows]
            return {"inline_keyboard": read} if read else None
    except FieldError as error:
        raise bad_request(str(error)) from error
    return dict(value) if value.get("remove_keyboard") or value.get("force_reply") else None


def check_markup(markup: JsonObject | None, *, in_channel: bool = False) -> JsonObject | None:
    """Return the inline keyboard a message keeps, None for any other markup; refuses what the servers refuse."""
    if markup is None or "inline_keyboard" not in markup:
        return None
    rows = [[button for button in row if button["text"]][:MOST_IN_ROW] for row in markup["inline_keyboard"]]
    rows = [row for row in rows if row]
    for row in rows:
        for button in row:
            _check_button(button, in_channel=in_channel)
    kept = {"inline_keyboard": rows}
    too_big = len(json.dumps(kept, ensure_ascii=False).encode()) > MOST_MARKUP_BYTES
    if too_big or sum(map(len, rows)) > MOST_BUTTONS:
        reason = "reply markup is too long"
        raise bad_request(reason)
    return kept if rows else None


def _rows(value: JsonValue, name: str, shown: str) -> list[list[JsonValue]]:
    if not isinstance(value, list):
        message = f'Field "{name}" must be of type Array'
        raise FieldError(message)
    if not all(isinstance(row, list) for row in value):
        tail = "" if shown.endswith("Markup") else '"'
        message = f'Field "{shown}{tail} must be an Array of Arrays'
        raise FieldError(message)
    return [list(row) for row in value]


def _inline_button(button: JsonValue) -> JsonObject:
    prefix = "Can't parse inline keyboard button: "
    if not isinstance(button, dict):
        message = f"{prefix}InlineKeyboardButton must be an Object"
        raise FieldError(message)
    try:
        text = required_string(button, "text")
        read = {name: _action(button, name) for name in ACTIONS if button.get(name) is not None}
    except FieldError as error:
        message = f"{prefix}{error}"
        raise FieldError(message) from error
    # Empty texts count as no action at all.
    read = {name: value for name, value in read.items() if value or name.startswith("switch_inline_query")}
    if not read:
        message = f"{prefix}Text buttons are unallowed in the inline keyboard"
        raise FieldError(message)
    if len(read) > 1:
        # The documentation demands exactly one; the real server silently takes the first.
        message = f"{prefix}exactly one of the optional fields must be used, found {', '.join(read)}"
        raise FieldError(message)
    return {"text": text, **read}


def _action(button: JsonObject, name: str) -> JsonValue:
    if name in {"url", "callback_data", "switch_inline_query", "switch_inline_query_current_chat"}:
        return optional_string(button, name)
    if name == "pay":
        return optional_boolean(button, name)
    return optional_object(button, name) or {"": None}


def _check_button(button: JsonObject, *, in_channel: bool) -> None:
    if "callback_data" in button and len(button["callback_data"].encode()) > MOST_CALLBACK_BYTES:
        reason = "BUTTON_DATA_INVALID"
        raise bad_request(reason)
    if "url" in button and user_of_link(button["url"]) is None:
        try:
            button["url"] = check_address(button["url"])
        except AddressError as error:
            reason = f"inline keyboard button URL '{button['url']}' is invalid: {error}"
            raise bad_request(reason) from error
    if "web_app" in button and not str(button["web_app"].get("url", "")).startswith("https://"):
        reason = (
            f"inline keyboard button Web App URL '{button['web_app'].get('url', '')}' is invalid: "
            "Only HTTPS links are allowed"
        )
        raise bad_request(reason)
    switch = next((name for name in button if name.startswith("switch_inline_query")), None)
    if in_channel and switch:
        reason = (
            f"Can't use {switch} button in a channel chat, because users will not be able to use the "
            "button without knowing bot's username"
        )
        raise bad_request(reason)
