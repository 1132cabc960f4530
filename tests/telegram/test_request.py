"""The HTTP client: what python-telegram-bot expects of one, and the token in no error."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from telegram import Bot, InputFile
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter, TimedOut
from telegram.request import RequestData

from bot.telegram.request import AiohttpRequest
from tests.botapi import BotApiServer

SECRET = "AAsecret-part_of-the-token"  # noqa: S105 - opens nothing
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)


@asynccontextmanager
async def _answering(handler: Handler) -> AsyncIterator[str]:
    """Serve every path with the handler; yield the address with a token in it."""
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", handler)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/bot1:{SECRET}/getMe"
    finally:
        await runner.cleanup()


def _call(handler: Handler, **arguments: Any) -> object:  # noqa: ANN401 - whatever `post` takes
    async def scenario() -> object:
        async with _answering(handler) as url, AiohttpRequest() as request:
            return await request.post(url, **arguments)

    return asyncio.run(scenario())


def _with(status: int, body: str) -> Handler:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=status, text=body)

    return answer


def test_result_is_returned() -> None:
    """The result of a successful call comes back."""
    assert _call(_with(200, '{"ok": true, "result": {"id": 1}}')) == {"id": 1}


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (400, '{"ok": false, "description": "Bad Request: x"}', BadRequest),
        (401, '{"ok": false, "description": "Unauthorized"}', InvalidToken),
        (403, '{"ok": false, "description": "Forbidden: x"}', Forbidden),
        (409, '{"ok": false, "description": "Conflict: x"}', Conflict),
        (429, '{"ok": false, "description": "x", "parameters": {"retry_after": 3}}', RetryAfter),
        (500, '{"ok": false, "description": "x"}', NetworkError),
        (502, "<html>Bad Gateway</html>", NetworkError),
        (200, "<html>a captive portal</html>", NetworkError),
        (200, "[1, 2]", NetworkError),
        (302, "", NetworkError),
    ],
)
def test_refusals_become_errors(status: int, body: str, error: type[Exception]) -> None:
    """Statuses and bodies become python-telegram-bot's errors, redirects included, which are not followed."""
    with pytest.raises(error) as caught:
        _call(_with(status, body))
    assert type(caught.value) is error


def test_redirect_is_not_followed() -> None:
    """The token is never carried to another address."""
    paths: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        paths.append(request.path)
        return web.Response(status=307, headers={"Location": "/elsewhere"})

    with pytest.raises(NetworkError):
        _call(answer)
    assert len(paths) == 1


@pytest.mark.parametrize("trouble", ["reset", "halfway", "silence", "nobody", "no host", "odd address"])
def test_no_error_holds_the_token(trouble: str) -> None:
    """Whatever breaks becomes a NetworkError, whose text and causes do not hold the token."""

    async def answer(request: web.Request) -> web.StreamResponse:
        transport = request.transport
        assert transport is not None
        if trouble == "reset":
            transport.abort()
        elif trouble == "halfway":
            response = web.StreamResponse()
            response.content_length = 100
            await response.prepare(request)
            await response.write(b'{"ok"')
            transport.abort()
            return response
        elif trouble == "silence":
            await asyncio.sleep(1)
        return web.Response()

    async def scenario() -> None:
        async with _answering(answer) as url, AiohttpRequest() as request:
            odd = {
                "nobody": url.replace(url.split("/")[2], "127.0.0.1:1"),
                "no host": url.replace(url.split("/")[2], "no-such-host.invalid"),
                "odd address": url.replace("http://127", "http://[127"),
            }
            await request.post(odd.get(trouble, url), read_timeout=0.05)

    with pytest.raises(NetworkError) as caught:
        asyncio.run(scenario())
    assert isinstance(caught.value, TimedOut) is (trouble == "silence")
    assert SECRET not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_read_timeout_of_a_call_beats_the_default() -> None:
    """A call may wait longer than the others, or without end."""

    async def answer(_: web.Request) -> web.Response:
        await asyncio.sleep(0.1)
        return web.Response(text='{"ok": true, "result": true}')

    async def scenario(**timeouts: float | None) -> object:
        async with _answering(answer) as url, AiohttpRequest(read_timeout=0.02) as request:
            assert request.read_timeout == 0.02
            return await request.post(url, **timeouts)  # type: ignore[arg-type]  # a mapping of timeouts only

    with pytest.raises(TimedOut):
        asyncio.run(scenario())
    assert asyncio.run(scenario(read_timeout=5)) is True
    assert asyncio.run(scenario(read_timeout=None)) is True


def test_proxy_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests go through the proxy that the environment names."""
    seen: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        seen.append(str(request.url.host))
        return web.Response(text='{"ok": true, "result": true}')

    async def scenario() -> None:
        async with _answering(answer) as url:
            monkeypatch.setenv("http_proxy", url.partition("/bot")[0])
            async with AiohttpRequest() as request:
                await request.post("http://api.telegram.example/bot1:x/getMe")

    asyncio.run(scenario())
    assert seen == ["api.telegram.example"]


def test_files_are_uploaded_and_fetched() -> None:
    """A file goes as multipart with its parameters, and comes back by its path."""

    async def scenario() -> bytes:
        server = BotApiServer()
        await server.start()
        try:
            bot = Bot(
                server.token,
                base_url=server.bot_url,
                base_file_url=server.file_url,
                request=AiohttpRequest(),
                get_updates_request=AiohttpRequest(),
            )
            ada = server.add_user("Ada", started=True)
            async with bot:
                document = InputFile(b"some bytes", filename="note.txt")
                message = await bot.send_document(ada.id, document, caption="ünï & <b>")
                assert message.caption == "ünï & <b>"
                assert message.document is not None
                file = await bot.get_file(message.document.file_id)
                return bytes(await file.download_as_bytearray())
        finally:
            await server.stop()

    assert asyncio.run(scenario()) == b"some bytes"


def test_life_cycle() -> None:
    """Opening and closing twice is harmless; a closed client refuses to work."""

    async def scenario() -> None:
        request = AiohttpRequest()
        await request.shutdown()
        await request.initialize()
        await request.initialize()
        await request.shutdown()
        await request.shutdown()
        with pytest.raises(RuntimeError):
            await request.do_request("http://127.0.0.1:1/", "GET", RequestData())

    asyncio.run(scenario())
