"""What arrives, read once into a typed shape: a message with its writer, or a pressed button."""

from dataclasses import dataclass

from telegram import MaybeInaccessibleMessage, Message, MessageEntity, Update

from bot.telegram.place import Place, Speaker, place_of_reply, speaker_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A new message of a person, and where a reply to it belongs."""

    update_id: int
    message: Message
    speaker: Speaker
    place: Place

    @property
    def written_at(self) -> float:
        """Seconds since the epoch, by Telegram's clock."""
        return self.message.date.timestamp()

    @property
    def argument(self) -> str:
        """What stands behind the command that the message begins with."""
        entities = self.message.entities
        text = self.message.text or ""
        if not entities or entities[0].type != MessageEntity.BOT_COMMAND or entities[0].offset != 0:
            return text.strip()
        # A command is made of ASCII, so that its length counts characters too.
        return text[entities[0].length :].strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """A pressed button: its query, its data, and the message it stands under."""

    update_id: int
    query: str
    data: str | None
    message: MaybeInaccessibleMessage
    speaker: Speaker
    place: Place


def read_message(update: Update) -> Incoming | None:
    """Return the update's new message, None when it has none or nobody wrote it."""
    message = update.message
    if message is None:
        return None
    speaker = speaker_of(message)
    if speaker is None:
        return None
    return Incoming(update_id=update.update_id, message=message, speaker=speaker, place=place_of_reply(message))


def read_press(update: Update) -> Press | None:
    """Return the update's pressed button, None when it has none or its message stands in no chat of the bot."""
    query = update.callback_query
    if query is None or query.message is None:
        return None
    return Press(
        update_id=update.update_id,
        query=query.id,
        data=query.data,
        message=query.message,
        speaker=Speaker(id=query.from_user.id, language_code=query.from_user.language_code),
        place=place_of_reply(query.message),
    )
