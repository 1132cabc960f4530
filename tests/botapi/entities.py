"""What Telegram finds in a plain text by itself: mentions, commands, hashtags and addresses."""

from __future__ import annotations

import re

from tests.botapi.addresses import checked_address
from tests.botapi.spans import Span, in_order

# The ends of addresses without a scheme that are taken for links; Telegram has a longer list.
DOMAIN_ENDS = "com|org|net|info|io|me|cn|ru|fr|es|de|uk|edu|gov|int|example|eu|ai|dev"
PATTERNS = (
    ("url", re.compile(r"(?<![\w@./])https?://[^\s<>\"]+", re.IGNORECASE)),
    ("email", re.compile(r"(?<![\w.+-])[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?!\w)")),
    (
        "url",
        re.compile(rf"(?<![\w@./])(?:[A-Za-z0-9-]+\.)+(?:{DOMAIN_ENDS})(?![\w-])(?:/[^\s<>\"]*)?", re.IGNORECASE),
    ),
    ("mention", re.compile(r"(?<![\w@])@[A-Za-z][A-Za-z0-9_]{2,31}(?![A-Za-z0-9_])")),
    ("bot_command", re.compile(r"(?<![\w/<>@])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z][A-Za-z0-9_]{2,31})?(?![\w/<>@])")),
    ("hashtag", re.compile(r"(?<![\w#])#(?=\w*[^\W\d])\w{1,256}(?![\w#])")),
    ("cashtag", re.compile(r"(?<![\w$])\$[A-Z]{1,8}(?![\w$])")),
)
TRAILING = ".,:;!?'\u201d\u00bb)"


def find_spans(text: str) -> tuple[Span, ...]:
    """Return the spans Telegram marks in a plain text, none over another."""
    found: list[Span] = []
    for kind, pattern in PATTERNS:
        for match in pattern.finditer(text):
            end = _end_of(kind, match)
            taken = any(match.start() < span.end and span.start < end for span in found)
            if not taken and (kind != "url" or checked_address(text[match.start() : end])):
                found.append(Span(kind=kind, start=match.start(), end=end))
    return tuple(in_order(found))


def _end_of(kind: str, match: re.Match[str]) -> int:
    if kind != "url":
        return match.end()
    return match.start() + len(match.group().rstrip(TRAILING))
