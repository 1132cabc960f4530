"""getUpdates: long polling, acknowledging by offset, and the 409 of two pollers."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tests.botapi.refusals import RefusedError, conflict

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.botapi.api import Api
    from tests.botapi.json_fields import JsonValue
    from tests.botapi.parameters import Parameters

LONGEST_POLL = 50
MOST_UPDATES = 100
# Updates that come close together travel in one answer.
GATHERING = 0.002
# The pauses with which the real server slows down a bot that polls twice or asks the same again.
CONFLICT_PAUSE = 3.0
SAME_OFFSET_PAUSE = 3.0
SAME_OFFSET_HASTE = 0.5
OTHER_POLLER = "terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK_ACTIVE = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
WEBHOOK_CAME = "terminated by setWebhook request"


class Polling:
    """The one poll that may wait; lives in the server's event loop."""

    def __init__(self, api: Api, *, time_scale: float, webhook_is_set: Callable[[], bool]) -> None:
        """`time_scale` shortens the server's own pauses, not the timeout a bot asks for."""
        self._api = api
        self._scale = time_scale
        self._webhook_is_set = webhook_is_set
        self._waiting: asyncio.Future[None] | None = None
        self._next_conflict = 0.0
        self._previous_offset: int | None = None
        self._previous_start = float("-inf")
        self.offsets: list[int] = []

    async def get_updates(self, parameters: Parameters) -> JsonValue:
        """Return the next updates, waiting for one as long as the bot asks."""
        if self._webhook_is_set():
            await self._pause_for_conflict()
            raise conflict(WEBHOOK_ACTIVE)
        offset = parameters.integer("offset", 0)
        limit = parameters.integer("limit", MOST_UPDATES, lowest=1, highest=MOST_UPDATES)
        timeout = float(parameters.integer("timeout", 0, lowest=0, highest=LONGEST_POLL))
        if parameters.text("allowed_updates"):
            self._allow(parameters)
        timeout, limit = self._slowed(offset, timeout, limit)
        self.offsets.append(offset)
        updates = self._api.updates.take(offset, limit)
        if not updates and timeout > 0:
            await self._wait(timeout)
            # A negative offset has done its work; doing it again would drop what came meanwhile.
            updates = self._api.updates.take(max(offset, 0), limit)
        return [update.to_json() for update in updates]

    def wake(self) -> None:
        """End the waiting a moment after an update came."""
        waiting = self._waiting
        if waiting is not None:
            waiting.get_loop().call_later(GATHERING, _finish, waiting)

    def end(self, reason: RefusedError) -> None:
        """End the waiting poll with a refusal."""
        waiting, self._waiting = self._waiting, None
        if waiting is not None and not waiting.done():
            waiting.set_exception(reason)

    def end_for_webhook(self) -> None:
        """End the waiting poll because a webhook was set."""
        self.end(conflict(WEBHOOK_CAME))

    def abandon(self) -> None:
        """Let the waiting poll finish empty, because nobody can be answered any more."""
        if self._waiting is not None:
            _finish(self._waiting)

    async def _wait(self, timeout: float) -> None:  # noqa: ASYNC109 - the bot names its timeout
        self.end(conflict(OTHER_POLLER))
        waiting = asyncio.get_running_loop().create_future()
        self._waiting = waiting
        try:
            async with asyncio.timeout(timeout):
                await waiting
        except TimeoutError:
            return
        except RefusedError:
            await self._pause_for_conflict()
            raise
        finally:
            if self._waiting is waiting:
                self._waiting = None

    def _allow(self, parameters: Parameters) -> None:
        try:
            kinds = parameters.decoded("allowed_updates", "")
        except RefusedError:
            # The real server ignores a list it cannot read.
            return
        self._api.updates.allow(kinds)

    def _slowed(self, offset: int, timeout: float, limit: int) -> tuple[float, int]:
        now = asyncio.get_running_loop().time()
        since = now - self._previous_start
        if offset == self._previous_offset:
            if timeout < SAME_OFFSET_PAUSE * self._scale and since < SAME_OFFSET_PAUSE * self._scale:
                timeout = SAME_OFFSET_PAUSE * self._scale
            if since < SAME_OFFSET_HASTE * self._scale:
                limit = 1
        self._previous_offset, self._previous_start = offset, now
        return timeout, limit

    async def _pause_for_conflict(self) -> None:
        now = asyncio.get_running_loop().time()
        pause = CONFLICT_PAUSE * self._scale
        if now < self._next_conflict:
            await asyncio.sleep(pause)
        else:
            self._next_conflict = now + pause


def _finish(waiting: asyncio.Future[None]) -> None:
    if not waiting.done():
        waiting.set_result(None)
