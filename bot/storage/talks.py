"""What is remembered of conversations: the last question of each user in each chat, and chosen languages."""

import json
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Generic, Protocol, TypeVar

import structlog
from sqlalchemy import Select, bindparam, delete, exists, select, update
from sqlalchemy.exc import SQLAlchemyError

from bot.answering.conversation import Context
from bot.storage.schema import contexts, languages
from bot.storage.store import Store
from bot.storage.writer import reason_of

REMEMBERED = 5_000
"""Conversations and choices kept in memory; the ones unused longest are forgotten first."""

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")
_log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


class Talks(Protocol):
    """The memory of conversations. A user is an id, or the id of the chat that somebody writes as."""

    async def context(self, chat: int, user: int) -> Context:
        """Return what the user last asked in the chat, an empty context when nothing is known."""

    async def remember(self, chat: int, user: int, context: Context) -> None:
        """Keep what the user asked in the chat, in place of what was there."""

    async def language(self, user: int) -> str | None:
        """Return the language that the user chose, None for automatic."""

    async def choose_language(self, user: int, language: str | None) -> None:
        """Keep the user's choice, in every chat; None makes it automatic again."""

    async def move(self, old_chat: int, new_chat: int) -> None:
        """Take over what is kept for a chat whose id has changed."""


class MemoryTalks:
    """Talks that end with the process."""

    def __init__(self, *, capacity: int = REMEMBERED) -> None:
        """Start without a memory."""
        self._contexts: _Recent[tuple[int, int], Context] = _Recent(capacity)
        self._languages: _Recent[int, str] = _Recent(capacity)

    async def context(self, chat: int, user: int) -> Context:
        """Return the kept context, or an empty one."""
        return self._contexts.get((chat, user)) or Context()

    async def remember(self, chat: int, user: int, context: Context) -> None:
        """Keep the context as the most recent one."""
        self._contexts.put((chat, user), context)

    async def language(self, user: int) -> str | None:
        """Return the kept choice."""
        return self._languages.get(user)

    async def choose_language(self, user: int, language: str | None) -> None:
        """Keep the choice, or forget it."""
        if language is None:
            self._languages.drop(user)
        else:
            self._languages.put(user, language)

    async def move(self, old_chat: int, new_chat: int) -> None:
        """Put each context of the old chat under the new id."""
        for chat, user in tuple(self._contexts):
            if chat == old_chat:
                self._contexts.move((chat, user), (new_chat, user))


class StoredTalks:
    """Talks that outlive the process; what was used lately is in memory too.

    A change is there at once, and in the store with the next commit, at the latest with the one
    that marks the question as done.
    """

    def __init__(
        self,
        store: Store,
        *,
        wall: Callable[[], float],
        steady: Callable[[], float],
        capacity: int = REMEMBERED,
    ) -> None:
        """Keep the parts. A context counts by the `steady` clock, which starts anew; what is kept, by `wall`."""
        self._store = store
        self._wall = wall
        self._steady = steady
        self._contexts: _Recent[tuple[int, int], Context] = _Recent(capacity)
        self._languages: _Recent[int, str | None] = _Recent(capacity)
        talk, choice = store.insert(contexts), store.insert(languages)
        news = {name: talk.excluded[name] for name in ("language", "entries", "asked_at")}
        self._remember = talk.on_conflict_do_update(index_elements=["chat", "speaker"], set_=news)
        self._choose = choice.on_conflict_do_update(
            index_elements=["speaker"], set_={"language": choice.excluded["language"]}
        )
        new = contexts.alias("new")
        here = exists().where(new.c.chat == bindparam("new_chat"), new.c.speaker == contexts.c.speaker)
        self._drop = delete(contexts).where(contexts.c.chat == bindparam("old_chat"), here)
        self._move = update(contexts).where(contexts.c.chat == bindparam("old_chat")).values(chat=bindparam("new_chat"))

    async def context(self, chat: int, user: int) -> Context:
        """Return the kept context, or an empty one."""
        known = self._contexts.get((chat, user))
        if known is None:
            known = await self._read_context(chat, user)
            self._contexts.put((chat, user), known)
        return known

    async def remember(self, chat: int, user: int, context: Context) -> None:
        """Keep the context as the most recent one."""
        self._contexts.put((chat, user), context)
        row = {
            "chat": chat,
            "speaker": user,
            "language": context.language,
            "entries": json.dumps(context.entries),
            "asked_at": self._wall() - (self._steady() - context.asked_at),
        }
        self._store.writer.note(self._remember, row)

    async def language(self, user: int) -> str | None:
        """Return the kept choice."""
        if user not in self._languages:
            self._languages.put(user, await self._read_language(user))
        return self._languages.get(user)

    async def choose_language(self, user: int, language: str | None) -> None:
        """Keep the choice, or that there is none."""
        self._languages.put(user, language)
        self._store.writer.note(self._choose, {"speaker": user, "language": language})

    async def move(self, old_chat: int, new_chat: int) -> None:
        """Put each context of the old chat under the new id, unless there is a newer one."""
        for chat, user in tuple(self._contexts):
            if chat == old_chat:
                self._contexts.move((chat, user), (new_chat, user))
        move = {"old_chat": old_chat, "new_chat": new_chat}
        self._store.writer.note(self._drop, move)
        await self._store.writer.commit(self._move, move)

    async def forget(self, older_than: float) -> None:
        """Drop conversations whose last question is this many seconds ago."""
        old = delete(contexts).where(contexts.c.asked_at < bindparam("before"))
        await self._store.writer.commit(old, {"before": self._wall() - older_than})

    async def _read_context(self, chat: int, user: int) -> Context:
        found = select(contexts.c.language, contexts.c.entries, contexts.c.asked_at)
        rows = await self._read(found.where(contexts.c.chat == chat, contexts.c.speaker == user))
        for language, entries, asked_at in rows:
            # A clock that was set back must not make a question one of the future.
            ago = max(0.0, self._wall() - asked_at)
            return Context(language=language, entries=tuple(json.loads(entries)), asked_at=self._steady() - ago)
        return Context()

    async def _read_language(self, user: int) -> str | None:
        rows = await self._read(select(languages.c.language).where(languages.c.speaker == user))
        return next((row[0] for row in rows), None)

    async def _read(self, statement: Select[Any]) -> Sequence[tuple[Any, ...]]:  # Any: columns of any type
        try:
            return await self._store.read(statement)
        except (SQLAlchemyError, OSError) as error:
            # A question is answered without what was said before rather than not at all.
            _log.warning("the store can't be read", reason=reason_of(error))
            return ()


class _Recent(Generic[_Key, _Value]):
    """A mapping of limited size that forgets what was unused longest."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._values: OrderedDict[_Key, _Value] = OrderedDict()

    def get(self, key: _Key) -> _Value | None:
        if key not in self._values:
            return None
        self._values.move_to_end(key)
        return self._values[key]

    def put(self, key: _Key, value: _Value) -> None:
        self._values[key] = value
        self._values.move_to_end(key)
        if len(self._values) > self._capacity:
            self._values.popitem(last=False)

    def drop(self, key: _Key) -> None:
        self._values.pop(key, None)

    def move(self, old: _Key, new: _Key) -> None:
        self._values[new] = self._values.pop(old)

    def __contains__(self, key: _Key) -> bool:
        return key in self._values

    def __iter__(self) -> Iterator[_Key]:
        return iter(self._values)
