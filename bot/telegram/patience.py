"""Tries again while Telegram is away, waiting longer each time, and logs an outage once."""

import random
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from typing import TypeVar

import structlog
from telegram.error import BadRequest, NetworkError, RetryAfter

FIRST_PAUSE = 0.2
LONGEST_PAUSE = 5.0
"""Seconds; the pause doubles from the first to the longest."""

_Result = TypeVar("_Result")
_log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


class Patience:
    """Makes calls that may fail for a while; `what` names them in the log."""

    def __init__(
        self,
        what: str,
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
        give_up_after: float | None = None,
    ) -> None:
        """Start in the belief that Telegram is there. `clock` is any steady one, in seconds."""
        self._what = what
        self._clock = clock
        self._sleep = sleep
        self._give_up_after = give_up_after
        self._away_since: float | None = None

    async def call(self, call: Callable[[], Awaitable[_Result]]) -> _Result:
        """Return the call's result once it works.

        Raises what is no matter of waiting at once, and a NetworkError after `give_up_after` seconds.
        """
        started = self._clock()
        pauses = pauses_between_tries()
        while True:
            try:
                result = await call()
            except BadRequest:
                raise
            except RetryAfter as error:
                await self._sleep(seconds_of(error))
            except NetworkError as error:
                self._note_failure(error)
                if self._give_up_after is not None and self._clock() - started > self._give_up_after:
                    raise
                await self._sleep(next(pauses))
            else:
                self._note_success()
                return result

    async def rest(self, seconds: float) -> None:
        """Wait as between two tries."""
        await self._sleep(seconds)

    def _note_failure(self, error: NetworkError) -> None:
        if self._away_since is None:
            self._away_since = self._clock()
            _log.warning("Telegram is away, trying again", call=self._what, kind=type(error).__name__, error=str(error))

    def _note_success(self) -> None:
        if self._away_since is not None:
            seconds = round(self._clock() - self._away_since, 1)
            self._away_since = None
            _log.info("Telegram is back", call=self._what, seconds=seconds)


def pauses_between_tries() -> Iterator[float]:
    """Yield growing pauses, each shortened by chance so that many waiting calls do not come at once."""
    pause = FIRST_PAUSE
    while True:
        yield pause * random.uniform(0.5, 1)  # noqa: S311 - spreads load, protects nothing
        pause = min(2 * pause, LONGEST_PAUSE)


def seconds_of(error: RetryAfter) -> float:
    """Return how long Telegram asks to wait."""
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
