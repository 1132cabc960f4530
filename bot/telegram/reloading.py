"""The admins' command /reload, and its report."""

from collections.abc import Callable, Collection
from typing import assert_never

import structlog

from bot.knowledge.changes import Changes
from bot.knowledge.model import Messages
from bot.telegram.incoming import Incoming
from bot.telegram.live import Live, NotReloaded, Reload, Reloaded, Unchanged
from bot.telegram.notices import Notices

_log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


class Reloading:
    """Its handler. Admins are known by their numeric ids alone."""

    def __init__(self, *, live: Live, notices: Notices, admins: Collection[int], clock: Callable[[], float]) -> None:
        """Keep the parts; `clock` is any steady one, in seconds."""
        self._live = live
        self._notices = notices
        self._admins = frozenset(admins)
        self._clock = clock

    async def reload(self, incoming: Incoming) -> None:
        """Put the folder's present content in place of what is live, and report; only for admins."""
        messages = await self._notices.messages(incoming.place.chat, incoming.speaker)
        speaker = incoming.speaker
        if speaker.is_anonymous or speaker.id not in self._admins:
            values = {"id": str(speaker.id)}
            await self._notices.send(incoming.place, messages.not_admin, values, update_id=incoming.update_id)
            return
        started = self._clock()
        done = await self._live.reload()
        milliseconds = round(1000 * (self._clock() - started))
        _log.info("reload", result=type(done).__name__, version=done.version, milliseconds=milliseconds)
        template, values, more = _report(done, messages, milliseconds)
        await self._notices.send(incoming.place, template, values, more=more, update_id=incoming.update_id)


def _report(done: Reload, messages: Messages, milliseconds: int) -> tuple[str, dict[str, str], list[str]]:
    match done:
        case Reloaded(version=version, changes=changes):
            counts = {name: str(len(getattr(changes, name))) for name in ("added", "changed", "removed")}
            values = {"version": version, "milliseconds": str(milliseconds), **counts}
            return messages.reload_ok, values, _listed(changes)
        case Unchanged(version=version):
            return messages.reload_same, {"version": version}, []
        case NotReloaded(version=version, problems=problems):
            return messages.reload_failed, {"version": version}, [f"• {problem}" for problem in problems]
        case _:
            assert_never(done)


def _listed(changes: Changes) -> list[str]:
    marked = (("+", changes.added), ("~", changes.changed), ("-", changes.removed))
    return [f"{mark} {entry}" for mark, entries in marked for entry in entries]
