"""Which messages reach a bot, by the kind of chat and the bot's privacy mode."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.botapi.state import ADMINS, PRESENT, ChatKind

if TYPE_CHECKING:
    from tests.botapi.json_fields import JsonObject
    from tests.botapi.state import Message, World


def reaches_bot(world: World, message: Message) -> bool:
    """Say whether Telegram tells the bot of this message.

    In privacy mode plain @mentions do not pass: only commands for the bot, replies to it, messages sent
    through it and service messages do.
    """
    chat = message.chat
    if chat.kind is ChatKind.PRIVATE:
        return True
    status = world.status_of_bot(chat)
    if status not in PRESENT:
        return False
    if _is_from_another_bot(world, message):
        return False
    if chat.kind is ChatKind.CHANNEL or message.is_service:
        return True
    if world.reads_all_group_messages or status in ADMINS:
        return True
    return _is_sent_through(world, message) or _is_reply_to_bot(world, message) or _is_command_for_bot(world, message)


def _is_from_another_bot(world: World, message: Message) -> bool:
    sender = world.users.get(message.sender_id or 0)
    return sender is not None and sender.is_bot and "sender_chat" not in message.content


def _is_sent_through(world: World, message: Message) -> bool:
    via: JsonObject = message.content.get("via_bot") or {}
    return via.get("id") == world.bot.id


def _is_reply_to_bot(world: World, message: Message) -> bool:
    if message.reply_to is None:
        return False
    replied = world.find_message(message.chat, message.reply_to)
    return replied is not None and replied.from_bot and not replied.is_service


def _is_command_for_bot(world: World, message: Message) -> bool:
    text = str(message.content.get("text", message.content.get("caption", "")))
    entities = message.content.get("entities") or message.content.get("caption_entities") or []
    command = next((e for e in entities if e["type"] == "bot_command" and e["offset"] == 0), None)
    if command is None:
        return False
    # A command is ASCII, so its UTF-16 length is the number of its characters.
    _, addressed, username = text[: command["length"]].partition("@")
    if addressed:
        return username.lower() == (world.bot.username or "").lower()
    present = (user_id for user_id, status in message.chat.members.items() if status in PRESENT)
    bots = [user_id for user_id in present if _is_bot(world, user_id)]
    return bots == [world.bot.id] or message.chat.last_bot_heard == world.bot.id


def _is_bot(world: World, user_id: int) -> bool:
    user = world.users.get(user_id)
    return user is not None and user.is_bot
