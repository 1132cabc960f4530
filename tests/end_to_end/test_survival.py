"""Nothing is lost, whatever breaks: each fault once; `python -m tests.end_to_end.faults` tries each again and again."""

from pathlib import Path

import pytest

from tests.end_to_end.faults import FAULTS, FULL, SHORT, Fault, endure, main


@pytest.mark.timeout(300)
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_every_question_is_answered_in_spite_of(fault: Fault, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """Every question is answered, in order, and no more replies are repeated than were in flight."""
    length = FULL if request.config.getoption("--full-length", default=False) else SHORT
    outcome = endure(fault, tmp_path / "run", length)
    assert outcome.faultless, outcome


def test_table_has_a_row_for_each_fault(capsys: pytest.CaptureFixture[str]) -> None:
    """The command prints what was sent, answered, lost, repeated and in flight."""
    assert main(["--times", "1", "duplicates"]) == 0
    assert "| duplicates | 1 | 150 | 150 | 0 | 0 | 0 | 0 | 0 |" in capsys.readouterr().out
