"""Webhooks: setting them, and delivering updates by POST until the bot takes them."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import aiohttp

from tests.botapi.parameters import Parameters, values_of_json
from tests.botapi.refusals import RefusedError, bad_request, too_many_requests
from tests.botapi.updates import DEFAULT_KINDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.botapi.api import Api
    from tests.botapi.json_fields import JsonObject
    from tests.botapi.updates import QueuedUpdate

DEFAULT_CONNECTIONS = 40
MOST_CONNECTIONS = 100
LONGEST_SECRET = 256
PAUSE_BETWEEN_SETTINGS = 1.0
ANSWER_TIMEOUT = 10.0
SUCCESS = range(200, 300)
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
PORTS = frozenset({80, 88, 443, 8443})
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header
LONGEST_RETRY_AFTER = 3600


class Webhook:
    """The bot's webhook, if it has one; lives in the server's event loop."""

    def __init__(
        self,
        api: Api,
        *,
        time_scale: float,
        execute: Callable[[str, Parameters], object],
        on_set: Callable[[], None],
    ) -> None:
        """`execute` carries out the call in a response body; `on_set` ends a waiting poll."""
        self._api = api
        self._scale = time_scale
        self._execute = execute
        self._on_set = on_set
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._busy_lines: set[int] = set()
        self._failures: dict[int, int] = {}
        self._active = 0
        self._generation = 0
        self._next_setting = 0.0
        self.url = ""
        self.secret = ""
        self.max_connections = DEFAULT_CONNECTIONS
        self.most_at_once = 0
        self.last_error: tuple[int, str] | None = None

    async def set_webhook(self, parameters: Parameters) -> str:
        """Set, change or (with an empty address) delete the webhook; returns the description of the success."""
        url = parameters.text("url")
        if not url:
            return await self.delete_webhook(parameters)
        now = self._api.clock.now()
        if now < self._next_setting:
            raise too_many_requests(1)
        self._next_setting = now + PAUSE_BETWEEN_SETTINGS
        _check_url(url)
        secret = parameters.text("secret_token")
        if len(secret) > LONGEST_SECRET:
            reason = "secret token is too long"
            raise bad_request(reason)
        if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
            reason = "secret token contains unallowed characters"
            raise bad_request(reason)
        connections = parameters.integer("max_connections", DEFAULT_CONNECTIONS, lowest=1, highest=MOST_CONNECTIONS)
        drop = parameters.boolean("drop_pending_updates")
        same = (url, secret, connections) == (self.url, self.secret, self.max_connections) and not drop
        self._allow(parameters)
        if same:
            return "Webhook is already set"
        self._on_set()
        await self._stop_deliveries()
        if drop:
            self._api.updates.clear()
        self.url, self.secret, self.max_connections = url, secret, connections
        self.last_error = None
        self.pump()
        return "Webhook was set"

    async def delete_webhook(self, parameters: Parameters) -> str:
        """Go back to polling; returns the description of the success."""
        was_set, self.url = bool(self.url), ""
        await self._stop_deliveries()
        if parameters.boolean("drop_pending_updates"):
            self._api.updates.clear()
        return "Webhook was deleted" if was_set else "Webhook is already deleted"

    def info(self) -> JsonObject:
        """Return the `WebhookInfo` object."""
        shown: JsonObject = {
            "url": self.url,
            "has_custom_certificate": False,
            "pending_update_count": len(self._api.updates),
        }
        if self.url:
            shown.update(max_connections=self.max_connections, ip_address="127.0.0.1")
        if self.last_error is not None:
            shown.update(last_error_date=self.last_error[0], last_error_message=self.last_error[1])
        if self._api.updates.allowed != DEFAULT_KINDS:
            shown["allowed_updates"] = sorted(self._api.updates.allowed)
        return shown

    async def close(self) -> None:
        """Stop delivering and close the connections."""
        await self._stop_deliveries()
        if self._session is not None:
            await self._session.close()
            self._session = None

    def pump(self) -> None:
        """Start as many deliveries as there are connections, one at a time for each line."""
        if not self.url:
            return
        for update in self._api.updates.waiting():
            if self._active >= self.max_connections:
                return
            if update.line in self._busy_lines:
                continue
            self._busy_lines.add(update.line)
            self._active += 1
            self.most_at_once = max(self.most_at_once, self._active)
            update.handed_out = True
            task = asyncio.get_running_loop().create_task(self._deliver(update))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _deliver(self, update: QueuedUpdate) -> None:
        generation = self._generation
        try:
            error, retry_after = await self._post(update)
        finally:
            if generation == self._generation:
                self._active -= 1
        if generation != self._generation:
            return
        if error is None:
            self._failures.pop(update.update_id, None)
            self._api.updates.forget(update)
        else:
            self.last_error = (int(self._api.clock.now()), error)
            self.pump()
            await asyncio.sleep(self._delay(update, retry_after) * self._scale)
        self._busy_lines.discard(update.line)
        self.pump()

    def _delay(self, update: QueuedUpdate, retry_after: int) -> int:
        """Return the seconds until the next try: at once, then 2, 4, 8 …, or what the bot asked for."""
        failures = self._failures.get(update.update_id, 0)
        self._failures[update.update_id] = failures + 1
        if retry_after:
            return min(retry_after, LONGEST_RETRY_AFTER)
        return 2**failures if failures else 0

    async def _post(self, update: QueuedUpdate) -> tuple[str | None, int]:
        headers = {SECRET_HEADER: self.secret} if self.secret else {}
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=ANSWER_TIMEOUT))
        body = update.to_json()
        try:
            async with self._session.post(self.url, json=body, headers=headers, allow_redirects=False) as response:
                answer = await response.read()
                if response.status not in SUCCESS:
                    asked = response.headers.get("Retry-After", "")
                    error = f"Wrong response from the webhook: {response.status} {response.reason}"
                    return error, int(asked) if asked.isdecimal() else 0
        except TimeoutError:
            return "Read timeout expired", 0
        except aiohttp.ClientConnectorError:
            return "Connection refused", 0
        except (aiohttp.ClientError, OSError):
            return "Webhook connection closed", 0
        self._execute_body(answer, response.content_type)
        return None, 0

    def _execute_body(self, body: bytes, content_type: str) -> None:
        if content_type != "application/json":
            return
        try:
            values = values_of_json(body)
        except RefusedError:
            return
        method = values.pop("method", "").lower()
        # Methods that ask for something make no sense here, and some are forbidden.
        if method and not method.startswith("get") and method not in {"setwebhook", "deletewebhook", "close", "logout"}:
            self._execute(method, Parameters(values))

    def _allow(self, parameters: Parameters) -> None:
        try:
            kinds = parameters.decoded("allowed_updates", "")
        except RefusedError:
            return
        self._api.updates.allow(kinds)

    async def _stop_deliveries(self) -> None:
        self._generation += 1
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._busy_lines.clear()
        self._active = 0


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url if "://" in url else f"https://{url}")
        port = parts.port
    except ValueError as error:
        reason = "invalid webhook URL specified"
        raise bad_request(reason) from error
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        reason = "invalid webhook URL specified"
        raise bad_request(reason)
    if parts.hostname in LOOPBACK:
        # The one thing taken more lightly than by Telegram, or no webhook could be tested here.
        return
    if parts.scheme == "http":
        reason = "bad webhook: An HTTPS URL must be provided for webhook"
        raise bad_request(reason)
    if port is not None and port not in PORTS:
        reason = "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443"
        raise bad_request(reason)
    reason = "bad webhook: Failed to resolve host: Name or service not known"
    raise bad_request(reason)
