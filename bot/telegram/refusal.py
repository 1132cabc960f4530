"""Why Telegram lets the bot not go on: a matter for its operator, told in words and then the end."""

from enum import Enum


class Refusal(Enum):
    """Each value is what the operator reads."""

    TOKEN = "Telegram does not know this token (401): copy it anew from BotFather into BOT_TOKEN."  # noqa: S105 - a message
    OTHER_POLLER = (
        "Another program fetches this bot's messages with the same token (409): "
        "stop the other one, or make a bot of its own for it with BotFather."
    )
    WEBHOOK = (
        "A webhook is set for this bot, so that Telegram refuses polling (409): "
        "remove it by opening <BOT_BASE_URL>/bot<BOT_TOKEN>/deleteWebhook once."
    )


class RefusedError(Exception):
    """Telegram refuses to work with this bot; trying again would not help."""

    def __init__(self, refusal: Refusal) -> None:
        """Keep the reason."""
        self.refusal = refusal
        super().__init__(refusal.value)
