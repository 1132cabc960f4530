"""What a test can do to the world and ask about the bot; the server is one of these with HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.botapi.journal import DEADLINE, Call
from tests.botapi.people import Person
from tests.botapi.places import Place
from tests.botapi.state import Chat, ChatKind, MemberStatus, User

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.botapi.api import Api
    from tests.botapi.clock import Clock
    from tests.botapi.faults import Faults
    from tests.botapi.json_fields import JsonObject
    from tests.botapi.limits import FloodLimits
    from tests.botapi.updates import UpdateQueue


class Control:
    """The control interface; every method may be called from any thread."""

    def __init__(self, api: Api) -> None:
        """Control this world."""
        self.api = api
        self._places: dict[int, Place] = {}
        self._people: dict[int, Person] = {}

    @property
    def clock(self) -> Clock:
        """Return the server's time, which `advance` moves forward."""
        return self.api.clock

    @property
    def faults(self) -> Faults:
        """Return the switches for troubles."""
        return self.api.faults

    @property
    def limits(self) -> FloodLimits:
        """Return the flood limits, off at first."""
        return self.api.limits

    @property
    def updates(self) -> UpdateQueue:
        """Return the queue of updates: `held()`, `repeat(update_id)`, `len()`."""
        return self.api.updates

    @property
    def bot_user(self) -> User:
        """Return the bot's account."""
        return self.api.world.bot

    def add_user(
        self,
        first_name: str,
        *,
        id: int | None = None,  # noqa: A002 - Telegram's name of it
        last_name: str | None = None,
        username: str | None = None,
        language_code: str | None = None,
        is_bot: bool = False,
        started: bool = False,
    ) -> Person:
        """Add someone; unless `started`, the bot may not write to them before they write to it."""
        world = self.api.world
        with world.lock:
            user = world.add_user(
                User(
                    id=world.free_user_id() if id is None else id,
                    first_name=first_name,
                    last_name=last_name,
                    username=username,
                    language_code=language_code,
                    is_bot=is_bot,
                    started=started,
                )
            )
            person = Person(self.api, user, self.place(world.private_chat(user)))
            self._people[user.id] = person
            return person

    def add_group(
        self,
        title: str,
        people: Sequence[Person] = (),
        *,
        bot_status: MemberStatus = MemberStatus.MEMBER,
    ) -> Place:
        """Add a basic group with the bot in it; the first of the people owns it."""
        return self._add_chat(ChatKind.GROUP, title, people, bot_status)

    def add_supergroup(
        self,
        title: str,
        people: Sequence[Person] = (),
        *,
        bot_status: MemberStatus = MemberStatus.MEMBER,
        username: str | None = None,
    ) -> Place:
        """Add a supergroup with the bot in it; with a `username` it is public."""
        return self._add_chat(ChatKind.SUPERGROUP, title, people, bot_status, username=username)

    def add_forum(
        self,
        title: str,
        people: Sequence[Person] = (),
        *,
        bot_status: MemberStatus = MemberStatus.MEMBER,
    ) -> Place:
        """Add a supergroup with topics; `add_topic` opens one, General is there without a thread id."""
        return self._add_chat(ChatKind.SUPERGROUP, title, people, bot_status, is_forum=True)

    def add_channel(self, title: str, *, username: str | None = None) -> Place:
        """Add a channel with the bot as an administrator."""
        return self._add_chat(ChatKind.CHANNEL, title, (), MemberStatus.ADMINISTRATOR, username=username)

    def place(self, chat: Chat) -> Place:
        """Return the handle of a chat, always the same one."""
        return Place.of(self.api, chat, self._places)

    def raw_update(self, body: JsonObject) -> int:
        """Queue an update of any kind, known or not; `update_id` is added and returned."""
        return self.api.updates.add_raw(body)

    def expire_queries(self) -> None:
        """Make every open callback and inline query too old to answer."""
        with self.api.world.lock:
            self.api.callbacks.waiting.clear()
            self.api.inline_queries.waiting.clear()

    def set_privacy(self, *, reads_all: bool) -> None:
        """Set what BotFather calls privacy mode; `reads_all` switches it off."""
        self.api.world.reads_all_group_messages = reads_all

    @property
    def calls(self) -> list[Call]:
        """Return every call of the bot but getUpdates, refused ones too."""
        return self.api.journal.calls

    @property
    def sent(self) -> list[Call]:
        """Return the calls that made or changed a message."""
        return [call for call in self.calls if call.ok and call.message]

    @property
    def refused(self) -> list[Call]:
        """Return the calls that were refused."""
        return [call for call in self.calls if not call.ok]

    def wait_for(self, wanted: Callable[[Call], bool], *, since: int = 0, timeout: float = DEADLINE) -> Call:
        """Block until the bot made a wanted call; raises `TimeoutError` with what came instead."""
        return self.api.journal.wait(wanted, since=since, timeout=timeout)

    async def wait_for_async(
        self,
        wanted: Callable[[Call], bool],
        *,
        since: int = 0,
        timeout: float = DEADLINE,  # noqa: ASYNC109 - as in `wait_for`
    ) -> Call:
        """Do what `wait_for` does in an event loop."""
        return await self.api.journal.wait_async(wanted, since=since, timeout=timeout)

    def wait_for_method(self, method: str, *, since: int = 0, timeout: float = DEADLINE) -> Call:
        """Block until the bot called this method."""
        return self.wait_for(lambda call: call.method.lower() == method.lower(), since=since, timeout=timeout)

    def _add_chat(
        self,
        kind: ChatKind,
        title: str,
        people: Sequence[Person],
        bot_status: MemberStatus,
        *,
        username: str | None = None,
        is_forum: bool = False,
    ) -> Place:
        world = self.api.world
        with world.lock:
            members = {person.id: MemberStatus.MEMBER for person in people}
            if people:
                members[people[0].id] = MemberStatus.CREATOR
            members[world.bot.id] = bot_status
            chat_id = world.free_chat_id(kind)
            chat = Chat(id=chat_id, kind=kind, title=title, username=username, is_forum=is_forum, members=members)
            # The first message of every supergroup and channel says that it was made.
            chat.last_message_id = 1 if chat.is_big else 0
            return self.place(world.add_chat(chat))
