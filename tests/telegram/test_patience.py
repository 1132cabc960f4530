"""Trying again while Telegram is away."""

import asyncio
from collections.abc import Sequence
from itertools import islice

import pytest
from structlog.testing import capture_logs
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError, TimedOut
from telegram.warnings import PTBDeprecationWarning

from bot.telegram.patience import LONGEST_PAUSE, Patience, pauses_between_tries, seconds_of


class Weather:
    """A clock that sleeping moves, and a call that fails as told."""

    def __init__(self, failures: Sequence[TelegramError]) -> None:
        """Fail with these, then work."""
        self.now = 0.0
        self.slept: list[float] = []
        self._failures = list(failures)

    async def sleep(self, seconds: float) -> None:
        """Let the time pass at once."""
        self.slept.append(seconds)
        self.now += seconds

    async def call(self) -> str:
        """Fail as told, then work."""
        if self._failures:
            raise self._failures.pop(0)
        return "done"

    def patience(self, give_up_after: float | None = None) -> Patience:
        """Return a patience that lives by this clock."""
        return Patience("test", clock=lambda: self.now, sleep=self.sleep, give_up_after=give_up_after)


@pytest.fixture(autouse=True)
def _timedeltas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


def test_outage_is_waited_for_and_logged_once() -> None:
    """A call is made until it works; the outage has one line at its begin and one at its end."""
    weather = Weather([NetworkError("x"), TimedOut(), NetworkError("y")])
    with capture_logs() as logs:
        assert asyncio.run(weather.patience().call(weather.call)) == "done"
    assert [line["event"] for line in logs] == ["Telegram is away, trying again", "Telegram is back"]
    assert len(weather.slept) == 3


def test_retry_after_is_obeyed() -> None:
    """When Telegram says how long to wait, it is waited so long, and that is no outage."""
    weather = Weather([RetryAfter(7)])
    with capture_logs() as logs:
        asyncio.run(weather.patience().call(weather.call))
    assert weather.slept == [7.0]
    assert logs == []


@pytest.mark.parametrize("error", [BadRequest("x"), Forbidden("x")])
def test_refusals_are_no_matter_of_waiting(error: TelegramError) -> None:
    """What Telegram refuses is raised at once."""
    weather = Weather([error])
    with pytest.raises(type(error)):
        asyncio.run(weather.patience().call(weather.call))
    assert weather.slept == []


def test_patience_has_an_end() -> None:
    """After the given time the failure is raised."""
    weather = Weather([NetworkError("x")] * 1000)
    with pytest.raises(NetworkError):
        asyncio.run(weather.patience(give_up_after=60).call(weather.call))
    assert 60 < weather.now < 60 + 2 * LONGEST_PAUSE


def test_pauses_grow_up_to_the_longest() -> None:
    """Pauses double, shortened by chance by up to a half, and stay below the longest."""
    pauses = list(islice(pauses_between_tries(), 30))
    assert 0.1 <= pauses[0] <= 0.2
    assert max(pauses) <= LONGEST_PAUSE
    assert min(pauses[10:]) >= LONGEST_PAUSE / 2


def test_wait_is_read_as_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wait is understood as a number as well as a timedelta."""
    assert seconds_of(RetryAfter(3)) == 3.0
    monkeypatch.delenv("PTB_TIMEDELTA")
    with pytest.warns(PTBDeprecationWarning, match="retry_after"):
        error = RetryAfter(3)
    with pytest.warns(PTBDeprecationWarning, match="retry_after"):
        assert seconds_of(error) == 3.0
