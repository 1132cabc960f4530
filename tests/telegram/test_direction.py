"""Writing directions: marks and isolates where they are needed, and nowhere else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.telegram.direction import is_right_to_left, isolated_runs, opening_mark, without_controls

FSI, PDI, LRM, RLM = "\u2068", "\u2069", "\u200e", "\u200f"


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ([""], False),
        (["43 %"], False),
        (["The tower"], False),
        (["البرج"], True),
        (["Jinchuan", " مجموعة كبيرة جداً"], True),
        (["שלום"], True),
        (["高度"], False),
    ],
)
def test_direction_is_that_of_most_letters(texts: list[str], expected: bool) -> None:  # noqa: FBT001 - a column
    """A text is right-to-left when most of its letters are; digits and signs do not count."""
    assert is_right_to_left(texts) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("بلغ 40% منها", f"بلغ {FSI}40%{PDI} منها", id="figure with its sign"),
        pytest.param(
            "شركة Jinchuan Group Co. هنا", f"شركة {FSI}Jinchuan Group Co{PDI}. هنا", id="name of several words"
        ),
        pytest.param("في 2016-20 فقط", f"في {FSI}2016-20{PDI} فقط", id="span of years"),
        pytest.param("اكتب /ask بعد", f"اكتب {FSI}/ask{PDI} بعد", id="command"),
        pytest.param("راسل @nickel_bot الآن", f"راسل {FSI}@nickel_bot{PDI} الآن", id="user name"),
        pytest.param("نحو $31 million فقط", f"نحو {FSI}$31 million{PDI} فقط", id="currency"),
        pytest.param("بلا أرقام", "بلا أرقام", id="nothing to isolate"),
    ],
)
def test_latin_runs_are_isolated_whole(text: str, expected: str) -> None:
    """In right-to-left text a figure, a Latin name and a command are isolated with what belongs to them."""
    assert isolated_runs(text) == expected


@pytest.mark.parametrize(
    ("text", "right_to_left", "expected"),
    [
        ("Jinchuan هي", True, RLM),
        ("مجموعة", True, ""),
        ("• مجموعة", True, ""),
        ("43 %", True, RLM),
        ("", True, ""),
        ("  ", True, ""),
        ("The tower", False, ""),
        ("مجموعة is a group", False, LRM),
        ("43 %", False, ""),
    ],
)
def test_line_that_would_flip_gets_a_mark(text: str, right_to_left: bool, expected: str) -> None:  # noqa: FBT001
    """A line whose first letter runs against the text is opened with a mark of the text's direction."""
    assert opening_mark(text, right_to_left=right_to_left) == expected


@given(st.text())
def test_isolates_are_balanced_and_add_nothing_else(text: str) -> None:
    """Isolating only adds pairs of isolates."""
    clean = without_controls(text)
    shown = isolated_runs(clean)
    assert shown.count(FSI) == shown.count(PDI)
    assert without_controls(shown) == clean
