"""A strict Telegram Bot API server for tests: it refuses what Telegram refuses, in Telegram's words."""

from tests.botapi.journal import Call
from tests.botapi.people import Asked, Person
from tests.botapi.places import Place, Written
from tests.botapi.refusals import ControlError
from tests.botapi.server import DEFAULT_TOKEN, BotApiServer
from tests.botapi.state import MemberStatus
from tests.botapi.threads import serving

__all__ = [
    "DEFAULT_TOKEN",
    "Asked",
    "BotApiServer",
    "Call",
    "ControlError",
    "MemberStatus",
    "Person",
    "Place",
    "Written",
    "serving",
]
