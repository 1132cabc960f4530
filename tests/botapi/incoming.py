"""Messages that people write: building them as Telegram does and telling the bot, if it may know."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.botapi.entities import find_spans
from tests.botapi.privacy import reaches_bot
from tests.botapi.refusals import ControlError
from tests.botapi.sending import thread_of_reply
from tests.botapi.spans import MarkedText, Span, add_found, in_order, to_entities
from tests.botapi.state import Chat, ChatKind, Message

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.botapi.api import Api
    from tests.botapi.json_fields import JsonObject

# Callback and inline queries stand in lines of their own, next to those of the chats.
CALLBACK_LINE = 1 << 40
INLINE_LINE = 2 << 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A message before it has a place in a chat."""

    sender: JsonObject
    sender_id: int | None
    content: JsonObject
    reply_to: int | None = None
    thread_id: int | None = None
    is_service: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """A text and the people whose names in it are mentions although they have no username."""

    text: str
    text_mentions: Sequence[tuple[str, int]] = field(default=())


def post(api: Api, chat: Chat, draft: Draft) -> tuple[Message, int | None]:
    """Put a message into a chat; returns it with the id of its update, None when the bot is not told."""
    with api.world.lock:
        replied = api.world.find_message(chat, draft.reply_to) if draft.reply_to is not None else None
        if draft.reply_to is not None and replied is None:
            message = f"there is no message {draft.reply_to} to reply to"
            raise ControlError(message)
        thread_id = draft.thread_id or thread_of_reply(replied)
        if chat.is_forum and thread_id is not None and thread_id not in chat.topics:
            message = f"there is no topic {thread_id}"
            raise ControlError(message)
        stored = api.world.add_message(
            Message(
                message_id=api.world.next_message_id(chat),
                chat=chat,
                date=int(api.clock.now()),
                content={**draft.sender, **draft.content},
                is_service=draft.is_service,
                sender_id=draft.sender_id,
                reply_to=draft.reply_to,
                thread_id=thread_id,
                is_topic=thread_id in chat.topics,
            )
        )
        sender = api.world.users.get(draft.sender_id or 0)
        if sender is not None and sender.is_bot and chat.kind is not ChatKind.PRIVATE:
            chat.last_bot_heard = sender.id
        return stored, tell_bot(api, stored, "message")


def tell_bot(api: Api, message: Message, kind: str) -> int | None:
    """Queue the update of a message, `kind` being `message` or `edited_message`; None when it may not pass."""
    if not reaches_bot(api.world, message):
        return None
    if message.chat.kind is ChatKind.CHANNEL:
        kind = kind.replace("message", "channel_post")
    return api.updates.add(kind, api.world.message_json(message), line=message.chat.id)


def worded(api: Api, wording: Wording, *, name: str = "text") -> JsonObject:
    """Return the text and the entities Telegram finds in it, under `text` or `caption`."""
    text = wording.text
    sent: list[Span] = []
    for shown, user_id in wording.text_mentions:
        start = text.find(shown)
        if start < 0:
            message = f"{shown!r} is not in the text"
            raise ControlError(message)
        sent.append(Span(kind="text_mention", start=start, end=start + len(shown), argument=str(user_id)))
    spans = add_found(in_order(sent), find_spans(text))
    entities = to_entities(MarkedText(text=text, spans=spans))
    for entity in entities:
        if entity["type"] == "text_mention":
            entity["user"] = api.world.users[entity["user"]["id"]].to_json()
    content: JsonObject = {name: text}
    if entities:
        content["entities" if name == "text" else "caption_entities"] = entities
    return content
