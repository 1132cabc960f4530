"""What the methods share: the world, the updates, the open queries, the profile, the journal."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.botapi.faults import Faults
from tests.botapi.journal import Journal
from tests.botapi.limits import FloodLimits
from tests.botapi.refusals import RefusedError, bad_request
from tests.botapi.updates import UpdateQueue

if TYPE_CHECKING:
    from tests.botapi.json_fields import JsonObject, JsonValue
    from tests.botapi.parameters import Parameters
    from tests.botapi.state import World

# How long Telegram takes an answer; the documentation only says that the time is short.
CALLBACK_LIFETIME = 15.0
INLINE_LIFETIME = 10.0
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


@dataclass(slots=True, kw_only=True)
class OpenQuery:
    """A callback or inline query that waits for its one answer; `user_id` asked it."""

    query_id: str
    user_id: int
    expires_at: float


@dataclass(slots=True)
class OpenQueries:
    """Queries of one kind."""

    lifetime: float
    waiting: dict[str, OpenQuery] = field(default_factory=dict)

    def answer(self, query_id: str, now: float) -> OpenQuery:
        """Return the query and close it; refuses an answer that is late, second or to nothing."""
        query = self.waiting.get(query_id)
        if query is None or query.expires_at <= now:
            raise bad_request(TOO_OLD)
        return self.waiting.pop(query_id)


@dataclass(slots=True)
class Profile:
    """What the bot says of itself, per language; commands also per scope."""

    names: dict[str, str] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    short_descriptions: dict[str, str] = field(default_factory=dict)
    commands: dict[tuple[str, str], list[JsonObject]] = field(default_factory=dict)


class Api:
    """The server without HTTP."""

    def __init__(self, world: World) -> None:
        """Put the parts around a world."""
        self.world = world
        self.clock = world.clock
        self.updates = UpdateQueue(world.clock)
        self.journal = Journal()
        self.limits = FloodLimits(world.clock)
        self.faults = Faults(world.clock)
        self.callbacks = OpenQueries(CALLBACK_LIFETIME)
        self.inline_queries = OpenQueries(INLINE_LIFETIME)
        self.inline_answers: dict[str, list[JsonObject]] = {}
        self.profile = Profile()
        self.supports_inline = True
        self.last_query_id = 0
        self.logged_out = False


def log_out(api: Api, _parameters: Parameters) -> JsonValue:
    """Detach the bot: from now on every call is refused."""
    api.logged_out = True
    api.updates.clear()
    return True


def close(_api: Api, _parameters: Parameters) -> JsonValue:
    """Stop the bot's instance; the next call starts it again, as on the real server."""
    return True


def refuse_when_logged_out(api: Api) -> None:
    """Refuse every call of a bot that has logged out."""
    if api.logged_out:
        raise RefusedError(400, "Logged out")
