"""What the core must know beside the question: who asks, and what was said before."""

from dataclasses import dataclass
from datetime import timedelta

from bot.answering.reply import Reply

FOLLOW_UP_FOR = timedelta(minutes=10)
"""How long a short message completes the last question; a pause longer than this starts anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What one user last asked in one chat. `asked_at` is seconds of any steady clock.

    `language` is the last one that was sure; `entries` are what the last answer or the last
    choices were about, best first; `entries` is empty when nothing can be followed up.
    """

    language: str | None = None
    entries: tuple[str, ...] = ()
    asked_at: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who asks, at `now` seconds of the same clock as the context.

    `chosen_language` was set by the user and beats everything; `language_code` is Telegram's
    hint about the user's app.
    """

    now: float = 0.0
    language_code: str | None = None
    chosen_language: str | None = None
    context: Context = Context()


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """The reply to one question, and the context for the next one."""

    reply: Reply
    context: Context
