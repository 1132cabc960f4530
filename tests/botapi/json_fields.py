"""Reading fields of JSON objects that a bot sent, with the error wordings of TDLib's JSON reader."""

from __future__ import annotations

import json
from typing import Any

JsonValue = Any  # JSON is checked field by field, here, where it is read
JsonObject = dict[str, JsonValue]


class FieldError(Exception):
    """A field is missing or of the wrong type; the message is TDLib's."""


def decode_json(text: str) -> JsonValue:
    """Return the decoded value; raises `FieldError` when the text is no JSON or holds half a surrogate pair."""
    try:
        value = json.loads(text)
    except ValueError as error:
        message = "Can't parse JSON"
        raise FieldError(message) from error
    check_utf8(value)
    return value


def check_utf8(value: JsonValue) -> None:
    """Raise `FieldError` when any string inside cannot be encoded in UTF-8 (an unpaired surrogate)."""
    if isinstance(value, str):
        try:
            value.encode("utf-8")
        except UnicodeEncodeError as error:
            message = "Strings must be encoded in UTF-8"
            raise FieldError(message) from error
    elif isinstance(value, dict):
        for key, item in value.items():
            check_utf8(key)
            check_utf8(item)
    elif isinstance(value, list):
        for item in value:
            check_utf8(item)


def required_string(fields: JsonObject, name: str) -> str:
    """Return the field as text; a number counts as text, as it does for TDLib."""
    if name not in fields:
        message = f'Can\'t find field "{name}"'
        raise FieldError(message)
    return optional_string(fields, name)


def optional_string(fields: JsonObject, name: str) -> str:
    """Return the field as text, empty when it is absent or null."""
    value = fields.get(name)
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    message = f'Field "{name}" must be of type String'
    raise FieldError(message)


def required_integer(fields: JsonObject, name: str) -> int:
    """Return the field as a whole number; text that is a number counts."""
    if name not in fields:
        message = f'Can\'t find field "{name}"'
        raise FieldError(message)
    value = fields[name]
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        message = f'Field "{name}" must be of type Number'
        raise FieldError(message)
    try:
        return int(value)
    except ValueError as error:
        message = f'Field "{name}" must be a valid Number'
        raise FieldError(message) from error


def optional_boolean(fields: JsonObject, name: str) -> bool:
    """Return the field as a truth value, false when absent."""
    value = fields.get(name)
    if value is None:
        return False
    if isinstance(value, bool):
        return value
    message = f'Field "{name}" must be of type Boolean'
    raise FieldError(message)


def optional_object(fields: JsonObject, name: str) -> JsonObject | None:
    """Return the nested object, None when absent or null."""
    value = fields.get(name)
    if value is None or isinstance(value, dict):
        return value
    message = f'Field "{name}" must be of type Object'
    raise FieldError(message)
