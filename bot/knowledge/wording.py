"""Answer templates: plain text, placeholders in braces, and one bracketed run that is emphasised.

A template is parsed and checked when it is loaded, so that filling it cannot fail later. It may
hold no digit and no number word: every number arrives through a placeholder.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_PART = re.compile(r"\{([^{}\[\]]*)\}|([\[\]{}])|([^\[\]{}]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A run of a template: literal text, or the name of a placeholder; never both."""

    text: str = ""
    placeholder: str = ""
    emphasised: bool = False


class TemplateError(ValueError):
    """A template that can't be filled; the message says what is wrong with it."""


def parse_template(template: str) -> tuple[Part, ...]:
    """Return the template's parts in order, or raise TemplateError on stray or nested brackets."""
    parts: list[Part] = []
    emphasised = False
    for match in _PART.finditer(template):
        placeholder, bracket, text = match.groups()
        if bracket in ("{", "}"):
            message = f"a stray {bracket!r} at character {match.start() + 1}"
            raise TemplateError(message)
        if bracket is not None:
            if (bracket == "[") == emphasised:
                message = f"an unbalanced {bracket!r} at character {match.start() + 1}"
                raise TemplateError(message)
            emphasised = not emphasised
        elif text is not None:
            parts.append(Part(text=text, emphasised=emphasised))
        else:
            parts.append(Part(placeholder=placeholder, emphasised=emphasised))
    if emphasised:
        message = "the bracket '[' is never closed"
        raise TemplateError(message)
    return tuple(parts)


def placeholders(parts: Iterable[Part]) -> frozenset[str]:
    """Return the names of the placeholders among the parts."""
    return frozenset(part.placeholder for part in parts if part.placeholder)


def fill(parts: Iterable[Part], values: Mapping[str, str]) -> tuple[Part, ...]:
    """Return the parts with every placeholder replaced by its value."""
    return tuple(
        Part(text=values[part.placeholder], emphasised=part.emphasised) if part.placeholder else part for part in parts
    )
