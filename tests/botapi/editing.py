"""Changing what was sent: text, keyboard, reactions, deletion."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.botapi.access import Access, check_writable, find_chat, find_message
from tests.botapi.markup import check_markup, read_markup
from tests.botapi.refusals import bad_request
from tests.botapi.state import ADMINS, ChatKind, Message
from tests.botapi.texts import LONGEST_TEXT, entities_json, read_text, too_long

if TYPE_CHECKING:
    from tests.botapi.api import Api
    from tests.botapi.json_fields import JsonObject, JsonValue
    from tests.botapi.parameters import Parameters

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)
DELETABLE_FOR = 48 * 60 * 60
# The emoji that anybody may react with; Telegram's list at the time of writing.
REACTION_ROWS = (
    "❤ 👍 👎 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌",
    "🕊 🤡 🥱 🥴 😍 🐳 ❤‍🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓",
    "🍾 💋 🖕 😈 😴 😭 🤓 👻 👨‍💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡",
    "🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂ 🤷 🤷‍♀ 😡",
)
REACTIONS = frozenset(emoji for row in REACTION_ROWS for emoji in row.split())


def edit_message_text(api: Api, parameters: Parameters) -> JsonValue:
    """Replace a text; a call without `reply_markup` takes the keyboard away."""
    marked = read_text(parameters)
    markup = read_markup(parameters)
    message = _editable(api, parameters)
    keyboard = check_markup(markup, in_channel=message.chat.kind is ChatKind.CHANNEL)
    if "text" not in message.content:
        reason = "there is no text in the message to edit"
        raise bad_request(reason)
    if len(marked.text) > LONGEST_TEXT:
        raise too_long(of_edit=True)
    text: JsonObject = {"text": marked.text}
    if entities := entities_json(marked, api.world):
        text["entities"] = entities
    kept = {n: v for n, v in message.content.items() if n not in {"text", "entities", "reply_markup", "edit_date"}}
    return _replace(api, message, {**kept, **text, **({"reply_markup": keyboard} if keyboard else {})}, parameters)


def edit_message_reply_markup(api: Api, parameters: Parameters) -> JsonValue:
    """Replace the keyboard alone, or take it away."""
    markup = read_markup(parameters)
    message = _editable(api, parameters)
    keyboard = check_markup(markup, in_channel=message.chat.kind is ChatKind.CHANNEL)
    kept = {name: value for name, value in message.content.items() if name not in {"reply_markup", "edit_date"}}
    return _replace(api, message, {**kept, **({"reply_markup": keyboard} if keyboard else {})}, parameters)


def delete_message(api: Api, parameters: Parameters) -> JsonValue:
    """Delete a message; others' only in private chats or as an administrator."""
    world = api.world
    chat = find_chat(world, parameters.text("chat_id"), Access.WRITE)
    message = find_message(world, chat, parameters.integer("message_id", 0), called="message to delete")
    is_admin = world.status_of_bot(chat) in ADMINS
    own = message.from_bot and not message.is_service
    if not (chat.kind is ChatKind.PRIVATE or is_admin or own):
        reason = "message can't be deleted"
        raise bad_request(reason)
    if message.date < api.clock.now() - DELETABLE_FOR and not (is_admin and chat.is_big):
        reason = "message can't be deleted for everyone"
        raise bad_request(reason)
    message.deleted = True
    return True


def set_message_reaction(api: Api, parameters: Parameters) -> JsonValue:
    """React to a message with at most one emoji; no reaction takes the old one back."""
    value = parameters.decoded("reaction", "Can't parse reaction types JSON object") or []
    if not isinstance(value, list) or not all(isinstance(reaction, dict) for reaction in value):
        reason = "expected an Array of ReactionType"
        raise bad_request(reason)
    chat = find_chat(api.world, parameters.text("chat_id"), Access.READ)
    find_message(api.world, chat, parameters.integer("message_id", 0), called="message to react")
    if len(value) > 1:
        reason = "REACTIONS_TOO_MANY"
        raise bad_request(reason)
    if any(reaction.get("type") != "emoji" or reaction.get("emoji") not in REACTIONS for reaction in value):
        reason = "REACTION_INVALID"
        raise bad_request(reason)
    return True


def _editable(api: Api, parameters: Parameters) -> Message:
    message_id = parameters.integer("message_id", 0)
    if not parameters.text("chat_id") and message_id == 0:
        inline_id = parameters.text("inline_message_id")
        if not inline_id:
            reason = "message identifier is not specified"
            raise bad_request(reason)
        if inline_id not in api.world.inline_messages:
            reason = "MESSAGE_ID_INVALID"
            raise bad_request(reason)
        return api.world.inline_messages[inline_id]
    chat = find_chat(api.world, parameters.text("chat_id"), Access.EDIT)
    message = find_message(api.world, chat, message_id, called="message to edit")
    if not message.from_bot or message.is_service:
        reason = "message can't be edited"
        raise bad_request(reason)
    check_writable(api.world, chat)
    return message


def _replace(api: Api, message: Message, content: JsonObject, parameters: Parameters) -> JsonValue:
    before = {name: value for name, value in message.content.items() if name != "edit_date"}
    if content == before:
        raise bad_request(NOT_MODIFIED)
    api.limits.count_message(message.chat.id)
    message.content = {**content, "edit_date": int(api.clock.now())}
    return True if parameters.text("inline_message_id") else api.world.message_json(message)
