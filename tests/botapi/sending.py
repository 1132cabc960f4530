"""Messages that the bot sends: where to, in answer to what, in which topic, and what is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.botapi.access import Access, check_writable, find_chat, find_message, find_thread
from tests.botapi.json_fields import (
    FieldError,
    JsonObject,
    JsonValue,
    optional_boolean,
    optional_string,
    required_integer,
)
from tests.botapi.markup import check_markup, read_markup
from tests.botapi.refusals import bad_request
from tests.botapi.state import ADMINS, Chat, ChatKind, Message
from tests.botapi.texts import LONGEST_CAPTION, LONGEST_TEXT, entities_json, read_caption, read_text, too_long

if TYPE_CHECKING:
    from tests.botapi.api import Api
    from tests.botapi.parameters import Parameters

CHAT_ACTIONS = frozenset(
    {
        "cancel",
        "typing",
        "record_video",
        "upload_video",
        "record_audio",
        "record_voice",
        "upload_audio",
        "upload_voice",
        "upload_photo",
        "upload_document",
        "choose_sticker",
        "pick_up_location",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)
GENERAL_TOPIC = 1


def send_message(api: Api, parameters: Parameters) -> JsonValue:
    """Send a text."""
    marked = read_text(parameters)
    content: JsonObject = {"text": marked.text}
    if entities := entities_json(marked, api.world):
        content["entities"] = entities
    return deliver(api, parameters, content, refusal=too_long() if len(marked.text) > LONGEST_TEXT else None)


def caption_content(api: Api, parameters: Parameters) -> tuple[JsonObject, Exception | None]:
    """Return the caption's part of a message and why it cannot be sent, None when it can."""
    marked = read_caption(parameters)
    content: JsonObject = {"caption": marked.text} if marked.text else {}
    if marked.text and (entities := entities_json(marked, api.world)):
        content["caption_entities"] = entities
    refusal = bad_request("message caption is too long") if len(marked.text) > LONGEST_CAPTION else None
    return content, refusal


def deliver(api: Api, parameters: Parameters, content: JsonObject, *, refusal: Exception | None) -> JsonValue:
    """Store a message of the bot and return it.

    `refusal` is what the servers would say to the content itself, after the chat was found to be right.
    """
    world = api.world
    reply = _read_reply(parameters)
    markup = read_markup(parameters)
    chat = find_chat(world, parameters.text("chat_id"), Access.WRITE)
    replied = _find_replied(api, chat, reply)
    thread_id = parameters.integer("message_thread_id", 0)
    if thread_id > 0:
        find_thread(world, chat, thread_id)
    keyboard = check_markup(markup, in_channel=chat.kind is ChatKind.CHANNEL)
    if refusal is not None:
        raise refusal
    check_writable(world, chat)
    place = thread_id or thread_of_reply(replied)
    _check_topic_open(api, chat, place)
    api.limits.count_message(chat.id)
    message_id = world.next_message_id(chat)
    sender: JsonObject = {"from": world.bot.to_json()}
    if chat.kind is ChatKind.CHANNEL:
        sender = {"sender_chat": chat.to_json()}
    message = Message(
        message_id=message_id,
        chat=chat,
        date=int(api.clock.now()),
        content={**sender, **content, **({"reply_markup": keyboard} if keyboard else {})},
        from_bot=True,
        sender_id=world.bot.id,
        reply_to=replied.message_id if replied and replied.chat is chat else None,
        thread_id=place,
        is_topic=place in chat.topics,
    )
    chat.last_bot_heard = world.bot.id
    return world.message_json(world.add_message(message))


def send_chat_action(api: Api, parameters: Parameters) -> JsonValue:
    """Show that the bot is busy; here the General topic does go by its id 1."""
    if parameters.text("action").lower() not in CHAT_ACTIONS:
        reason = "wrong parameter action in request"
        raise bad_request(reason)
    chat = find_chat(api.world, parameters.text("chat_id"), Access.WRITE)
    thread_id = parameters.integer("message_thread_id", 0)
    if thread_id > 0 and not (chat.is_forum and thread_id == GENERAL_TOPIC):
        find_thread(api.world, chat, thread_id)
    check_writable(api.world, chat)
    return True


def thread_of_reply(replied: Message | None) -> int | None:
    """Return the thread that a reply joins: the topic, or in other supergroups the chain of replies."""
    if replied is None or replied.chat.kind is not ChatKind.SUPERGROUP:
        return None
    if replied.thread_id is not None:
        return replied.thread_id
    return None if replied.chat.is_forum else replied.message_id


def _check_topic_open(api: Api, chat: Chat, thread_id: int | None) -> None:
    topic = chat.topics.get(thread_id or 0)
    if topic is not None and topic.closed and api.world.status_of_bot(chat) not in ADMINS:
        reason = "TOPIC_CLOSED"
        raise bad_request(reason)


def _read_reply(parameters: Parameters) -> JsonObject | None:
    if not parameters.has("reply_parameters"):
        message_id = parameters.integer("reply_to_message_id", 0)
        alone = parameters.boolean("allow_sending_without_reply")
        return {"chat": "", "id": message_id, "alone": alone, "quote": ""} if message_id > 0 else None
    value = parameters.decoded("reply_parameters", "Can't parse reply parameters JSON object")
    if value is None or value == {}:
        return None
    if not isinstance(value, dict):
        reason = "Object expected as reply parameters"
        raise bad_request(reason)
    try:
        return {
            "chat": optional_string(value, "chat_id"),
            "id": required_integer(value, "message_id"),
            "alone": optional_boolean(value, "allow_sending_without_reply"),
            "quote": optional_string(value, "quote"),
        }
    except FieldError as error:
        raise bad_request(str(error)) from error


def _find_replied(api: Api, chat: Chat, reply: JsonObject | None) -> Message | None:
    if reply is None or reply["id"] <= 0:
        return None
    where = chat
    if reply["chat"] and reply["chat"] != str(chat.id):
        where = find_chat(api.world, reply["chat"], Access.READ)
    if reply["alone"] and api.world.find_message(where, reply["id"]) is None:
        return None
    replied = find_message(api.world, where, reply["id"], called="message to be replied")
    if reply["quote"] and reply["quote"] not in str(replied.content.get("text", replied.content.get("caption", ""))):
        reason = "QUOTE_TEXT_INVALID"
        raise bad_request(reason)
    return replied
