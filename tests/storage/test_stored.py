"""What outlives a restart: here a restart is opening the same store again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import text

from bot.answering.conversation import Context
from bot.storage.inbox import KNOWN_FOR, Item, StoredInbox
from bot.storage.pauses import StoredPauses
from bot.storage.store import Store, opened
from bot.storage.talks import StoredTalks
from bot.storage.unanswered import DAY, Kind, Note, StoredUnanswered
from tests.storage.scenarios import BOT, Clock, run

NOW = 1_800_000_000.0
NOTE = Note(
    kind=Kind.UNANSWERED,
    question="how \ud800 high\0?",
    language="en",
    outcome="unknown",
    reason="nothing",
    nearest=("a", "b"),
    knowledge="v1",
)


def _item(update_id: int, lane: int = 7) -> Item:
    return Item(update_id=update_id, lane=lane, body={"update_id": update_id, "text": "\0\ud800é"})


@asynccontextmanager
async def _inbox(url: str, *, bot: int = BOT, now: float = NOW) -> AsyncIterator[tuple[StoredInbox, Store]]:
    async with opened(url) as store:
        inbox = StoredInbox(store, bot=bot, wall=Clock(now))
        await inbox.load()
        yield inbox, store


def test_what_is_not_done_is_there_after_a_restart(url: str) -> None:
    """Updates come again in their order until they are done, and as they were."""

    async def scenario() -> None:
        async with _inbox(url) as (inbox, _):
            await inbox.put([_item(1), _item(2), _item(3)])
            await inbox.done(await inbox.next())
            await inbox.next()
        async with _inbox(url) as (inbox, _):
            assert inbox.waiting() == 2
            second = await inbox.next()
            assert second == _item(2)
            await inbox.done(second)
            await inbox.done(await inbox.next())
            await inbox.drained()

    run(scenario())


def test_order_survives_a_clock_that_is_set_back(url: str) -> None:
    """What came later is handed out later, even if by the clock it came before, and whatever its id."""

    async def scenario() -> None:
        async with _inbox(url) as (inbox, _):
            await inbox.put([_item(9)])
        async with _inbox(url, now=NOW - 3600) as (inbox, _):
            await inbox.put([_item(10)])
        async with _inbox(url, now=NOW - 7200) as (inbox, _):
            first = await inbox.next()
            await inbox.done(first)
            assert [first.update_id, (await inbox.next()).update_id] == [9, 10]

    run(scenario())


def test_update_that_comes_twice_is_handed_out_once(url: str) -> None:
    """An id is known again while it waits, when it is done, within a batch and after a restart."""

    async def scenario() -> None:
        async with _inbox(url) as (inbox, _):
            await inbox.put([_item(1), _item(1)])
            await inbox.put([_item(1)])
            assert inbox.waiting() == 1
            await inbox.done(await inbox.next())
        async with _inbox(url) as (inbox, _):
            await inbox.put([_item(1), _item(2)])
            assert (await inbox.next()).update_id == 2
            assert inbox.waiting() == 1

    run(scenario())


def test_ids_of_another_bot_are_others(url: str) -> None:
    """With another token the same store knows nothing of the first bot's updates, and keeps them."""

    async def scenario() -> None:
        async with _inbox(url) as (inbox, _):
            await inbox.put([_item(1)])
        async with _inbox(url, bot=2) as (inbox, _):
            assert inbox.waiting() == 0
            await inbox.put([_item(1)])
            assert inbox.waiting() == 1
            await inbox.done(await inbox.next())
        async with _inbox(url) as (inbox, _):
            assert inbox.waiting() == 1

    run(scenario())


def test_bodies_are_deleted_once_handled(url: str) -> None:
    """Of a handled update nothing stays but its id, and that not for ever."""

    async def scenario() -> None:
        async with _inbox(url) as (inbox, store):
            await inbox.put([_item(1), _item(2, lane=8)])
            await inbox.done(await inbox.next())
            assert len(await store.read(text("SELECT update_id FROM inbox WHERE body IS NULL"))) == 1
        async with _inbox(url, now=NOW + KNOWN_FOR + 1) as (inbox, store):
            await inbox.forget()
            assert await store.read(text("SELECT update_id FROM inbox")) == [(2,)]

    run(scenario())


def _talks(store: Store, wall: float, steady: float) -> StoredTalks:
    return StoredTalks(store, wall=Clock(wall), steady=Clock(steady))


