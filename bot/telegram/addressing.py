"""Who a message is for, and which words of it are the question.

Telegram counts the places of mentions in UTF-16 units, so that an emoji before one counts twice.
"""

from telegram import Message, MessageEntity, User

_OPENING = " \t\r\n,.:;،؛\u3001\uff0c\uff1a\uff1b\u2014\u2013\u200b-"
"""What is left of an address when the mention before it is cut out."""


def is_addressed(message: Message, me: User) -> bool:
    """Return whether the message mentions the bot or replies to it."""
    return bool(_mentions(message, me)) or _replies_to_me(message, me)


def questions_of(message: Message, me: User) -> tuple[str, ...]:
    """Return what an addressed message may ask, the likeliest first; empty when it has no words.

    Its own words come first; the words it replies to are what a mention alone asks about.
    """
    words = [own_words(message, me)]
    if not _replies_to_me(message, me):
        words.append(replied_words(message, me))
    return tuple(dict.fromkeys(filter(None, words)))


def own_words(message: Message, me: User) -> str:
    """Return the message's text or caption without its mentions of the bot."""
    raw = (message.text or message.caption or "").encode("utf-16-le", "surrogatepass")
    for start, end in reversed(_mentions(message, me)):
        raw = raw[: 2 * start] + raw[2 * end :]
    return raw.decode("utf-16-le", "replace").lstrip(_OPENING).rstrip()


def replied_words(message: Message, me: User) -> str:
    """Return what somebody else wrote and this message quotes or replies to, empty when there is nothing."""
    if _replies_to_me(message, me):
        return ""
    if message.quote is not None:
        return message.quote.text.strip()
    replied = _replied(message)
    return own_words(replied, me) if replied is not None else ""


def _replied(message: Message) -> Message | None:
    replied = message.reply_to_message
    # Every message of a forum topic comes as a reply to the topic's first one; that is nobody's doing.
    if replied is not None and message.is_topic_message and replied.message_id == message.message_thread_id:
        return None
    return replied


def _replies_to_me(message: Message, me: User) -> bool:
    replied = _replied(message)
    return replied is not None and replied.from_user is not None and replied.from_user.id == me.id


def _mentions(message: Message, me: User) -> list[tuple[int, int]]:
    """Return where the bot is mentioned, in UTF-16 units and in order."""
    raw = (message.text or message.caption or "").encode("utf-16-le", "surrogatepass")
    name = f"@{me.username}".casefold()
    found = []
    for entity in message.entities or message.caption_entities:
        start, end = entity.offset, entity.offset + entity.length
        shown = raw[2 * start : 2 * end].decode("utf-16-le", "replace").casefold()
        by_name = entity.type == MessageEntity.MENTION and shown == name
        by_id = entity.type == MessageEntity.TEXT_MENTION and entity.user is not None and entity.user.id == me.id
        if by_name or by_id:
            found.append((start, end))
    return sorted(found)
