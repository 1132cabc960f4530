"""A bare python-telegram-bot that sends every text back, with its setting from the environment."""

import os

from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters
from telegram.request import HTTPXRequest


async def echo(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Send the text back."""
    del context
    if update.message is not None and update.message.text is not None:
        await update.message.reply_text(update.message.text)


def main() -> None:
    """Poll until told to stop."""
    at_once = int(os.environ["ECHO_AT_ONCE"])
    application = (
        Application.builder()
        .token(os.environ["BOT_TOKEN"])
        .base_url(os.environ["BOT_BASE_URL"] + "/bot")
        .concurrent_updates(at_once)
        .request(HTTPXRequest(connection_pool_size=2 * at_once, pool_timeout=60.0))
        .build()
    )
    application.add_handler(MessageHandler(filters.TEXT, echo))
    application.run_polling()


if __name__ == "__main__":
    main()
