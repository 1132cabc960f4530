"""Tells whether the bot is well: over HTTP for whoever watches it, and the question a watcher asks."""

import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException

from aiohttp import web

PATH = "/health"
QUIET_FOR = 90.0
"""Seconds without a word from Telegram after which the bot is not well: three long polls."""
PROBE_TIMEOUT = 4.0


class ListenError(Exception):
    """The bot can't listen where BOT_LISTEN says."""

    def __init__(self, listen: str, reason: str) -> None:
        """Keep both for the operator."""
        super().__init__(f"BOT_LISTEN: can't listen at {listen} ({reason}); choose another port")


class Pulse:
    """When Telegram was last heard of, by any steady clock."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """Start as if it were just now."""
        self._clock = clock
        self._last = clock()

    def beat(self) -> None:
        """Note that Telegram has just answered."""
        self._last = self._clock()

    @property
    def silence(self) -> float:
        """How many seconds ago Telegram last answered."""
        return self._clock() - self._last


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What a watcher is told."""

    is_well: bool
    facts: Mapping[str, str | float]


@asynccontextmanager
async def serving(listen: str | None, examine: Callable[[], Health]) -> AsyncIterator[None]:
    """Answer watchers at `host:port` meanwhile; at None nobody is answered. Raises ListenError."""
    if listen is None:
        yield
        return

    async def answer(request: web.Request) -> web.Response:
        del request
        health = examine()
        return web.json_response({"well": health.is_well, **health.facts}, status=200 if health.is_well else 503)

    application = web.Application()
    application.router.add_get(PATH, answer)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, *split_listen(listen)).start()
        except OSError as error:
            raise ListenError(listen, error.strerror or type(error).__name__) from error
        yield
    finally:
        await runner.cleanup()


def ask_health(listen: str) -> Health:
    """Return what the bot that listens at `host:port` says of itself; one that does not answer is not well."""
    host, port = split_listen(listen)
    connection = HTTPConnection(host, port, timeout=PROBE_TIMEOUT)
    try:
        connection.request("GET", PATH)
        answer = connection.getresponse()
        facts = json.loads(answer.read())
        return Health(is_well=answer.status == web.HTTPOk.status_code, facts=facts)
    except (OSError, HTTPException, ValueError) as error:
        return Health(is_well=False, facts={"error": f"no answer at {listen} ({type(error).__name__})"})
    finally:
        connection.close()


def split_listen(listen: str) -> tuple[str, int]:
    """Return the host and the port of `host:port`; an IPv6 host stands in brackets there, and without here."""
    host, _, port = listen.rpartition(":")
    return host.strip("[]"), int(port)
