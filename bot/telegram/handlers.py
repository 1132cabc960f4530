"""Which handler gets which update: registered once, and only for new messages of people and pressed buttons."""

from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any, TypeAlias

from telegram import Message, Update
from telegram.ext import CallbackQueryHandler, CommandHandler, ContextTypes, MessageHandler, filters

from bot.storage.talks import Talks
from bot.telegram.client import TelegramApplication
from bot.telegram.commands import Commands
from bot.telegram.failures import Failures
from bot.telegram.incoming import Incoming, Press, read_message, read_press
from bot.telegram.presses import Presses
from bot.telegram.questions import Questions
from bot.telegram.reloading import Reloading

# What python-telegram-bot takes as a handler.
Callback: TypeAlias = Callable[[Update, ContextTypes.DEFAULT_TYPE], Coroutine[Any, Any, None]]


class FromPerson(filters.MessageFilter):
    """Passes what a person wrote here: not another bot, not through a bot, not forwarded from a channel by itself."""

    def filter(self, message: Message) -> bool:
        """Return whether the message passes; who writes as a group or a channel comes as a bot of Telegram's."""
        of_bot = message.from_user is not None and message.from_user.is_bot and message.sender_chat is None
        return not (of_bot or message.via_bot or message.is_automatic_forward)


@dataclass(frozen=True, slots=True, kw_only=True)
class Handlers:
    """All handlers of the bot."""

    questions: Questions
    commands: Commands
    reloading: Reloading
    presses: Presses
    failures: Failures
    talks: Talks


def register(application: TelegramApplication, handlers: Handlers) -> None:
    """Add the handlers; the first that takes an update is the only one."""
    # Without the first filter, edited messages and channel posts would pass as well (measured).
    new = filters.UpdateType.MESSAGE & FromPerson()
    private = new & filters.ChatType.PRIVATE
    group = new & filters.ChatType.GROUPS
    words = filters.TEXT | filters.CAPTION
    to_me = filters.Regex(rf"(?i)^/\w+@{application.bot.username}\b")
    wordless = filters.PHOTO | filters.VIDEO | filters.Document.ALL | filters.Sticker.ALL | filters.ANIMATION
    wordless |= filters.VOICE | filters.AUDIO | filters.VIDEO_NOTE
    commands = {
        "start": handlers.commands.start,
        "help": handlers.commands.help,
        "language": handlers.commands.language,
        "ask": handlers.questions.by_command,
        "reload": handlers.reloading.reload,
    }
    for name, handle in commands.items():
        application.add_handler(CommandHandler(name, _of_message(handle), filters=new))
    application.add_handlers(
        [
            MessageHandler(filters.COMMAND & (private | (group & to_me)), _of_message(handlers.commands.help)),
            # What is left are commands to other bots.
            MessageHandler(filters.COMMAND, _ignore),
            MessageHandler(private & words, _of_message(handlers.questions.in_private)),
            MessageHandler(group & words, _of_message(handlers.questions.in_group)),
            MessageHandler(private & wordless, _of_message(handlers.questions.without_words)),
            CallbackQueryHandler(_of_press(handlers.presses.pressed)),
            MessageHandler(filters.StatusUpdate.MIGRATE, _of_move(handlers.talks)),
        ]
    )
    application.add_error_handler(handlers.failures.failed)


def _of_message(handle: Callable[[Incoming], Awaitable[None]]) -> Callback:
    async def callback(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        del context
        incoming = read_message(update)
        if incoming is not None:
            await handle(incoming)

    return callback


def _of_press(handle: Callable[[Press], Awaitable[None]]) -> Callback:
    async def callback(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        del context
        press = read_press(update)
        if press is not None:
            await handle(press)

    return callback


def _of_move(talks: Talks) -> Callback:
    async def callback(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        del context
        message = update.message
        if message is not None and message.migrate_to_chat_id is not None:
            await talks.move(message.chat.id, message.migrate_to_chat_id)

    return callback


async def _ignore(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    del update, context
