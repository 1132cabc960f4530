"""What the bot called: every call with its outcome, and waiting for the one a test expects."""

from __future__ import annotations

import asyncio
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.botapi.json_fields import JsonObject, JsonValue

DEADLINE = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call of the bot; `result` is what it was answered when it was not refused.

    `number` counts calls from 0. `lost` says that the call was carried out but its answer never arrived.
    """

    number: int
    method: str
    parameters: JsonObject
    time: float
    status: int
    description: str
    result: JsonValue
    lost: bool = False

    @property
    def ok(self) -> bool:
        """Say whether Telegram carried the call out."""
        return self.status == 200

    @property
    def text(self) -> str:
        """Return the text or caption of the message the call made, without markup; empty when there is none."""
        message = self.message
        return str(message.get("text", message.get("caption", "")))

    @property
    def message(self) -> JsonObject:
        """Return the message the call made or changed, empty for a call that made none."""
        is_message = isinstance(self.result, dict) and "message_id" in self.result
        return dict(self.result) if is_message else {}

    @property
    def entities(self) -> list[JsonObject]:
        """Return the spans of the message's text."""
        return list(self.message.get("entities") or self.message.get("caption_entities") or [])

    @property
    def chat_id(self) -> int | None:
        """Return the chat of the message the call made, None for a call that made none."""
        chat = self.message.get("chat")
        return int(chat["id"]) if chat else None

    @property
    def buttons(self) -> list[JsonObject]:
        """Return the inline buttons of the message, row after row."""
        rows = self.message.get("reply_markup", {}).get("inline_keyboard", [])
        return [button for row in rows for button in row]

    def marked(self, kind: str) -> list[str]:
        """Return the pieces of the text that carry this kind of entity, such as what is bold."""
        raw = self.text.encode("utf-16-le")
        spans = [(e["offset"], e["offset"] + e["length"]) for e in self.entities if e["type"] == kind]
        return [raw[2 * start : 2 * end].decode("utf-16-le") for start, end in spans]


class Journal:
    """All calls in order; getUpdates is left out, or it would drown the rest."""

    def __init__(self) -> None:
        """Start empty."""
        self._calls: list[Call] = []
        self._changed = threading.Condition()
        self._wakers: list[Callable[[], None]] = []

    def record(
        self,
        *,
        method: str,
        parameters: JsonObject,
        time: float,
        status: int,
        description: str,
        result: JsonValue,
        lost: bool,
    ) -> None:
        """Note a call and wake everyone who waits for one."""
        with self._changed:
            call = Call(
                number=len(self._calls),
                method=method,
                parameters=parameters,
                time=time,
                status=status,
                description=description,
                result=result,
                lost=lost,
            )
            self._calls.append(call)
            self._changed.notify_all()
            wakers = list(self._wakers)
        for waker in wakers:
            waker()

    @property
    def calls(self) -> list[Call]:
        """Return all calls so far."""
        with self._changed:
            return list(self._calls)

    def find(self, wanted: Callable[[Call], bool], *, since: int = 0) -> Call | None:
        """Return the first call from number `since` on that is wanted, None when there is none yet."""
        return next((call for call in self.calls[since:] if wanted(call)), None)

    def wait(self, wanted: Callable[[Call], bool], *, since: int = 0, timeout: float = DEADLINE) -> Call:
        """Block until a wanted call was made; raises `TimeoutError` naming what came instead."""
        deadline = time.monotonic() + timeout
        with self._changed:
            while True:
                found = next((call for call in self._calls[since:] if wanted(call)), None)
                if found is not None:
                    return found
                left = deadline - time.monotonic()
                if left <= 0 or not self._changed.wait(left):
                    raise TimeoutError(self._what_came(since, timeout))

    async def wait_async(  # the deadline is an argument as in `wait`, so that both read alike
        self,
        wanted: Callable[[Call], bool],
        *,
        since: int = 0,
        timeout: float = DEADLINE,  # noqa: ASYNC109
    ) -> Call:
        """Do what `wait` does without blocking the event loop, so that the server may run in the same one."""
        loop = asyncio.get_running_loop()
        changed = asyncio.Event()

        def wake() -> None:
            loop.call_soon_threadsafe(changed.set)

        self._wakers.append(wake)
        try:
            async with asyncio.timeout(timeout):
                while True:
                    changed.clear()
                    found = self.find(wanted, since=since)
                    if found is not None:
                        return found
                    await changed.wait()
        except TimeoutError as error:
            raise TimeoutError(self._what_came(since, timeout)) from error
        finally:
            self._wakers.remove(wake)

    def _what_came(self, since: int, timeout: float) -> str:
        came = [f"{call.method} {call.status} {call.description or call.text}" for call in self._calls[since:]]
        return f"no such call within {timeout} s; since number {since} came: {came or 'nothing'}"
