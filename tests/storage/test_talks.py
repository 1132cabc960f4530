"""The memory of conversations."""

import asyncio

from bot.answering.conversation import Context
from bot.storage.talks import MemoryTalks

ASKED = Context(language="en", entries=("tower-height",), asked_at=5.0)


def test_context_belongs_to_a_user_in_a_chat() -> None:
    """What somebody asked is known in that chat, to that user, and nowhere else."""

    async def scenario() -> None:
        talks = MemoryTalks()
        await talks.remember(1, 2, ASKED)
        assert await talks.context(1, 2) == ASKED
        assert await talks.context(1, 3) == Context()
        assert await talks.context(2, 2) == Context()

    asyncio.run(scenario())


def test_chosen_language_belongs_to_a_user() -> None:
    """A chosen language holds until it is made automatic."""

    async def scenario() -> None:
        talks = MemoryTalks()
        await talks.choose_language(2, "ar")
        assert (await talks.language(2), await talks.language(3)) == ("ar", None)
        await talks.choose_language(2, None)
        await talks.choose_language(2, None)
        assert await talks.language(2) is None

    asyncio.run(scenario())


def test_chat_that_moves_takes_its_contexts_along() -> None:
    """After a move the contexts are under the new id, and those of other chats where they were."""

    async def scenario() -> None:
        talks = MemoryTalks()
        await talks.remember(1, 2, ASKED)
        await talks.remember(5, 2, ASKED)
        await talks.move(1, 9)
        assert await talks.context(9, 2) == ASKED
        assert await talks.context(5, 2) == ASKED
        assert await talks.context(1, 2) == Context()

    asyncio.run(scenario())


def test_memory_is_bounded() -> None:
    """The conversation that was unused longest is forgotten first."""

    async def scenario() -> None:
        talks = MemoryTalks(capacity=2)
        await talks.remember(1, 1, ASKED)
        await talks.remember(2, 2, ASKED)
        await talks.context(1, 1)
        await talks.remember(3, 3, ASKED)
        assert await talks.context(1, 1) == ASKED
        assert await talks.context(2, 2) == Context()

    asyncio.run(scenario())
