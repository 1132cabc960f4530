"""Where a message stands and who wrote it, and so where a reply belongs."""

from dataclasses import dataclass

from telegram import Chat, MaybeInaccessibleMessage, Message

GENERAL_TOPIC = 1
"""The General topic's thread id, which Telegram refuses to be sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a reply goes: a chat, the forum topic in it, and the message it replies to, if any."""

    chat: int
    thread: int | None = None
    reply_to: int | None = None
    is_private: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """Who asks. `id` is a user's, or the chat's when somebody writes as one.

    `language_code` is Telegram's hint about the user's app. An anonymous one writes as a group or a channel.
    """

    id: int
    language_code: str | None = None
    is_anonymous: bool = False


def place_of_reply(message: MaybeInaccessibleMessage) -> Place:
    """Return where a reply to the message goes: the same topic; in groups as a reply to it."""
    private = message.chat.type == Chat.PRIVATE
    return Place(
        chat=message.chat.id,
        thread=_topic(message),
        reply_to=None if private else message.message_id,
        is_private=private,
    )


def speaker_of(message: Message) -> Speaker | None:
    """Return who wrote the message: the chat it was written as, else the user; None for nobody."""
    if message.sender_chat is not None:
        return Speaker(id=message.sender_chat.id, is_anonymous=True)
    if message.from_user is None:
        return None
    return Speaker(id=message.from_user.id, language_code=message.from_user.language_code)


def _topic(message: MaybeInaccessibleMessage) -> int | None:
    # Outside of topics a thread id only names a chain of replies, and may not be sent.
    if not isinstance(message, Message) or not message.is_topic_message:
        return None
    thread = message.message_thread_id
    return None if thread == GENERAL_TOPIC else thread
