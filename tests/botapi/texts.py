"""Texts and captions of a call: parse mode, given entities, cleaning and the length limits."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.botapi.addresses import AddressError, check_address
from tests.botapi.entities import find_spans
from tests.botapi.formatting import MarkupError, parse_html
from tests.botapi.json_fields import (
    FieldError,
    JsonObject,
    JsonValue,
    check_utf8,
    decode_json,
    optional_string,
    required_integer,
    required_string,
)
from tests.botapi.refusals import RefusedError, bad_request
from tests.botapi.spans import MarkedText, Span, add_found, clean, to_entities, untangle, utf16_length

if TYPE_CHECKING:
    from tests.botapi.parameters import Parameters
    from tests.botapi.state import World

LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024
# The server does not even parse a longer text.
MOST_BYTES = 1 << 15
SENT_KINDS = frozenset(
    {
        "bold",
        "italic",
        "underline",
        "strikethrough",
        "spoiler",
        "code",
        "pre",
        "text_link",
        "text_mention",
        "custom_emoji",
        "blockquote",
        "expandable_blockquote",
    }
)
FOUND_KINDS = frozenset(
    {"mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bank_card_number"}
)


def read_text(parameters: Parameters) -> MarkedText:
    """Return the `text` of a call as it was marked; refuses an empty one and markup that cannot be parsed."""
    given = _given_entities(parameters.text("entities"))
    return marked_text(parameters.text("text"), parameters.text("parse_mode"), given)


def read_caption(parameters: Parameters) -> MarkedText:
    """Return the `caption` of a call, which may be empty."""
    text = parameters.text("caption")
    if not text:
        return MarkedText(text="")
    given = _given_entities(parameters.text("caption_entities"))
    return _kept(_parse(text, parameters.text("parse_mode"), given))


def marked_text(text: str, parse_mode: str, given: list[JsonObject]) -> MarkedText:
    """Return a text that must not be empty, cleaned, with the spans its sender made."""
    if not text:
        reason = "message text is empty"
        raise bad_request(reason)
    cleaned = _kept(_parse(text, parse_mode, given))
    if not cleaned.text:
        reason = "text must be non-empty"
        raise bad_request(reason)
    return cleaned


def too_long(*, of_edit: bool = False) -> RefusedError:
    """Return the refusal of a text that is too long, which an edit words differently."""
    return bad_request("MESSAGE_TOO_LONG" if of_edit else "message is too long")


def entities_json(marked: MarkedText, world: World) -> list[JsonObject]:
    """Return the entities as Telegram reports them: the sender's and those found, users filled in."""
    spans = add_found(marked.spans, find_spans(marked.text))
    kept = [span for span in spans if span.kind != "text_mention" or int(span.argument) in world.users]
    entities = to_entities(MarkedText(text=marked.text, spans=tuple(kept)))
    for entity in entities:
        if entity["type"] == "text_mention":
            entity["user"] = world.users[entity["user"]["id"]].to_json()
    return entities


def _parse(text: str, parse_mode: str, given: list[JsonObject]) -> MarkedText:
    try:
        check_utf8(text)
    except FieldError as error:
        raise bad_request(str(error)) from error
    if len(text.encode()) > MOST_BYTES:
        reason = "text is too long"
        raise bad_request(reason)
    mode = parse_mode.lower()
    if mode in {"", "none"}:
        return MarkedText(text=text, spans=_spans_of(text, given))
    if mode == "html":
        try:
            return parse_html(text)
        except MarkupError as error:
            reason = f"can't parse entities: {error}"
            raise bad_request(reason) from error
    if mode in {"markdown", "markdownv2"}:
        # Loud, so that nobody takes a test with Markdown for a proof.
        description = "Internal Server Error: the test server does not read Markdown, use HTML"
        raise RefusedError(500, description)
    reason = "unsupported parse_mode"
    raise bad_request(reason)


def _kept(marked: MarkedText) -> MarkedText:
    cleaned = clean(marked)
    return MarkedText(text=cleaned.text, spans=untangle(cleaned.spans))


def _given_entities(text: str) -> list[JsonObject]:
    if not text:
        return []
    try:
        value = decode_json(text)
    except FieldError:
        # The real server ignores entities it cannot decode.
        return []
    return read_entities(value)


def read_entities(value: JsonValue) -> list[JsonObject]:
    """Return the entity objects a bot gave, checked for their fields; what Telegram finds itself is left out."""
    if not isinstance(value, list):
        return []
    prefix = "Can't parse MessageEntity: "
    read: list[JsonObject] = []
    for entity in value:
        if not isinstance(entity, dict):
            reason = f"{prefix}expected an Object"
            raise bad_request(reason)
        try:
            required_integer(entity, "offset")
            required_integer(entity, "length")
            kind = required_string(entity, "type")
        except FieldError as error:
            reason = f"{prefix}{error}"
            raise bad_request(reason) from error
        if kind in SENT_KINDS:
            read.append(entity)
        elif kind not in FOUND_KINDS:
            reason = f"{prefix}Unsupported type specified"
            raise bad_request(reason)
    return read


def _spans_of(text: str, given: list[JsonObject]) -> tuple[Span, ...]:
    points = {0: 0}
    units = 0
    for index, character in enumerate(text, start=1):
        units += utf16_length(character)
        points[units] = index
    return tuple(_span_of(entity, points, units) for entity in given if int(entity["length"]) > 0)


def _span_of(entity: JsonObject, points: dict[int, int], units: int) -> Span:
    offset, length = int(entity["offset"]), int(entity["length"])
    if offset < 0:
        reason = f"receive an entity with incorrect offset {offset}"
        raise bad_request(reason)
    if offset >= units:
        reason = f"entity begins after the end of the text at UTF-16 offset {offset}"
        raise bad_request(reason)
    if offset + length > units:
        reason = (
            f"entity beginning at UTF-16 offset {offset} ends after the end of the text "
            f"at UTF-16 offset {offset + length}"
        )
        raise bad_request(reason)
    if offset not in points:
        reason = "entity begins in a middle of a UTF-16 symbol"
        raise bad_request(reason)
    if offset + length not in points:
        reason = f"entity beginning at UTF-16 offset {offset} ends in a middle of a UTF-16 symbol"
        raise bad_request(reason)
    kind = str(entity["type"])
    return Span(kind=kind, start=points[offset], end=points[offset + length], argument=_argument(kind, entity))


def _argument(kind: str, entity: JsonObject) -> str:
    try:
        if kind == "text_link":
            return check_address(required_string(entity, "url"))
        if kind == "text_mention":
            return str(required_integer(entity.get("user") or {}, "id"))
        if kind == "custom_emoji":
            return str(required_integer(entity, "custom_emoji_id"))
        return optional_string(entity, "language") if kind == "pre" else ""
    except AddressError as error:
        reason = f"entity URL '{entity['url']}' is invalid: {error}"
        raise bad_request(reason) from error
    except FieldError as error:
        reason = f"Can't parse MessageEntity: {error}"
        raise bad_request(reason) from error


def is_start_payload(text: str) -> bool:
    """Say whether a text may follow `?start=` in a link to a bot."""
    return re.fullmatch(r"[A-Za-z0-9_-]{1,64}", text) is not None
