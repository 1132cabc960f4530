"""Chats as a test handles them: what happens in them, and what the bot wrote there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.botapi.chats import member_json
from tests.botapi.incoming import Draft, Wording, post, tell_bot, worded
from tests.botapi.journal import DEADLINE, Call
from tests.botapi.refusals import ControlError
from tests.botapi.state import (
    ANONYMOUS_ADMIN_ID,
    CHANNEL_BOT_ID,
    PRESENT,
    Chat,
    ChatKind,
    MemberStatus,
    Message,
    Topic,
    User,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.botapi.api import Api
    from tests.botapi.json_fields import JsonObject, JsonValue
    from tests.botapi.people import Person

ANONYMOUS_ADMIN = User(id=ANONYMOUS_ADMIN_ID, first_name="Group", username="GroupAnonymousBot", is_bot=True)
CHANNEL_BOT = User(id=CHANNEL_BOT_ID, first_name="Channel", username="Channel_Bot", is_bot=True)
TOPIC_COLOR = 7322096


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A message that a person wrote; `update_id` is None when privacy mode kept it from the bot."""

    place: Place
    message_id: int
    update_id: int | None

    @property
    def json(self) -> JsonObject:
        """Return the message as the bot would see it now."""
        return self.place.message_json(self.message_id)


Target = Written | Call | int


