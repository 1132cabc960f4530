"""May the bot do this in that chat? The checks that every method makes first, in the server's order."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING

from tests.botapi.parameters import whole_number
from tests.botapi.refusals import bad_request, forbidden
from tests.botapi.state import ADMINS, PRESENT, Chat, ChatKind, MemberStatus

if TYPE_CHECKING:
    from tests.botapi.refusals import RefusedError
    from tests.botapi.state import Message, World


class Access(Enum):
    """What a method wants to do with a chat."""

    READ = auto()
    EDIT = auto()
    WRITE = auto()


def find_chat(world: World, name: str, access: Access) -> Chat:
    """Return the chat of a `chat_id`; refuses one that is unknown, lost, upgraded or closed to the bot."""
    if not name:
        reason = "chat_id is empty"
        raise bad_request(reason)
    chat = _named(world, name)
    if chat is None:
        reason = "chat not found"
        raise bad_request(reason)
    if chat.kind is ChatKind.PRIVATE:
        _check_private(chat, access)
    elif chat.kind is ChatKind.GROUP:
        _check_group(world, chat, access)
    else:
        _check_supergroup(world, chat, access)
    return chat


def check_writable(world: World, chat: Chat) -> None:
    """Refuse a message that only Telegram's servers refuse: blocked, muted, not an admin of a channel."""
    user = chat.user
    if user is not None:
        if user.blocked:
            reason = "bot was blocked by the user"
            raise forbidden(reason)
        if user.is_bot:
            reason = "bot can't send messages to bots"
            raise forbidden(reason)
        return
    if chat.kind is ChatKind.CHANNEL and world.status_of_bot(chat) not in ADMINS:
        reason = "need administrator rights in the channel chat"
        raise bad_request(reason)
    if not chat.bot_may_write and world.status_of_bot(chat) not in ADMINS:
        reason = "not enough rights to send text messages to the chat"
        raise bad_request(reason)


def find_message(world: World, chat: Chat, message_id: int, *, called: str) -> Message:
    """Return a message of the chat; refuses with `<called> not found` when it is gone or never was."""
    message = world.find_message(chat, message_id) if message_id > 0 else None
    if message is None:
        reason = f"{called} not found"
        raise bad_request(reason)
    return message


def find_thread(world: World, chat: Chat, thread_id: int) -> int:
    """Return the id of an existing forum topic; General's id 1 is none."""
    thread = world.find_message(chat, thread_id)
    if thread is None or thread.thread_id != thread_id:
        reason = "message thread not found"
        raise bad_request(reason)
    if not thread.is_topic:
        reason = "message thread is not a forum topic thread"
        raise bad_request(reason)
    return thread_id


def _named(world: World, name: str) -> Chat | None:
    if name.startswith("@"):
        wanted = name[1:].lower()
        public = (chat for chat in world.chats.values() if chat.is_big and chat.username)
        return next((chat for chat in public if (chat.username or "").lower() == wanted), None)
    chat_id = whole_number(name) or 0
    if chat_id > 0 and chat_id in world.users and chat_id != world.bot.id:
        return world.private_chat(world.users[chat_id])
    return world.chats.get(chat_id)


def _check_private(chat: Chat, access: Access) -> None:
    user = chat.user
    if user is None:
        return
    if user.deactivated and access is not Access.READ:
        reason = "user is deactivated"
        raise forbidden(reason)
    if not user.started and not user.is_bot:
        if access is Access.READ:
            reason = "chat not found"
            raise bad_request(reason)
        reason = "bot can't initiate conversation with a user"
        raise forbidden(reason)


def _check_group(world: World, chat: Chat, access: Access) -> None:
    if chat.migrated_to is not None:
        if access is Access.WRITE:
            reason = "group chat was upgraded to a supergroup chat"
            raise bad_request(reason, migrate_to_chat_id=chat.migrated_to)
        return
    if access is not Access.READ and world.status_of_bot(chat) not in PRESENT:
        raise _absent(world, chat, "group")


def _check_supergroup(world: World, chat: Chat, access: Access) -> None:
    status = world.status_of_bot(chat)
    name = "supergroup" if chat.kind is ChatKind.SUPERGROUP else "channel"
    public_and_read = chat.username is not None and access is Access.READ
    if status is MemberStatus.KICKED or (status not in PRESENT and not public_and_read):
        raise _absent(world, chat, name)


def _absent(world: World, chat: Chat, name: str) -> RefusedError:
    if world.status_of_bot(chat) is MemberStatus.KICKED:
        return forbidden(f"bot was kicked from the {name} chat")
    return forbidden(f"bot is not a member of the {name} chat")