def test_conversation_goes_on_after_a_restart(url: str) -> None:
    """What was asked two minutes before a restart was asked two minutes ago after it, by whatever clock."""
    asked = Context(language="en", entries=("tower", "lamp"), asked_at=1_000.0)

    async def scenario() -> None:
        async with opened(url) as store:
            talks = _talks(store, NOW, 1_060.0)
            await talks.remember(1, 2, asked)
            await talks.choose_language(2, "ar")
            await talks.choose_language(3, "ar")
            await talks.choose_language(3, None)
            await store.writer.flushed()
        async with opened(url) as store:
            talks = _talks(store, NOW + 60, 5.0)
            assert await talks.context(1, 2) == Context(language="en", entries=("tower", "lamp"), asked_at=-115.0)
            assert await talks.context(1, 3) == Context()
            assert [await talks.language(speaker) for speaker in (2, 3, 4)] == ["ar", None, None]
        async with opened(url) as store:
            assert (await _talks(store, NOW - 9_999, 5.0).context(1, 2)).asked_at == 5.0

    run(scenario())


def test_group_that_moves_takes_its_conversations_along(url: str) -> None:
    """After a move what is kept is under the new id, in memory and in the store; what is newer there stays."""
    old, new = Context(language="en", entries=("old",)), Context(language="ru", entries=("new",))

    async def scenario() -> None:
        async with opened(url) as store:
            talks = _talks(store, NOW, 0.0)
            await talks.remember(1, 2, old)
            await talks.remember(1, 3, old)
            await talks.remember(9, 3, new)
            await store.writer.flushed()
            await talks.move(1, 9)
        async with opened(url) as store:
            talks = _talks(store, NOW, 0.0)
            found = [(await talks.context(chat, speaker)).entries for chat, speaker in ((9, 2), (9, 3), (1, 2), (1, 3))]
            assert found == [("old",), ("new",), (), ()]
            await talks.forget(-1.0)
            assert await store.read(text("SELECT chat FROM contexts")) == []

    run(scenario())


def test_memory_of_talks_is_bounded_and_the_store_is_not(url: str) -> None:
    """What was dropped from memory is read again."""

    async def scenario() -> None:
        async with opened(url) as store:
            talks = StoredTalks(store, wall=Clock(NOW), steady=Clock(0.0), capacity=1)
            await talks.remember(1, 1, Context(entries=("a",)))
            await talks.remember(2, 2, Context(entries=("b",)))
            await store.writer.flushed()
            assert (await talks.context(1, 1)).entries == ("a",)

    run(scenario())


def test_pauses_survive_a_restart(url: str) -> None:
    """A chat is left alone for the rest of its time, and never longer than Telegram asked for."""

    async def scenario() -> None:
        async with opened(url) as store:
            pauses = StoredPauses(store, wall=Clock(NOW), steady=Clock(50.0))
            pauses.note(1, 30.0)
            pauses.note(2, 5.0)
            assert pauses.left(1) == 30.0
            await store.writer.flushed()
        for now, expected in ((NOW + 10, (20.0, 0.0)), (NOW - 500, (30.0, 0.0))):
            async with opened(url) as store:
                pauses = StoredPauses(store, wall=Clock(now), steady=Clock(0.0))
                await pauses.load()
                assert (pauses.left(1), pauses.left(2)) == expected

    run(scenario())


def test_unanswered_questions_are_kept_for_their_time(url: str) -> None:
    """A note is kept whole for the retention, and then not at all."""

    async def scenario() -> None:
        clock = Clock(NOW)
        async with opened(url) as store:
            unanswered = StoredUnanswered(store, retention_days=90, wall=clock)
            unanswered.note(NOTE)
            await store.writer.flushed()
            (kept,) = await unanswered.notes()
            assert kept.question == "how ? high?"
            assert (kept.kind, kept.nearest, kept.knowledge) == (NOTE.kind, NOTE.nearest, NOTE.knowledge)
            clock.now += 89 * DAY
            await unanswered.forget()
            assert len(await unanswered.notes()) == 1
            clock.now += 2 * DAY
            await unanswered.forget()
            assert await unanswered.notes() == []

    run(scenario())


def test_without_retention_nothing_is_kept(url: str) -> None:
    """A retention of 0 days keeps no question even for a moment."""

    async def scenario() -> None:
        async with opened(url) as store:
            unanswered = StoredUnanswered(store, retention_days=0, wall=Clock(NOW))
            unanswered.note(NOTE)
            await store.writer.flushed()
            assert await unanswered.notes() == []

    run(scenario())


def test_room_and_lanes_are_those_of_memory(url: str) -> None:
    """A full inbox has room again when enough is done."""

    async def scenario() -> None:
        async with opened(url) as store:
            inbox = StoredInbox(store, bot=BOT, wall=Clock(NOW), capacity=1)
            await inbox.put([])
            await inbox.put([_item(1)])
            room = asyncio.create_task(inbox.room())
            await asyncio.sleep(0)
            assert not room.done()
            await inbox.done(await inbox.next())
            await room

    run(scenario())