class Place:
    """One chat, seen from outside the bot."""

    def __init__(self, api: Api, chat: Chat, places: dict[int, Place]) -> None:
        """Take over a chat of the world; `places` holds the one handle of every chat."""
        self._api = api
        self.chat = chat
        self._places = places
        self._read = 0

    @classmethod
    def of(cls, api: Api, chat: Chat, places: dict[int, Place]) -> Place:
        """Return the handle of a chat, always the same one."""
        if chat.id not in places:
            places[chat.id] = cls(api, chat, places)
        return places[chat.id]

    def of_chat(self, chat_id: int) -> Place:
        """Return the handle of another chat."""
        return Place.of(self._api, self._api.world.chats[chat_id], self._places)

    @property
    def id(self) -> int:
        """Return the chat's id."""
        return self.chat.id

    def message_json(self, message_id: int) -> JsonObject:
        """Return a message of the chat as it is now; raises `ControlError` when it is gone."""
        return self._api.world.message_json(self._message(message_id))

    def exists(self, target: Target) -> bool:
        """Say whether a message is still there."""
        return self._api.world.find_message(self.chat, id_of(target)) is not None

    def bot_messages(self) -> list[JsonObject]:
        """Return everything the bot wrote here and did not delete, as it is now."""
        messages = [message for message in self.chat.messages.values() if message.from_bot and not message.deleted]
        return [self._api.world.message_json(message) for message in messages]

    def next_reply(self, timeout: float = DEADLINE) -> Call:
        """Wait for the bot's next message here that no earlier call of this method returned."""
        found = self._api.journal.wait(self._is_message_here, since=self._read, timeout=timeout)
        self._read = found.number + 1
        return found

    async def next_reply_async(self, timeout: float = DEADLINE) -> Call:  # noqa: ASYNC109 - as in `next_reply`
        """Do what `next_reply` does in an event loop."""
        found = await self._api.journal.wait_async(self._is_message_here, since=self._read, timeout=timeout)
        self._read = found.number + 1
        return found

    def unread(self) -> list[Call]:
        """Return the bot's messages here that `next_reply` did not return yet, without waiting."""
        return [call for call in self._api.journal.calls[self._read :] if self._is_message_here(call)]

    def stays_silent(self, seconds: float = 0.1) -> bool:
        """Say whether the bot writes nothing here for a while."""
        try:
            self._api.journal.wait(self._is_message_here, since=self._read, timeout=seconds)
        except TimeoutError:
            return True
        return False

    def delete(self, target: Target) -> None:
        """Delete a message, of which bots are not told."""
        self._message(id_of(target)).deleted = True

    # What is said without a person: channels, anonymous administrators.

    def post(self, text: str) -> Written:
        """Post in a channel."""
        if self.chat.kind is not ChatKind.CHANNEL:
            message = "only a channel has posts"
            raise ControlError(message)
        content = worded(self._api, Wording(text=text))
        return self.put(Draft(sender={"sender_chat": self.chat.to_json()}, sender_id=None, content=content))

    def edit_post(self, target: Target, text: str) -> Written:
        """Change a post of a channel."""
        return self.edited(self._message(id_of(target)), worded(self._api, Wording(text=text)))

    def send_as_anonymous_admin(self, text: str, *, reply_to: Target | None = None) -> Written:
        """Write as an administrator who hides: the group itself is the sender."""
        sender = {"from": ANONYMOUS_ADMIN.to_json(), "sender_chat": self.chat.to_json()}
        return self._send_as(sender, ANONYMOUS_ADMIN, text, reply_to)

    def send_as_channel(self, channel: Place, text: str, *, reply_to: Target | None = None) -> Written:
        """Write in the name of a channel."""
        sender = {"from": CHANNEL_BOT.to_json(), "sender_chat": channel.chat.to_json()}
        return self._send_as(sender, CHANNEL_BOT, text, reply_to)

    def _send_as(self, sender: JsonObject, user: User, text: str, reply_to: Target | None) -> Written:
        content = worded(self._api, Wording(text=text))
        reply = None if reply_to is None else id_of(reply_to)
        return self.put(Draft(sender=sender, sender_id=user.id, content=content, reply_to=reply))

    # Service messages and what changes in a chat.

    def service(self, by: Person, **content: JsonValue) -> Written:
        """Put a service message with these fields, such as `new_chat_title="…"`."""
        sender = {"from": by.user.to_json()}
        return self.put(Draft(sender=sender, sender_id=by.id, content=dict(content), is_service=True))

    def add_members(self, by: Person, people: Sequence[Person]) -> Written:
        """Let people join, with the service message of it."""
        for person in people:
            self.chat.members[person.id] = MemberStatus.MEMBER
        return self.service(by, new_chat_members=[person.user.to_json() for person in people])

    def remove_member(self, by: Person, person: Person) -> Written:
        """Let someone leave, with the service message of it."""
        self.chat.members[person.id] = MemberStatus.LEFT
        return self.service(by, left_chat_member=person.user.to_json())

    def pin(self, by: Person, target: Target) -> Written:
        """Pin a message."""
        return self.service(by, pinned_message=self.message_json(id_of(target)))

    def rename(self, by: Person, title: str) -> Written:
        """Change the title."""
        self.chat.title = title
        return self.service(by, new_chat_title=title)

    def add_topic(self, by: Person, name: str) -> Topic:
        """Open a forum topic; `send(..., topic=...)` writes in it."""
        if not self.chat.is_forum:
            message = "only a forum has topics"
            raise ControlError(message)
        with self._api.world.lock:
            thread_id = self.chat.last_message_id + 1
            topic = Topic(thread_id=thread_id, name=name)
            self.chat.topics[thread_id] = topic
            content = {"forum_topic_created": {"name": name, "icon_color": TOPIC_COLOR}}
            sender = {"from": by.user.to_json()}
            self.put(
                Draft(sender=sender, sender_id=by.id, content=content, thread_id=thread_id, is_service=True),
            )
        return topic

    def set_bot_status(self, by: Person, status: MemberStatus) -> int | None:
        """Add, promote, demote or kick the bot; returns the id of the `my_chat_member` update."""
        world = self._api.world
        with world.lock:
            before = world.status_of_bot(self.chat)
            self.chat.members[world.bot.id] = status
            return tell_of_bot(self._api, self.chat, by.user, before, status)

    def migrate(self, by: Person) -> Place:
        """Turn a group into a supergroup, which has another id; returns the new place."""
        if self.chat.kind is not ChatKind.GROUP or self.chat.migrated_to is not None:
            message = "only a group can become a supergroup, and only once"
            raise ControlError(message)
        world = self._api.world
        with world.lock:
            new = world.add_chat(
                Chat(
                    id=world.free_chat_id(ChatKind.SUPERGROUP),
                    kind=ChatKind.SUPERGROUP,
                    title=self.chat.title,
                    members=dict(self.chat.members),
                )
            )
            self.service(by, migrate_to_chat_id=new.id)
            self.chat.migrated_to = new.id
            place = Place.of(self._api, new, self._places)
            place.service(by, migrate_from_chat_id=self.chat.id)
        return place

    def put(self, draft: Draft) -> Written:
        """Put any message into the chat and tell the bot if it may know."""
        if self.chat.migrated_to is not None:
            problem = "nobody can write in a group that became a supergroup"
            raise ControlError(problem)
        message, update_id = post(self._api, self.chat, draft)
        return Written(place=self, message_id=message.message_id, update_id=update_id)

    def edited(self, message: Message, content: JsonObject) -> Written:
        """Replace what a message says and tell the bot if it may know."""
        dropped = {"text", "entities", "caption", "caption_entities"}
        with self._api.world.lock:
            kept = {name: value for name, value in message.content.items() if name not in dropped}
            message.content = {**kept, **content, "edit_date": int(self._api.clock.now())}
            update_id = tell_bot(self._api, message, "edited_message")
        return Written(place=self, message_id=message.message_id, update_id=update_id)

    def find(self, target: Target) -> Message:
        """Return the stored message; raises `ControlError` when it is gone."""
        return self._message(id_of(target))

    def _message(self, message_id: int) -> Message:
        message = self._api.world.find_message(self.chat, message_id)
        if message is None:
            text = f"there is no message {message_id} in chat {self.chat.id}"
            raise ControlError(text)
        return message

    def _is_message_here(self, call: Call) -> bool:
        is_sending = call.method.lower().startswith("send")
        return call.ok and is_sending and call.chat_id == self.chat.id


def id_of(target: Target) -> int:
    """Return the message id of anything that stands for a message."""
    if isinstance(target, int):
        return target
    if isinstance(target, Written):
        return target.message_id
    return int(target.message["message_id"])


def tell_of_bot(api: Api, chat: Chat, by: User, before: MemberStatus, after: MemberStatus) -> int | None:
    """Queue the update that the bot's own status changed."""
    content = {
        "chat": chat.to_json(),
        "from": by.to_json(),
        "date": int(api.clock.now()),
        "old_chat_member": member_json(api.world.bot, before),
        "new_chat_member": member_json(api.world.bot, after),
    }
    return api.updates.add("my_chat_member", content, line=chat.id)


def is_present(place: Place, user: User) -> bool:
    """Say whether someone is in a chat and so may write there."""
    return place.chat.members.get(user.id) in PRESENT
