"""The parameters of a call, whichever way they arrived: address, form, multipart or JSON.

The real server turns all of them into text; nested objects are JSON inside that text.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from aiohttp import BodyPartReader

from tests.botapi.json_fields import FieldError, JsonObject, JsonValue, check_utf8, decode_json
from tests.botapi.refusals import bad_request

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aiohttp.web import Request

TRUE_WORDS = frozenset({"true", "yes", "1"})
INTEGER_LIMIT = 2**63


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file that came with a multipart call."""

    name: str
    content: bytes
    content_type: str


class Parameters:
    """Named texts and files of one call."""

    def __init__(self, values: Mapping[str, str], files: Mapping[str, Upload] | None = None) -> None:
        """Take over the texts as they arrived."""
        self.values = dict(values)
        self.files = dict(files or {})

    def text(self, name: str) -> str:
        """Return the text of a parameter, empty when it was not sent."""
        return self.values.get(name, "")

    def has(self, name: str) -> bool:
        """Say whether the parameter was sent at all."""
        return name in self.values

    def boolean(self, name: str) -> bool:
        """Return true for `true`, `yes` and `1`, as the real server does."""
        return self.text(name).strip().lower() in TRUE_WORDS

    def integer(self, name: str, default: int, *, lowest: int | None = None, highest: int | None = None) -> int:
        """Return the number, forced into the range; text that is no number counts as zero."""
        given = self.text(name)
        value = default if not given else whole_number(given) or 0
        if lowest is not None:
            value = max(value, lowest)
        if highest is not None:
            value = min(value, highest)
        return value

    def decoded(self, name: str, refusal: str) -> JsonValue:
        """Return the JSON inside a parameter, None when it is empty; `refusal` words the 400 of bad JSON."""
        given = self.text(name)
        if not given:
            return None
        try:
            return decode_json(given)
        except FieldError as error:
            raise bad_request(refusal) from error

    def as_json(self) -> JsonObject:
        """Return the parameters for the journal, nested JSON decoded."""
        shown: JsonObject = {name: _readable(value) for name, value in self.values.items()}
        shown.update({name: f"<file {upload.name}>" for name, upload in self.files.items()})
        return shown


def whole_number(text: str) -> int | None:
    """Return the number a text is, None when it is none or does not fit 64 bits."""
    try:
        value = int(text)
    except ValueError:
        return None
    return value if -INTEGER_LIMIT <= value < INTEGER_LIMIT else None


async def read_parameters(request: Request) -> Parameters:
    """Return the parameters of an HTTP request; refuses broken JSON and anything that is not UTF-8."""
    values = _read_form(request.rel_url.raw_query_string.encode("ascii"))
    files: dict[str, Upload] = {}
    if request.content_type == "multipart/form-data":
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader) or part.name is None:
                continue
            content = bytes(await part.read(decode=True))
            if part.filename is None:
                values[part.name] = _utf8(content)
            else:
                kind = part.headers.get("Content-Type", "application/octet-stream")
                files[part.name] = Upload(name=part.filename, content=content, content_type=kind)
    else:
        body = await request.read()
        if request.content_type == "application/json":
            values.update(values_of_json(body))
        elif request.content_type == "application/x-www-form-urlencoded":
            values.update(_read_form(body))
    return Parameters(values, files)


def values_of_json(body: bytes) -> dict[str, str]:
    """Return the parameters of a JSON body as texts, as the real server keeps them."""
    if not body.strip():
        return {}
    try:
        value = json.loads(_utf8(body))
        check_utf8(value)
    except FieldError as error:
        raise bad_request(str(error)) from error
    except ValueError as error:
        reason = "can't parse JSON object"
        raise bad_request(reason) from error
    if not isinstance(value, dict):
        reason = "object expected"
        raise bad_request(reason)
    return {name: _as_text(item) for name, item in value.items() if item is not None}


def _as_text(value: JsonValue) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _read_form(body: bytes) -> dict[str, str]:
    # Latin-1 keeps every byte as it was, so that bad UTF-8 is found and not silently replaced.
    pairs = parse_qsl(body.decode("latin-1"), keep_blank_values=True, encoding="latin-1")
    return {_utf8(name.encode("latin-1")): _utf8(value.encode("latin-1")) for name, value in pairs}


def _utf8(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        reason = "strings must be encoded in UTF-8"
        raise bad_request(reason) from error


def _readable(value: str) -> JsonValue:
    if value[:1] in "[{":
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value
