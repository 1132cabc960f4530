"""The server in a thread of its own, for tests that are not async."""

from __future__ import annotations

import asyncio
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.botapi.server import DEFAULT_TOKEN, BotApiServer

if TYPE_CHECKING:
    from collections.abc import Iterator

THREAD_TIMEOUT = 10.0


@contextmanager
def serving(
    *,
    token: str = DEFAULT_TOKEN,
    port: int = 0,
    username: str = "nickel_test_bot",
    time_scale: float = 0.01,
) -> Iterator[BotApiServer]:
    """Run a server beside the test and stop it at the end; all its methods but the async ones may be called."""
    server = BotApiServer(token=token, port=port, username=username, time_scale=time_scale)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="bot-api-server", daemon=True)
    thread.start()
    try:
        asyncio.run_coroutine_threadsafe(server.start(), loop).result(THREAD_TIMEOUT)
        try:
            yield server
        finally:
            asyncio.run_coroutine_threadsafe(server.stop(), loop).result(THREAD_TIMEOUT)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(THREAD_TIMEOUT)
        loop.close()
