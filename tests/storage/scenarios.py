"""Scenarios that run in an event loop of their own, within a deadline."""

import asyncio
from collections.abc import Coroutine
from typing import TypeVar

DEADLINE = 20.0
BOT = 1
_Result = TypeVar("_Result")


class Clock:
    """A clock that a test sets."""

    def __init__(self, now: float) -> None:
        """Start at this second."""
        self.now = now

    def __call__(self) -> float:
        """Return the second it is."""
        return self.now


def run(scenario: Coroutine[object, object, _Result]) -> _Result:
    """Return what the scenario returns; it may not take long."""
    return asyncio.run(_within(scenario))


async def _within(scenario: Coroutine[object, object, _Result]) -> _Result:
    async with asyncio.timeout(DEADLINE):
        return await scenario
