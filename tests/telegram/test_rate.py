"""The rate limit."""

import pytest

from bot.telegram.rate import WINDOW, RateLimit, Verdict

PASS, ALOUD, SILENT = Verdict.PASS, Verdict.REFUSED_ALOUD, Verdict.REFUSED_SILENTLY


@pytest.mark.parametrize(
    ("limit", "times", "expected"),
    [
        pytest.param(2, [0, 1, 2, 3], [PASS, PASS, ALOUD, SILENT], id="one word, then silence"),
        pytest.param(2, [0, 1, WINDOW], [PASS, PASS, PASS], id="a minute later the first is forgotten"),
        pytest.param(2, [0, 1, WINDOW - 0.1], [PASS, PASS, ALOUD], id="just before a minute it is not"),
        pytest.param(1, [0, 1, WINDOW, WINDOW + 1], [PASS, ALOUD, PASS, ALOUD], id="a new row has a word again"),
        pytest.param(1, [0, 5, 10, WINDOW], [PASS, ALOUD, SILENT, PASS], id="refused questions do not count"),
        pytest.param(0, [0, 0, 0], [PASS, PASS, PASS], id="zero is no limit"),
        pytest.param(1, [100, 50], [PASS, ALOUD], id="a clock that was set back"),
    ],
)
def test_verdicts(limit: int, times: list[float], expected: list[Verdict]) -> None:
    """In any minute so many questions pass; the first refusal of a row is told."""
    rate = RateLimit(limit)
    assert [rate.check(1, at) for at in times] == expected
    assert rate.refused == sum(verdict is not PASS for verdict in expected)


def test_users_do_not_share_a_limit() -> None:
    """One user's questions do not count for another."""
    rate = RateLimit(1)
    assert [rate.check(user, 0) for user in (1, 2, 1)] == [PASS, PASS, ALOUD]


def test_memory_is_bounded() -> None:
    """Who was silent longest is forgotten first."""
    rate = RateLimit(1, capacity=2)
    assert [rate.check(user, 0) for user in (1, 2, 1, 3, 2, 1)] == [PASS, PASS, ALOUD, PASS, PASS, PASS]
