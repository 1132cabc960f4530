"""Webhooks are set and fed as Telegram does it."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from aiohttp import web

from tests.botapi import BotApiServer, Person
from tests.botapi.webhook import SECRET_HEADER

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from tests.botapi.caller import Caller

Update = dict[str, Any]  # an update as the bot gets it
DEADLINE = 5.0
SECRET = "abc-_9"  # noqa: S105 - opens nothing
WEBHOOK_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)


@dataclass
class Listener:
    """A bot's webhook: notes what comes and answers as told, with 200 when nothing is."""

    url: str = ""
    got: list[Update] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    answers: list[web.Response] = field(default_factory=list)
    pause: float = 0.0
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def take(self, request: web.Request) -> web.Response:
        """Note an update."""
        self.got.append(await request.json())
        self.secrets.append(request.headers.get(SECRET_HEADER, ""))
        await asyncio.sleep(self.pause)
        async with self.changed:
            self.changed.notify_all()
        return self.answers.pop(0) if self.answers else web.Response()

    async def wait(self, count: int) -> list[Update]:
        """Return what came once it is this much."""
        async with asyncio.timeout(DEADLINE), self.changed:
            await self.changed.wait_for(lambda: len(self.got) >= count)
        return self.got


@asynccontextmanager
async def listening() -> AsyncIterator[Listener]:
    """Run a listener on a free port."""
    listener = Listener()
    app = web.Application()
    app.router.add_post("/hook", listener.take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    listener.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    try:
        yield listener
    finally:
        await runner.cleanup()


def run(
    scenario: Callable[[BotApiServer, aiohttp.ClientSession, Listener], Awaitable[None]],
    **options: Any,  # noqa: ANN401 - passed on to the server as they are
) -> None:
    """Run a scenario with a server, a client and a listener in one event loop."""

    async def main() -> None:
        server = BotApiServer(**options)
        await server.start()
        try:
            async with aiohttp.ClientSession() as client, listening() as listener:
                await scenario(server, client, listener)
        finally:
            await server.stop()

    asyncio.run(main())


async def call(server: BotApiServer, client: aiohttp.ClientSession, method: str, **parameters: object) -> Update:
    """Call a method and return the envelope."""
    async with client.post(f"{server.bot_url}{server.token}/{method}", json=parameters) as response:
        body: Update = await response.json()
        return body


def test_updates_are_posted_with_the_secret() -> None:
    """Each update comes as JSON with the secret in a header, updates that waited before too."""

    async def scenario(server: BotApiServer, client: aiohttp.ClientSession, listener: Listener) -> None:
        alice = server.add_user("Alice")
        alice.say("before")
        answer = await call(server, client, "setWebhook", url=listener.url, secret_token=SECRET)
        assert answer == {"ok": True, "result": True, "description": "Webhook was set"}
        alice.say("after")
        got = await listener.wait(2)
        assert [update["message"]["text"] for update in got] == ["before", "after"]
        assert listener.secrets == [SECRET, SECRET]

    run(scenario)


def test_an_update_comes_again_until_it_is_taken() -> None:
    """Anything but a 2xx answer brings the update again, later ones of the same chat wait for it."""

    async def scenario(server: BotApiServer, client: aiohttp.ClientSession, listener: Listener) -> None:
        listener.answers = [web.Response(status=status) for status in (500, 302, 404, 204)]
        await call(server, client, "setWebhook", url=listener.url)
        alice = server.add_user("Alice")
        alice.say("1")
        await listener.wait(1)
        alice.say("2")
        got = await listener.wait(5)
        assert [update["message"]["text"] for update in got] == ["1"] * 4 + ["2"]
        info = (await call(server, client, "getWebhookInfo"))["result"]
        assert info["last_error_message"].startswith("Wrong response from the webhook: 404")

    run(scenario, time_scale=0.001)


def test_the_pauses_between_deliveries_double() -> None:
    """An update comes again at once, then after 2, 4, 8 … seconds, or when the bot says."""

    async def scenario(server: BotApiServer, client: aiohttp.ClientSession, listener: Listener) -> None:
        del client, listener
        update_id = server.raw_update({})
        update = server.updates.waiting()[0]
        assert update.update_id == update_id
        delays = [server.webhook._delay(update, 0) for _ in range(5)]  # noqa: SLF001 - the pause itself is the rule
        assert delays == [0, 2, 4, 8, 16]
        assert server.webhook._delay(update, 7) == 7  # noqa: SLF001 - as above

    run(scenario)


def test_no_more_than_max_connections_at_once() -> None:
    """Different chats are served side by side, but not more than the bot allows."""

    async def scenario(server: BotApiServer, client: aiohttp.ClientSession, listener: Listener) -> None:
        listener.pause = 0.01
        await call(server, client, "setWebhook", url=listener.url, max_connections=3)
        for number in range(9):
            server.add_user(f"User {number}").say("hello")
        await listener.wait(9)
        assert server.webhook.most_at_once == 3

    run(scenario)


def test_an_answer_may_carry_one_call() -> None:
    """The body of the answer is carried out, unless it asks for something."""

    async def scenario(server: BotApiServer, client: aiohttp.ClientSession, listener: Listener) -> None:
        alice = server.add_user("Alice")
        reply = {"method": "sendMessage", "chat_id": alice.id, "text": "<b>hi</b>", "parse_mode": "HTML"}
        listener.answers = [web.json_response(reply), web.json_response({"method": "getMe"})]
        await call(server, client, "setWebhook", url=listener.url)
        alice.say("1")
        sent = await alice.private.next_reply_async()
        assert (sent.text, sent.marked("bold")) == ("hi", ["hi"])
        alice.say("2")
        await listener.wait(2)
        assert [c.method for c in server.calls] == ["setWebhook", "sendmessage"]

    run(scenario)


def test_polling_and_webhook_exclude_each_other() -> None:
    """A webhook ends a waiting poll and forbids new ones until it is deleted."""

    async def scenario(server: BotApiServer, client: aiohttp.ClientSession, listener: Listener) -> None:
        poll = asyncio.create_task(call(server, client, "getUpdates", timeout=10))
        async with asyncio.timeout(DEADLINE):
            while not server.polling.offsets:  # noqa: ASYNC110 - the server tells nobody that a poll waits
                await asyncio.sleep(0.001)
        await call(server, client, "setWebhook", url=listener.url)
        assert (await poll)["description"] == "Conflict: terminated by setWebhook request"
        refused = await call(server, client, "getUpdates")
        assert (refused["error_code"], refused["description"]) == (409, WEBHOOK_ACTIVE)
        assert (await call(server, client, "deleteWebhook"))["description"] == "Webhook was deleted"
        assert (await call(server, client, "deleteWebhook"))["description"] == "Webhook is already deleted"
        assert (await call(server, client, "getUpdates"))["ok"] is True

    run(scenario)


def test_pending_updates_can_be_dropped() -> None:
    """drop_pending_updates forgets what waits, at setting and at deleting."""

    async def scenario(server: BotApiServer, client: aiohttp.ClientSession, listener: Listener) -> None:
        alice = server.add_user("Alice")
        alice.say("old")
        await call(server, client, "setWebhook", url=listener.url, drop_pending_updates=True)
        alice.say("new")
        assert [u["message"]["text"] for u in await listener.wait(1)] == ["new"]
        listener.answers = [web.Response(status=500)] * 1000
        alice.say("never taken")
        await call(server, client, "deleteWebhook", drop_pending_updates=True)
        assert len(server.updates) == 0

    run(scenario)


def test_setting_twice_within_a_second_is_429(server: BotApiServer, bot: Caller) -> None:
    """SetWebhook again at once has to wait a second; the same setting is then no change."""
    setting = {"url": "http://127.0.0.1:9/x", "max_connections": 5}
    assert bot.call("setWebhook", **setting).result is True
    answer = bot.call("setWebhook", **setting)
    assert answer.refusal == (429, "Too Many Requests: retry after 1")
    assert answer.body["parameters"] == {"retry_after": 1}
    assert answer.headers["Retry-After"] == "1"
    server.clock.advance(1.1)
    assert bot.call("setWebhook", **setting).body["description"] == "Webhook is already set"
    info = bot.call("getWebhookInfo").result
    assert (info["url"], info["max_connections"]) == (setting["url"], 5)


def test_a_bot_that_is_not_there_is_noted() -> None:
    """Refused connections are shown in getWebhookInfo, with the kinds the bot asked for."""

    async def scenario(server: BotApiServer, client: aiohttp.ClientSession, listener: Listener) -> None:
        del listener
        await call(server, client, "setWebhook", url="http://127.0.0.1:9/x", allowed_updates=["message"])
        server.add_user("Alice").say("a")
        async with asyncio.timeout(DEADLINE):
            while server.webhook.last_error is None:  # noqa: ASYNC110 - failures are not announced
                await asyncio.sleep(0.001)
        info = (await call(server, client, "getWebhookInfo"))["result"]
        assert (info["last_error_message"], info["pending_update_count"]) == ("Connection refused", 1)
        assert info["allowed_updates"] == ["message"]

    run(scenario)


def test_a_broken_answer_body_is_ignored() -> None:
    """A body that is no JSON object, or a call that is refused, changes nothing about the delivery."""

    async def scenario(server: BotApiServer, client: aiohttp.ClientSession, listener: Listener) -> None:
        alice = server.add_user("Alice")
        broken = web.Response(text="[", content_type="application/json")
        refused = web.json_response({"method": "sendMessage", "chat_id": 5, "text": "a"})
        listener.answers = [broken, refused]
        await call(server, client, "setWebhook", url=listener.url)
        alice.say("1")
        alice.say("2")
        noted = await server.wait_for_async(lambda c: c.method == "sendmessage")
        assert noted.description == "Bad Request: chat not found"
        assert len(listener.got) == 2

    run(scenario)


def test_chats_do_not_wait_for_each_other() -> None:
    """While one chat's update is refused again and again, another chat's comes through."""

    async def scenario(server: BotApiServer, client: aiohttp.ClientSession, listener: Listener) -> None:
        listener.answers = [web.Response(status=500), web.Response(status=500)]
        await call(server, client, "setWebhook", url=listener.url)
        server.add_user("Alice").say("1")
        await listener.wait(2)
        server.add_user("Bob").say("2")
        assert [update["message"]["text"] for update in await listener.wait(3)] == ["1", "1", "2"]

    # At this pace Alice's third delivery is two seconds away.
    run(scenario, time_scale=1.0)


@pytest.mark.parametrize(
    ("setting", "description"),
    [
        pytest.param(
            {"url": "http://example.com/x"}, "bad webhook: An HTTPS URL must be provided for webhook", id="http"
        ),
        pytest.param(
            {"url": "https://example.com:81/x"},
            "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443",
            id="port",
        ),
        pytest.param({"url": "ftp://127.0.0.1/x"}, "invalid webhook URL specified", id="protocol"),
        pytest.param({"url": "http://127.0.0.1:9/", "secret_token": "a" * 257}, "secret token is too long", id="257"),
        pytest.param(
            {"url": "http://127.0.0.1:9/", "secret_token": "a b"},
            "secret token contains unallowed characters",
            id="secret",
        ),
        pytest.param(
            {"url": "https://example.com/x"},
            "bad webhook: Failed to resolve host: Name or service not known",
            id="only-loopback-is-there",
        ),
    ],
)
def test_webhooks_that_are_refused(bot: Caller, setting: dict[str, str], description: str) -> None:
    """A webhook needs an address Telegram would call and a secret of plain characters."""
    assert bot.call("setWebhook", **setting).refusal == (400, f"Bad Request: {description}")


def test_an_update_that_nobody_takes_keeps_waiting(server: BotApiServer, bot: Caller, alice: Person) -> None:
    """A bot that is not there gets its updates when it asks later."""
    bot.call("setWebhook", url="http://127.0.0.1:9/x")
    alice.say("a")
    bot.call("deleteWebhook")
    assert [u["message"]["text"] for u in bot.call("getUpdates").result] == ["a"]
    assert json.dumps(server.webhook.info())
