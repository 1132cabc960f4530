"""The outbox, against the strict server."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from structlog.testing import capture_logs

from bot.settings import Settings
from bot.storage.pauses import MemoryPauses
from bot.telegram.card import Card
from bot.telegram.client import RawBot, build_bot
from bot.telegram.outbox import Outbox
from bot.telegram.patience import Patience
from bot.telegram.place import Place
from tests.botapi import BotApiServer, MemberStatus, Person

Scenario = Callable[["Bench"], Awaitable[None]]
CARD = Card(html="<b>43</b> metres", plain="43 metres")


class Bench:
    """An outbox on a server, with one person to write to. Waiting takes no time, and is noted."""

    def __init__(self, server: BotApiServer, bot: RawBot) -> None:
        """Put the parts together."""
        self.server = server
        self.now = 0.0
        self.slept: list[float] = []
        self.moves: list[tuple[int, int]] = []
        self.pauses = MemoryPauses(lambda: self.now)
        patience = Patience("sending", clock=lambda: self.now, sleep=self._sleep, give_up_after=60)
        self.outbox = Outbox(bot=bot, patience=patience, pauses=self.pauses, moved=self._moved)
        self.ada: Person = server.add_user("Ada", started=True)

    @property
    def place(self) -> Place:
        """Return the person's private chat."""
        return Place(chat=self.ada.id, is_private=True)

    async def send(self, card: Card = CARD, place: Place | None = None) -> None:
        """Send a card."""
        await self.outbox.send(place or self.place, card, update_id=1)

    @property
    def texts(self) -> list[str]:
        """Return what has arrived."""
        return [call.text for call in self.server.sent]

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)

    async def _moved(self, old: int, new: int) -> None:
        self.moves.append((old, new))


def _run(scenario: Scenario) -> list[str]:
    """Run the scenario; return the events that were logged."""

    async def run() -> None:
        server = BotApiServer()
        await server.start()
        bot = build_bot(Settings(bot_base_url=server.base_url, _env_file=None), server.token)
        try:
            await bot.initialize()
            await scenario(Bench(server, bot))
        finally:
            await bot.shutdown()
            await server.stop()

    with capture_logs() as logs:
        asyncio.run(asyncio.wait_for(run(), 10))
    return [line["event"] for line in logs]


def test_card_arrives_formatted_without_a_preview() -> None:
    """A card is sent as HTML, and addresses in it are not previewed."""

    async def scenario(bench: Bench) -> None:
        await bench.send()
        (call,) = bench.server.sent
        assert call.marked("bold") == ["43"]
        assert call.parameters["link_preview_options"] == {"is_disabled": True}

    assert _run(scenario) == []


def test_refused_formatting_goes_again_as_plain_text() -> None:
    """What Telegram cannot parse is sent as plain text, and logged."""

    async def scenario(bench: Bench) -> None:
        await bench.send(Card(html="<b>43", plain="43"))
        assert bench.texts == ["43"]

    assert _run(scenario) == ["formatting refused, sent as plain text"]


def test_too_long_html_goes_again_as_plain_text_cut() -> None:
    """What is too long is sent plain, cut at the limit."""

    async def scenario(bench: Bench) -> None:
        await bench.send(Card(html="x" * 5000, plain="x" * 5000))
        assert [len(text) for text in bench.texts] == [4096]

    assert _run(scenario) == ["formatting refused, sent as plain text"]


def test_flood_wait_is_obeyed_within_the_chat() -> None:
    """Messages of a chat wait for its turn and keep their order; another chat does not wait."""

    async def scenario(bench: Bench) -> None:
        bench.server.faults.too_many(2, retry_after=5, chat_id=bench.ada.id)
        cards = [Card(html=str(number), plain=str(number)) for number in range(3)]
        await asyncio.gather(*(bench.send(card) for card in cards))
        assert bench.texts == ["0", "1", "2"]
        assert bench.slept == [5.0, 5.0]

    assert _run(scenario) == []


@pytest.mark.parametrize("status", [500, 502])
def test_failing_server_is_asked_again(status: int) -> None:
    """A server's failure is no reason to drop a message."""

    async def scenario(bench: Bench) -> None:
        bench.server.faults.fail(3, status=status)
        await bench.send()
        assert bench.texts == ["43 metres"]

    assert _run(scenario) == ["Telegram is away, trying again", "Telegram is back"]


