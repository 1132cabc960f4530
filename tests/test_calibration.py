"""Limits are chosen by measurement, and written with the figures they come from."""

from decimal import Decimal
from pathlib import Path

import pytest
import tomli

from bot.answering.engine import Engine
from bot.calibration import Trial, TrialError, calibrate, measure, read_trials, write_limits
from bot.knowledge.loading import load_knowledge

TRIALS = (
    Trial(question="How much nickel does Jinchuan produce?", lang="en", expect=("nickel-output",)),
    Trial(question="How thick is the tearable nickel strip?", lang="en", expect=("strip-thickness",)),
    Trial(question="How much zinc does Jinchuan produce?", lang="en", expect=()),
)


def test_a_limit_is_measured_by_answers_right_and_wrong(engine: Engine) -> None:
    """Each trial counts once: answered when all that is said was expected, wrong when something was not."""
    measured = measure(engine, TRIALS, Decimal("0.75"))
    assert (measured.answerable, measured.answered, measured.replied, measured.wrong) == (2, 2, 2, 0)
    assert measured.precision == 1.0


def test_a_limit_of_its_own_belongs_to_each_language(engine: Engine, folder: Path) -> None:
    """The chosen limits are written for the languages that have trials, and read back."""
    chosen = calibrate(engine, TRIALS, 0.99)
    assert set(chosen) == {"en"}
    limits = write_limits(folder, engine.knowledge.limits, chosen, 0.99)
    assert limits.of("en").answer == chosen["en"].limit
    assert limits.of("ar").answer == engine.knowledge.limits.answer
    assert load_knowledge(folder).limits == limits
    assert tomli.loads((folder / "limits.toml").read_text(encoding="utf-8"))["languages"].keys() == {"en"}


def test_a_line_that_is_no_trial_is_told_with_its_place(tmp_path: Path) -> None:
    """The file and the line of a broken trial are named."""
    path = tmp_path / "trials.jsonl"
    path.write_text('{"question": "a", "lang": "en", "expect": []}\n{"question": 3}\n', encoding="utf-8")
    with pytest.raises(TrialError, match=r"trials\.jsonl:2"):
        list(read_trials([path]))
