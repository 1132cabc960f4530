"""The server itself: HTTP on the loopback address, tokens, envelopes, faults, going away and coming back."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import struct
from typing import TYPE_CHECKING

from aiohttp import web

from tests.botapi.api import Api, refuse_when_logged_out
from tests.botapi.control import Control
from tests.botapi.faults import POLLING, Fault, Trouble
from tests.botapi.methods import METHODS
from tests.botapi.parameters import Parameters, read_parameters, whole_number
from tests.botapi.polling import Polling
from tests.botapi.refusals import ControlError, RefusedError, too_many_requests
from tests.botapi.state import User, World
from tests.botapi.webhook import Webhook

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from tests.botapi.json_fields import JsonObject, JsonValue

HOST = "127.0.0.1"
DEFAULT_TOKEN = "987654321:AAtest-token_for-the-strict-server0"  # noqa: S105 - opens nothing but this server
TOKEN_SHAPE = re.compile(r"[0-9]{1,16}:[A-Za-z0-9_-]+")
BIGGEST_BODY = 64 * 1024 * 1024
CONTROL_TIMEOUT = 5.0
PROXY_PAGE = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"
BAD_GATEWAY = 502
OK = 200
# Linger for no time: closing sends a reset and not a polite end.
RESET = struct.pack("ii", 1, 0)


class BotApiServer(Control):
    """A strict Bot API server; `start` and `stop` in an event loop, or use `serving` in a sync test.

    `time_scale` shortens the pauses that the server makes by itself (between deliveries to a webhook, before a
    second 409); 1.0 is Telegram's pace. `port` 0 takes a free one and keeps it over `leave` and `come_back`.
    """

    def __init__(
        self,
        *,
        token: str = DEFAULT_TOKEN,
        port: int = 0,
        username: str = "nickel_test_bot",
        name: str = "Nickel Test Bot",
        time_scale: float = 0.01,
    ) -> None:
        """Build a world with nobody in it but the bot."""
        bot_id = int(token.partition(":")[0])
        api = Api(World(User(id=bot_id, first_name=name, username=username, is_bot=True)))
        super().__init__(api)
        self.token = token
        self.port = port
        self._loop: asyncio.AbstractEventLoop | None = None
        self._runner: web.AppRunner | None = None
        self._site: web.TCPSite | None = None
        self.webhook = Webhook(api, time_scale=time_scale, execute=self._execute_from_webhook, on_set=self._end_poll)
        self.polling = Polling(api, time_scale=time_scale, webhook_is_set=lambda: bool(self.webhook.url))
        api.updates.listeners.append(self._wake_from_any_thread)

    @property
    def base_url(self) -> str:
        """Return the root address; `/bot<token>/<method>` comes behind it."""
        return f"http://{HOST}:{self.port}"

    @property
    def bot_url(self) -> str:
        """Return what python-telegram-bot calls `base_url`: it appends the token itself."""
        return f"{self.base_url}/bot"

    @property
    def file_url(self) -> str:
        """Return what python-telegram-bot calls `base_file_url`."""
        return f"{self.base_url}/file/bot"

    async def start(self) -> None:
        """Listen, in the running event loop."""
        self._loop = asyncio.get_running_loop()
        app = web.Application(client_max_size=BIGGEST_BODY)
        app.router.add_route("*", "/{path:.*}", self._handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await self.come_back()

    async def stop(self) -> None:
        """Stop listening, cut every connection and end every delivery."""
        await self.leave()
        await self.webhook.close()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
        self._loop = None

    async def leave(self) -> None:
        """Go away as a broken network does: connections are cut, new ones refused; updates keep waiting."""
        if self._site is not None:
            await self._site.stop()
            self._site = None
        if self._runner is not None and self._runner.server is not None:
            for connection in self._runner.server.connections:
                if connection.transport is not None:
                    connection.transport.abort()
        self.polling.abandon()

    async def come_back(self) -> None:
        """Listen again, on the same port."""
        if self._runner is None:
            message = "the server was not started"
            raise ControlError(message)
        if self._site is None:
            self._site = web.TCPSite(self._runner, HOST, self.port)
            await self._site.start()
            self.port = int(self._runner.addresses[0][1])

    def leave_now(self) -> None:
        """Do what `leave` does, from a sync test beside the server's thread."""
        self._from_outside(self.leave())

    def come_back_now(self) -> None:
        """Do what `come_back` does, from a sync test beside the server's thread."""
        self._from_outside(self.come_back())

    def _from_outside(self, work: Coroutine[None, None, None]) -> None:
        try:
            running: asyncio.AbstractEventLoop | None = asyncio.get_running_loop()
        except RuntimeError:
            running = None
        if self._loop is None or running is self._loop:
            work.close()
            message = "in the server's own event loop await leave() and come_back()"
            raise ControlError(message)
        asyncio.run_coroutine_threadsafe(work, self._loop).result(CONTROL_TIMEOUT)

    def _wake_from_any_thread(self) -> None:
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._wake)

    def _wake(self) -> None:
        self.polling.wake()
        self.webhook.pump()

    def _end_poll(self) -> None:
        self.polling.end_for_webhook()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        try:
            if request.path.startswith("/file/"):
                return self._download(request.path)
            method = self._method_of(request.path)
            parameters = await read_parameters(request)
        except RefusedError as refusal:
            return _envelope(refusal.status, refusal)
        fault = self.api.faults.next_for(method.lower(), lambda: whole_number(parameters.text("chat_id")))
        if fault is not None and fault.trouble is Trouble.DROP_BEFORE:
            self._note(method, parameters, 0, "dropped before processing", lost=True)
            return _reset(request)
        if fault is not None and fault.trouble is Trouble.STATUS:
            self._note(method, parameters, fault.status, "fault")
            await self._slow(method)
            return _failure(fault.status)
        cut = fault is not None and fault.trouble in {Trouble.DROP_AFTER, Trouble.CUT_HALFWAY}
        status, body = await self._answer(method, parameters, fault, lost=cut)
        await self._slow(method)
        if cut and fault is not None:
            whole = fault.trouble is Trouble.DROP_AFTER
            return _reset(request) if whole else await _cut_halfway(request, status, body)
        headers = {}
        if "parameters" in body and "retry_after" in body["parameters"]:
            headers["Retry-After"] = str(body["parameters"]["retry_after"])
        return web.json_response(body, status=status, headers=headers)

    async def _slow(self, method: str) -> None:
        latency = self.api.faults.poll_latency if method.lower() == POLLING else self.api.faults.latency
        if latency > 0:
            await asyncio.sleep(latency)

    def _method_of(self, path: str) -> str:
        prefix, slash, method = path.removeprefix("/bot").partition("/")
        well_formed = path.startswith("/bot") and slash and method and "/" not in method
        if not well_formed or not TOKEN_SHAPE.fullmatch(prefix):
            raise RefusedError(404, "Not Found")
        if prefix != self.token:
            raise RefusedError(401, "Unauthorized")
        return method

    def _download(self, path: str) -> web.Response:
        prefix, _, name = path.removeprefix("/file/bot").partition("/")
        if prefix != self.token:
            raise RefusedError(401, "Unauthorized")
        stored = next((stored for stored in self.api.world.files.values() if stored.path == name), None)
        if stored is None:
            raise RefusedError(404, "Not Found")
        return web.Response(body=stored.content, content_type="application/octet-stream")

    async def _answer(
        self,
        method: str,
        parameters: Parameters,
        fault: Fault | None,
        *,
        lost: bool,
    ) -> tuple[int, JsonObject]:
        try:
            if fault is not None and fault.trouble is Trouble.TOO_MANY:
                raise too_many_requests(fault.retry_after)
            result, description = await self._result(method.lower(), parameters)
        except RefusedError as refusal:
            self._note(method, parameters, refusal.status, refusal.description, lost=lost)
            return refusal.status, _refusal_json(refusal)
        self._note(method, parameters, OK, description, result=result, lost=lost)
        body: JsonObject = {"ok": True, "result": result}
        return OK, {**body, "description": description} if description else body

    async def _result(self, method: str, parameters: Parameters) -> tuple[JsonValue, str]:
        refuse_when_logged_out(self.api)
        if method == POLLING:
            return await self.polling.get_updates(parameters), ""
        if method == "setwebhook":
            return True, await self.webhook.set_webhook(parameters)
        if method == "deletewebhook":
            return True, await self.webhook.delete_webhook(parameters)
        if method == "getwebhookinfo":
            return self.webhook.info(), ""
        return self._execute(method, parameters), ""

    def _execute(self, method: str, parameters: Parameters) -> JsonValue:
        if method not in METHODS:
            raise RefusedError(404, "Not Found")
        with self.api.world.lock:
            return METHODS[method](self.api, parameters)

    def _execute_from_webhook(self, method: str, parameters: Parameters) -> None:
        # Nobody reads the outcome of a call in a response body; the journal has it.
        try:
            result = self._execute(method, parameters)
        except RefusedError as refusal:
            self._note(method, parameters, refusal.status, refusal.description)
        else:
            self._note(method, parameters, OK, "", result=result)

    def _note(
        self,
        method: str,
        parameters: Parameters,
        status: int,
        description: str,
        *,
        result: JsonValue = None,
        lost: bool = False,
    ) -> None:
        if method.lower() == POLLING:
            return
        self.api.journal.record(
            method=method,
            parameters=parameters.as_json(),
            time=self.api.clock.now(),
            status=status,
            description=description,
            result=result,
            lost=lost,
        )


def _refusal_json(refusal: RefusedError) -> JsonObject:
    body: JsonObject = {"ok": False, "error_code": refusal.status, "description": refusal.description}
    return {**body, "parameters": refusal.parameters} if refusal.parameters else body


def _envelope(status: int, refusal: RefusedError) -> web.Response:
    return web.json_response(_refusal_json(refusal), status=status)


def _failure(status: int) -> web.Response:
    if status == BAD_GATEWAY:
        # Telegram's proxies answer with a page, not with JSON.
        return web.Response(text=PROXY_PAGE, status=status, content_type="text/html")
    return _envelope(status, RefusedError(status, "Internal Server Error"))


def _reset(request: web.Request) -> web.StreamResponse:
    transport = request.transport
    if transport is not None:
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        transport.abort()
    return web.Response()


async def _cut_halfway(request: web.Request, status: int, body: JsonObject) -> web.StreamResponse:
    content = json.dumps(body).encode()
    response = web.StreamResponse(status=status, headers={"Content-Type": "application/json"})
    response.content_length = len(content)
    await response.prepare(request)
    await response.write(content[: len(content) // 2])
    if request.transport is not None:
        request.transport.abort()
    return response
