"""HTML as the Bot API reads it: the same tags, the same tolerance and the same complaints.

The rules follow TDLib: the tag list is closed, attributes are read loosely, only four named
entities exist, and every error names the byte where the offending tag begins.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from tests.botapi.addresses import checked_address, user_of_link
from tests.botapi.spans import MarkedText, Span

TAG_KINDS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "u": "underline",
    "ins": "underline",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "tg-emoji": "custom_emoji",
    "a": "text_link",
    "pre": "pre",
    "code": "code",
    "blockquote": "blockquote",
}
SPACES = " \t\r\n\0\v"
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
# Ten characters and more are no numeric entity for TDLib; the last code point is excluded too.
LONGEST_NUMERIC = 10
CODE_POINT_LIMIT = 0x10FFFF
CHARACTER_REFERENCE = re.compile(r"&(?:#x(?P<hex>[0-9A-Fa-f]*)|#(?P<dec>[0-9]*)|(?P<name>[A-Za-z]*));?")
NAME_TOKEN = re.compile(r"[A-Za-z0-9.\-]*")
ATTRIBUTE_NAME = re.compile(r"""[^ \t\r\n\0\v=>/"']*""")
TAG_NAME = re.compile(r"[^ \t\r\n\0\v>]*")


class MarkupError(Exception):
    """The text is no HTML that Telegram takes; the message is Telegram's."""


@dataclass(slots=True)
class _Open:
    tag: str
    argument: str
    start: int


@dataclass(slots=True)
class _Reader:
    source: str
    place: int = 0
    text: list[str] = field(default_factory=list)
    open: list[_Open] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)

    def byte(self, place: int) -> int:
        return len(self.source[:place].encode("utf-8"))

    def here(self) -> str:
        return self.source[self.place : self.place + 1]

    def skip_spaces(self) -> None:
        while self.here() and self.here() in SPACES:
            self.place += 1

    def take(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.source, self.place)
        taken = match.group() if match else ""
        self.place += len(taken)
        return taken

    def reference(self) -> str:
        """Take a character reference and return its character, or nothing when it is plain text."""
        match = CHARACTER_REFERENCE.match(self.source, self.place)
        character = _character(match) if match else ""
        if character and match:
            self.place = match.end()
        return character


def parse_html(source: str) -> MarkedText:
    """Return the text without tags and the spans they marked; raises `MarkupError` as Telegram would."""
    reader = _Reader(source)
    while character := reader.here():
        if character == "&" and (decoded := reader.reference()):
            reader.text.append(decoded)
        elif character != "<":
            reader.text.append(character)
            reader.place += 1
        elif source[reader.place + 1 : reader.place + 2] == "/":
            _end_tag(reader)
        else:
            _start_tag(reader)
    if reader.open:
        message = f'Can\'t find end tag corresponding to start tag "{reader.open[-1].tag}"'
        raise MarkupError(message)
    text = "".join(reader.text)
    if any("\ud800" <= character <= "\udfff" for character in text):
        message = (
            "Text contains invalid Unicode characters after decoding HTML entities, "
            "check for unmatched surrogate code units"
        )
        raise MarkupError(message)
    # Outside of pre, a language of code is dropped.
    spans = [Span(kind="code", start=s.start, end=s.end) if s.kind == "code" else s for s in reader.spans]
    return MarkedText(text=text, spans=tuple(spans))


def _character(match: re.Match[str]) -> str:
    if (name := match["name"]) is not None:
        return NAMED.get(name, "")
    digits, base = (match["hex"], 16) if match["hex"] is not None else (match["dec"], 10)
    code = int(digits, base) if digits else 0
    written = len(match.group().removesuffix(";"))
    if code == 0 or code >= CODE_POINT_LIMIT or written >= LONGEST_NUMERIC:
        return ""
    return chr(code)


def _start_tag(reader: _Reader) -> None:
    begin = reader.byte(reader.place)
    reader.place += 1
    name = _lower(reader.take(TAG_NAME))
    if not reader.here():
        message = f"Unclosed start tag at byte offset {begin}"
        raise MarkupError(message)
    if name not in TAG_KINDS:
        message = f'Unsupported start tag "{name}" at byte offset {begin}'
        raise MarkupError(message)
    argument = ""
    while reader.here() != ">":
        reader.skip_spaces()
        if reader.here() == ">":
            break
        attribute, value = _attribute(reader, name, begin)
        argument = _argument(name, attribute, value, argument)
    if name == "span" and argument != "spoiler":
        message = f'Tag "span" must have class "tg-spoiler" at byte offset {begin}'
        raise MarkupError(message)
    reader.place += 1
    reader.open.append(_Open(tag=name, argument=argument, start=len(reader.text)))


