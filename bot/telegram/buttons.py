"""The buttons under a message: how they look, and what the data of a pressed one means.

Telegram takes 1 to 64 bytes of data, and a client may send any bytes it likes.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.answering.reply import Reply
from bot.knowledge.model import Knowledge

LONGEST_DATA = 64
ENTRY, HASHED, NONE, LANGUAGE = "e:", "h:", "n", "l:"
HASH_LENGTH = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowEntry:
    """Show the answer of this entry."""

    entry: str


@dataclass(frozen=True, slots=True)
class NoneOfThese:
    """None of the offered choices was meant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChooseLanguage:
    """Answer this user in this language from now on; None is automatic."""

    language: str | None


@dataclass(frozen=True, slots=True)
class Outdated:
    """Data that this version of the knowledge does not know, or that was made up."""


Pressed: TypeAlias = ShowEntry | NoneOfThese | ChooseLanguage | Outdated


def read_data(data: str | None, knowledge: Knowledge) -> Pressed:
    """Return what a button with this data asks for."""
    if data == NONE:
        return NoneOfThese()
    kind, rest = (data or "")[:2], (data or "")[2:]
    if kind == ENTRY and rest in knowledge.entries:
        return ShowEntry(entry=rest)
    if kind == HASHED:
        found = next((entry for entry in sorted(knowledge.entries) if _hash(entry) == rest), None)
        return ShowEntry(entry=found) if found else Outdated()
    if kind == LANGUAGE and (not rest or rest in knowledge.languages):
        return ChooseLanguage(language=rest or None)
    return Outdated()


def entry_data(entry: str) -> str:
    """Return the data of a button that shows the entry; a long id goes as a part of its hash."""
    data = ENTRY + entry
    return data if len(data.encode()) <= LONGEST_DATA else HASHED + _hash(entry)


def reply_keyboard(reply: Reply, knowledge: Knowledge) -> InlineKeyboardMarkup | None:
    """Return a button for each choice and a way out of them, and one for what an answer is related to."""
    picks = [choice for choice in (*reply.choices, *(answer.related for answer in reply.answers)) if choice]
    rows = [(choice.label, entry_data(choice.citation.entry)) for choice in picks]
    if reply.choices:
        rows.append((knowledge.messages[reply.language].none_of_these, NONE))
    return _keyboard(dict.fromkeys(rows))


def language_keyboard(knowledge: Knowledge, language: str) -> InlineKeyboardMarkup | None:
    """Return a button for each language under its own name, and one for automatic, named in this language."""
    rows = [(knowledge.messages[tag].name, LANGUAGE + tag) for tag in knowledge.languages]
    return _keyboard([*rows, ("🌐 " + knowledge.messages[language].language_automatic_label, LANGUAGE)])


def offered_entries(keyboard: InlineKeyboardMarkup | None, knowledge: Knowledge) -> tuple[str, ...]:
    """Return the entries that a message's buttons show, from the first to the last."""
    rows = keyboard.inline_keyboard if keyboard is not None else ()
    data = [button.callback_data for row in rows for button in row]
    pressed = [read_data(each, knowledge) for each in data if isinstance(each, str)]
    return tuple(each.entry for each in pressed if isinstance(each, ShowEntry))


def _keyboard(rows: Iterable[tuple[str, str]]) -> InlineKeyboardMarkup | None:
    buttons = [[InlineKeyboardButton(label, callback_data=data)] for label, data in rows]
    return InlineKeyboardMarkup(buttons) if buttons else None


def _hash(entry: str) -> str:
    return hashlib.sha256(entry.encode()).hexdigest()[:HASH_LENGTH]
