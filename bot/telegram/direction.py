"""Keeps text of two writing directions readable: marks and isolates, added for display only."""

import re
import unicodedata
from collections.abc import Iterable

FIRST_STRONG_ISOLATE = "\u2068"
POP_ISOLATE = "\u2069"
LEFT_TO_RIGHT_MARK = "\u200e"
RIGHT_TO_LEFT_MARK = "\u200f"

_RIGHT_TO_LEFT = frozenset({"R", "AL"})
_STRONG = _RIGHT_TO_LEFT | {"L"}
_CONTROLS = str.maketrans(dict.fromkeys("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))
_LATIN = r"0-9A-Za-z_\u00c0-\u024f"
_LATIN_RUN = re.compile(rf"[/@#$€£¥]?[{_LATIN}]+(?:[ .,:/&'\u2019\-\u2013][{_LATIN}]+)*%?")
"""A Latin name, a command or a figure, with the signs that belong to it."""


def is_right_to_left(texts: Iterable[str]) -> bool:
    """Return whether most of the letters are written from right to left."""
    text = "".join(texts)
    if text.isascii():
        return False
    balance = 0
    for character in text:
        direction = unicodedata.bidirectional(character)
        if direction in _STRONG:
            balance += 1 if direction in _RIGHT_TO_LEFT else -1
    return balance > 0


def without_controls(text: str) -> str:
    """Return the text without embeddings, overrides and isolates, which could reach beyond it."""
    return text.translate(_CONTROLS)


def isolated(text: str) -> str:
    """Return the text so that its direction neither gives to nor takes from what stands around it."""
    return f"{FIRST_STRONG_ISOLATE}{text}{POP_ISOLATE}" if text.strip() else text


def isolated_runs(text: str) -> str:
    """Return right-to-left text with its Latin names and figures isolated."""
    return _LATIN_RUN.sub(lambda match: isolated(match.group()), text)


def opening_mark(text: str, *, right_to_left: bool) -> str:
    """Return the mark to put before a line that would else take the other direction, or nothing.

    Programs take a line's direction from its first letter, so that one Latin name flips an Arabic line.
    """
    for character in text:
        direction = unicodedata.bidirectional(character)
        if direction in _STRONG:
            if (direction in _RIGHT_TO_LEFT) == right_to_left:
                return ""
            return RIGHT_TO_LEFT_MARK if right_to_left else LEFT_TO_RIGHT_MARK
    return RIGHT_TO_LEFT_MARK if right_to_left and text.strip() else ""


def holds_right_to_left(text: str) -> bool:
    """Return whether any letter of the text is written from right to left."""
    return not text.isascii() and any(unicodedata.bidirectional(character) in _RIGHT_TO_LEFT for character in text)