def _attribute(reader: _Reader, tag: str, begin: int) -> tuple[str, str | None]:
    attribute = reader.take(ATTRIBUTE_NAME)
    if not attribute:
        message = f'Empty attribute name in the tag "{tag}" at byte offset {begin}'
        raise MarkupError(message)
    reader.skip_spaces()
    if not reader.here():
        message = f'Unclosed start tag "{tag}" at byte offset {begin}'
        raise MarkupError(message)
    if reader.here() != "=":
        return attribute, None
    reader.place += 1
    reader.skip_spaces()
    if not reader.here():
        message = f'Unclosed start tag "{tag}" at byte offset {begin}'
        raise MarkupError(message)
    value = _quoted(reader) if reader.here() in "'\"" else _token(reader)
    if not reader.here():
        message = f"Unclosed start tag at byte offset {begin}"
        raise MarkupError(message)
    return attribute, value


def _token(reader: _Reader) -> str:
    begin = reader.byte(reader.place)
    value = _lower(reader.take(NAME_TOKEN))
    following = reader.here()
    if following and following not in SPACES and following != ">":
        message = f"Unexpected end of name token at byte offset {begin}"
        raise MarkupError(message)
    return value


def _quoted(reader: _Reader) -> str:
    quote = reader.here()
    reader.place += 1
    value: list[str] = []
    while (character := reader.here()) and character != quote:
        if character == "&" and (decoded := reader.reference()):
            value.append(decoded)
        else:
            value.append(character)
            reader.place += 1
    reader.place += 1
    return "".join(value)


def _argument(tag: str, attribute: str, value: str | None, before: str) -> str:
    if tag == "blockquote" and attribute == "expandable":
        return "expandable"
    if value is None:
        return before
    if (tag, attribute) in {("a", "href"), ("tg-emoji", "emoji-id")}:
        return value
    if (tag, attribute) == ("code", "class") and value.startswith("language-"):
        return value.removeprefix("language-")
    if (tag, attribute) == ("span", "class") and value.startswith("tg-"):
        return value.removeprefix("tg-")
    return before


def _end_tag(reader: _Reader) -> None:
    begin = reader.byte(reader.place)
    if not reader.open:
        message = f"Unexpected end tag at byte offset {begin}"
        raise MarkupError(message)
    reader.place += 2
    name = _lower(reader.take(TAG_NAME))
    reader.skip_spaces()
    if reader.here() != ">":
        message = f"Unclosed end tag at byte offset {begin}"
        raise MarkupError(message)
    expected = reader.open[-1].tag
    if name not in {"", expected}:
        message = f'Unmatched end tag at byte offset {begin}, expected "</{expected}>", found "</{name}>"'
        raise MarkupError(message)
    reader.place += 1
    _close(reader, reader.open.pop())


def _close(reader: _Reader, opened: _Open) -> None:
    end = len(reader.text)
    if end == opened.start:
        return
    span = _span(reader, opened, end)
    previous = reader.spans[-1] if reader.spans else None
    same_place = previous is not None and (previous.start, previous.end) == (opened.start, end)
    if previous and same_place and span and {previous.kind, span.kind} == {"code", "pre"}:
        # <pre><code class="language-x"> and its reverse are one block of code with a language.
        language = previous.argument or span.argument
        if language:
            reader.spans[-1] = Span(kind="pre", start=opened.start, end=end, argument=language)
            return
    if span:
        reader.spans.append(span)


def _span(reader: _Reader, opened: _Open, end: int) -> Span | None:
    kind, argument = TAG_KINDS[opened.tag], opened.argument
    if kind == "text_link":
        target = argument or "".join(reader.text[opened.start : end])
        user = user_of_link(target)
        if user is not None:
            return Span(kind="text_mention", start=opened.start, end=end, argument=str(user))
        address = checked_address(target)
        return Span(kind=kind, start=opened.start, end=end, argument=address) if address else None
    if kind == "custom_emoji" and (not re.fullmatch(r"-?[0-9]{1,19}", argument) or int(argument) == 0):
        message = "Invalid custom emoji identifier specified"
        raise MarkupError(message)
    if kind == "blockquote" and argument:
        return Span(kind="expandable_blockquote", start=opened.start, end=end)
    kept = argument if kind in {"custom_emoji", "code"} else ""
    return Span(kind=kind, start=opened.start, end=end, argument=kept)


def _lower(text: str) -> str:
    # TDLib lowers ASCII letters only.
    return "".join(chr(ord(c) + 32) if "A" <= c <= "Z" else c for c in text)
