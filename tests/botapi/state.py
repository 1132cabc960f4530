"""The world the server keeps: users, chats, messages and files, and how they look in JSON.

Who may do what to them is decided elsewhere; here they are only stored and shown.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from tests.botapi.clock import Clock
from tests.botapi.refusals import ControlError

if TYPE_CHECKING:
    from tests.botapi.json_fields import JsonObject

ANONYMOUS_ADMIN_ID = 1087968824
CHANNEL_BOT_ID = 136817688
FIRST_USER_ID = 5_000_001
FIRST_GROUP_ID = -4_000_001
FIRST_SUPERGROUP_ID = -1_002_000_000_001


class ChatKind(StrEnum):
    """What Telegram calls the type of a chat."""

    PRIVATE = "private"
    GROUP = "group"
    SUPERGROUP = "supergroup"
    CHANNEL = "channel"


class MemberStatus(StrEnum):
    """What someone is in a chat."""

    CREATOR = "creator"
    ADMINISTRATOR = "administrator"
    MEMBER = "member"
    LEFT = "left"
    KICKED = "kicked"


PRESENT = frozenset({MemberStatus.CREATOR, MemberStatus.ADMINISTRATOR, MemberStatus.MEMBER})
ADMINS = frozenset({MemberStatus.CREATOR, MemberStatus.ADMINISTRATOR})


@dataclass(slots=True, kw_only=True)
class User:
    """An account; `language_code` is None for the many clients that send none."""

    id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = None
    is_bot: bool = False
    started: bool = False
    blocked: bool = False
    deactivated: bool = False

    def to_json(self) -> JsonObject:
        """Return the `User` object."""
        shown: JsonObject = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        for name in ("last_name", "username", "language_code"):
            if value := getattr(self, name):
                shown[name] = value
        return shown


@dataclass(slots=True, kw_only=True)
class Topic:
    """A forum topic; its id is the id of its first message. General has none and is no `Topic`."""

    thread_id: int
    name: str
    closed: bool = False


@dataclass(slots=True, kw_only=True)
class Message:
    """A message in a chat; `content` is everything of it but its place and what it answers."""

    message_id: int
    chat: Chat
    date: int
    content: JsonObject
    from_bot: bool = False
    is_service: bool = False
    sender_id: int | None = None
    reply_to: int | None = None
    thread_id: int | None = None
    is_topic: bool = False
    deleted: bool = False


@dataclass(slots=True, kw_only=True)
class Chat:
    """A chat of any kind; `members` holds everyone's status, the bot's included."""

    id: int
    kind: ChatKind
    title: str | None = None
    username: str | None = None
    user: User | None = None
    is_forum: bool = False
    bot_may_write: bool = True
    migrated_to: int | None = None
    members: dict[int, MemberStatus] = field(default_factory=dict)
    topics: dict[int, Topic] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    last_bot_heard: int | None = None
    last_message_id: int = 0

    @property
    def is_big(self) -> bool:
        """Say whether the chat counts its messages by itself, as supergroups and channels do."""
        return self.kind in {ChatKind.SUPERGROUP, ChatKind.CHANNEL}

    def to_json(self) -> JsonObject:
        """Return the `Chat` object that messages carry."""
        shown: JsonObject = {"id": self.id, "type": str(self.kind)}
        if self.user is not None:
            person = self.user.to_json()
            shown.update({name: person[name] for name in ("first_name", "last_name", "username") if name in person})
            return shown
        shown["title"] = self.title
        if self.username:
            shown["username"] = self.username
        if self.is_forum:
            shown["is_forum"] = True
        return shown


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """A file that was sent by either side."""

    file_id: str
    content: bytes
    name: str
    content_type: str

    @property
    def path(self) -> str:
        """Return the part of the download address behind the token."""
        return f"documents/{self.file_id}"

    def to_json(self) -> JsonObject:
        """Return the `File` object without its path."""
        return {"file_id": self.file_id, "file_unique_id": f"u{self.file_id[-8:]}", "file_size": len(self.content)}


class World:
    """Everything that exists, guarded by one lock: tests and the server run in different threads."""

    def __init__(self, bot: User, clock: Clock | None = None) -> None:
        """Start with nobody but the bot."""
        self.bot = bot
        self.clock = clock or Clock()
        self.lock = threading.RLock()
        self.users: dict[int, User] = {bot.id: bot}
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, StoredFile] = {}
        self.inline_messages: dict[str, Message] = {}
        self.reads_all_group_messages = False
        self._account_message_id = 0
        self._next_user, self._next_group = FIRST_USER_ID, FIRST_GROUP_ID
        self._next_supergroup = FIRST_SUPERGROUP_ID

    def add_user(self, user: User) -> User:
        """Add an account; its id and username must be new."""
        if user.id in self.users:
            message = f"there is a user {user.id} already"
            raise ControlError(message)
        self.users[user.id] = user
        return user

    def free_user_id(self) -> int:
        """Return an id that no user has."""
        while self._next_user in self.users:
            self._next_user += 1
        return self._next_user

    def free_chat_id(self, kind: ChatKind) -> int:
        """Return an id of the shape that this kind of chat has."""
        if kind is ChatKind.GROUP:
            self._next_group -= 1
            return self._next_group
        self._next_supergroup -= 1
        return self._next_supergroup

    def add_chat(self, chat: Chat) -> Chat:
        """Add a chat; its id must be new."""
        if chat.id in self.chats:
            message = f"there is a chat {chat.id} already"
            raise ControlError(message)
        self.chats[chat.id] = chat
        return chat

    def private_chat(self, user: User) -> Chat:
        """Return the chat between a user and the bot, whether or not it was ever used."""
        if user.id not in self.chats:
            members = {user.id: MemberStatus.MEMBER, self.bot.id: MemberStatus.MEMBER}
            self.chats[user.id] = Chat(id=user.id, kind=ChatKind.PRIVATE, user=user, members=members)
        return self.chats[user.id]

    def add_message(self, message: Message) -> Message:
        """Keep a message under its id."""
        message.chat.messages[message.message_id] = message
        return message

    def next_message_id(self, chat: Chat) -> int:
        """Return a new id: unique in a supergroup or channel, shared by all other chats of the bot."""
        if chat.is_big:
            chat.last_message_id += 1
            return chat.last_message_id
        self._account_message_id += 1
        return self._account_message_id

    def status_of_bot(self, chat: Chat) -> MemberStatus:
        """Return what the bot is in a chat."""
        return chat.members.get(self.bot.id, MemberStatus.LEFT)

    def find_message(self, chat: Chat, message_id: int) -> Message | None:
        """Return a message that was not deleted, None for every other id."""
        message = chat.messages.get(message_id)
        return None if message is None or message.deleted else message

    def answered(self, message: Message) -> Message | None:
        """Return what Telegram shows as replied to: in a topic, without a reply, the topic's first message."""
        if message.reply_to is not None:
            return self.find_message(message.chat, message.reply_to)
        if message.thread_id is not None and message.thread_id < message.message_id:
            return self.find_message(message.chat, message.thread_id)
        return None

    def message_json(self, message: Message) -> JsonObject:
        """Return the `Message` object, with the message it answers one level deep."""
        shown = self._bare_json(message)
        replied = self.answered(message)
        if replied is not None:
            shown["reply_to_message"] = self._bare_json(replied)
        return shown

    def _bare_json(self, message: Message) -> JsonObject:
        shown: JsonObject = {"message_id": message.message_id}
        if message.thread_id is not None:
            shown["message_thread_id"] = message.thread_id
        if message.is_topic:
            shown["is_topic_message"] = True
        shown["date"] = message.date
        shown["chat"] = message.chat.to_json()
        shown.update(message.content)
        return shown