def test_endless_failure_is_given_up() -> None:
    """A message that the server keeps failing on is given up after its time, and logged."""

    async def scenario(bench: Bench) -> None:
        bench.server.faults.fail(10_000, status=500, methods=("sendMessage",))
        await bench.send()
        assert bench.texts == []
        assert bench.now > 60

    assert _run(scenario) == ["Telegram is away, trying again", "not delivered"]


def test_blocked_and_kicked_are_dropped_quietly() -> None:
    """Where the bot may not write any more, the message is dropped with a quiet line."""

    async def scenario(bench: Bench) -> None:
        bench.ada.block()
        await bench.send()
        group = bench.server.add_supergroup("Harbour", [bench.ada], bot_status=MemberStatus.KICKED)
        await bench.send(place=Place(chat=group.id))
        assert bench.texts == []

    assert _run(scenario) == ["dropped, the bot may not write there"] * 2


def test_unknown_chat_is_logged() -> None:
    """Any other refusal is logged as a warning, and over."""

    async def scenario(bench: Bench) -> None:
        await bench.send(place=Place(chat=12345))

    assert _run(scenario) == ["refused"]


def test_moved_chat_is_followed_and_told() -> None:
    """A message to a group that became a supergroup goes there, and the move is told."""

    async def scenario(bench: Bench) -> None:
        group = bench.server.add_group("Harbour", [bench.ada])
        new = group.migrate(bench.ada)
        await bench.send(place=Place(chat=group.id, reply_to=1))
        assert [call.chat_id for call in bench.server.sent] == [new.id]
        assert bench.moves == [(group.id, new.id)]

    assert _run(scenario) == []


def test_reply_to_a_message_that_is_gone_is_sent_without_it() -> None:
    """That the question was deleted does not stop the answer."""

    async def scenario(bench: Bench) -> None:
        group = bench.server.add_supergroup("Harbour", [bench.ada])
        await bench.send(place=Place(chat=group.id, reply_to=4711))
        (call,) = bench.server.sent
        assert "reply_to_message" not in call.message

    assert _run(scenario) == []


def test_edit_that_changes_nothing_is_harmless() -> None:
    """Replacing a message by itself, and removing buttons that are not there, is no warning."""

    async def scenario(bench: Bench) -> None:
        await bench.send()
        message = bench.server.sent[0].message["message_id"]
        await bench.outbox.replace(bench.place, message, CARD, update_id=1)
        await bench.outbox.remove_buttons(bench.place, message, update_id=1)
        await bench.outbox.replace(bench.place, message, Card(html="44", plain="44"), update_id=1)
        assert bench.texts[-1] == "44"

    assert _run(scenario) == ["refused", "refused"]


def test_press_that_is_too_old_is_harmless() -> None:
    """Answering a press that nobody waits for any more is no warning."""

    async def scenario(bench: Bench) -> None:
        await bench.outbox.answer_press("123", "x" * 500, update_id=1)

    assert _run(scenario) == ["refused"]


def test_pause_that_an_earlier_run_was_asked_for_is_kept() -> None:
    """A chat that is still to be left alone is written to when its time has come, and another one at once."""

    async def scenario(bench: Bench) -> None:
        bench.pauses.note(bench.ada.id, 30.0)
        await bench.send()
        assert bench.slept == [30.0]
        bob = bench.server.add_user("Bob", started=True)
        await bench.send(place=Place(chat=bob.id, is_private=True))
        assert bench.slept == [30.0]

    _run(scenario)


def test_refused_token_loses_nothing() -> None:
    """While the token is refused, a message waits: the intake ends the program, and the next run sends it."""

    async def scenario(bench: Bench) -> None:
        true_token, bench.server.token = bench.server.token, "1:another"
        sending = asyncio.create_task(bench.send())
        while not bench.slept:  # noqa: ASYNC110 - what it waits for is no event
            await asyncio.sleep(0)
        assert not sending.done()
        bench.server.token = true_token
        await sending
        assert bench.texts == ["43 metres"]

    assert "not delivered" not in _run(scenario)
