"""What the bot tells Telegram and its operator of itself at start: its commands, and whether it hears mentions."""

from collections.abc import Collection, Iterator

import structlog
from telegram import BotCommand, BotCommandScopeChat, BotCommandScopeDefault, User
from telegram.error import TelegramError

from bot.knowledge.model import Knowledge, Messages
from bot.telegram.client import RawBot

CODE_LENGTH = 2
"""Telegram knows languages by their two-letter codes only."""
DEAF_TO_MENTIONS = (
    "In groups this bot hears only commands and replies, as its privacy mode is on. To let it hear mentions: "
    "in @BotFather send /setprivacy, choose the bot, then Disable; remove the bot from each group and add it again."
)

_log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


def warn_of_privacy_mode(me: User) -> None:
    """Log how to switch privacy mode off, if it is on."""
    if not me.can_read_all_group_messages:
        _log.warning(DEAF_TO_MENTIONS)


async def set_commands(bot: RawBot, knowledge: Knowledge, admins: Collection[int]) -> None:
    """Set the menu of commands in every language, with /reload in the private chats of admins.

    What Telegram refuses is logged: an admin who never wrote to the bot has no chat with it.
    """
    default = knowledge.settings.default_language
    menus = [(None, default), *((tag, tag) for tag in knowledge.languages if len(tag) == CODE_LENGTH)]
    calls: list[tuple[list[BotCommand], BotCommandScopeDefault | BotCommandScopeChat, str | None]] = [
        (list(_commands(knowledge.messages[tag])), BotCommandScopeDefault(), code) for code, tag in menus
    ]
    own = knowledge.messages[default]
    with_reload = [*_commands(own), BotCommand("reload", own.command_reload)]
    calls.extend((with_reload, BotCommandScopeChat(admin), None) for admin in sorted(admins))
    for commands, scope, code in calls:
        try:
            await bot.set_my_commands(commands, scope=scope, language_code=code)
        except TelegramError as error:
            _log.info("commands not set", scope=scope.type, language=code, kind=type(error).__name__)


def _commands(messages: Messages) -> Iterator[BotCommand]:
    yield BotCommand("ask", messages.command_ask)
    yield BotCommand("help", messages.command_help)
    yield BotCommand("language", messages.command_language)
