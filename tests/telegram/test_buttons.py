"""Buttons: their data, within Telegram's limit, and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.conversation import Asker
from bot.answering.engine import Engine
from bot.telegram.buttons import (
    LONGEST_DATA,
    ChooseLanguage,
    NoneOfThese,
    Outdated,
    Pressed,
    ShowEntry,
    entry_data,
    language_keyboard,
    read_data,
    reply_keyboard,
)
from tests.telegram.lighthouse import LONG_ENTRY


@pytest.mark.parametrize("entry", ["tower-height", LONG_ENTRY])
def test_data_of_an_entry_leads_back_to_it(lighthouse: Engine, entry: str) -> None:
    """The data of a button, however long the id, is read back as the entry."""
    assert len(entry_data(entry).encode()) <= LONGEST_DATA
    assert read_data(entry_data(entry), lighthouse.knowledge) == ShowEntry(entry=entry)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("n", NoneOfThese()),
        ("l:ar", ChooseLanguage(language="ar")),
        ("l:", ChooseLanguage(language=None)),
        ("l:fr", Outdated()),
        ("e:gone", Outdated()),
        ("e:", Outdated()),
        ("h:", Outdated()),
        ("h:0123", Outdated()),
        ("nn", Outdated()),
        ("", Outdated()),
        (None, Outdated()),
    ],
)
def test_data(lighthouse: Engine, data: str | None, expected: Pressed) -> None:
    """Known data is read as what it asks for, everything else as outdated."""
    assert read_data(data, lighthouse.knowledge) == expected


@given(data=st.text())
def test_made_up_data_never_raises(lighthouse: Engine, data: str) -> None:
    """Whatever a client makes up is read as something."""
    read_data(data, lighthouse.knowledge)


def test_choices_come_with_a_way_out(lighthouse: Engine) -> None:
    """Each choice is a row, the last row says that none is meant."""
    reply = lighthouse.ask("visitors", Asker(language_code="en")).reply
    keyboard = reply_keyboard(reply, lighthouse.knowledge)
    assert keyboard is not None
    rows = [[(button.text, button.callback_data) for button in row] for row in keyboard.inline_keyboard]
    assert rows == [
        [("Visitors aimed for", "e:visitors-goal")],
        [("Visitors at present", "e:visitors-now")],
        [("None of these", "n")],
    ]


def test_reply_without_choices_or_relations_has_no_buttons(lighthouse: Engine) -> None:
    """A plain answer has no keyboard."""
    reply = lighthouse.ask("How high is the tower?", Asker()).reply
    assert reply_keyboard(reply, lighthouse.knowledge) is None


def test_languages_are_offered_under_their_own_names(lighthouse: Engine) -> None:
    """The menu of languages names each in itself, and automatic in the asker's language."""
    keyboard = language_keyboard(lighthouse.knowledge, "en")
    assert keyboard is not None
    assert [row[0].text for row in keyboard.inline_keyboard] == ["English", "العربية", "🌐 Auto"]
