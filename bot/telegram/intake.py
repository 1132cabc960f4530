"""The intake: fetches updates by long polling and acknowledges them once they are safe in the inbox."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NoReturn, TypeGuard

from telegram.error import Conflict, InvalidToken

from bot.storage.inbox import Body, Inbox, Item
from bot.telegram.client import RawBot
from bot.telegram.patience import Patience
from bot.telegram.refusal import Refusal, RefusedError

LARGEST = 2**63
"""Telegram's ids fit into 64 bits with a sign."""


class Intake:
    """Polls one bot into one inbox."""

    def __init__(self, *, bot: RawBot, inbox: Inbox, patience: Patience, heard: Callable[[], None]) -> None:
        """Start where Telegram has its first update that is not acknowledged; `heard` is told of every answer."""
        self._bot = bot
        self._inbox = inbox
        self._patience = patience
        self._heard = heard
        self._offset = 0

    async def run(self) -> NoReturn:
        """Fetch updates until cancelled; raises RefusedError when Telegram will give this bot no more."""
        while True:
            batch = await self._patience.call(self._fetch)
            self._heard()
            items = tuple(read_items(batch))
            await self._inbox.put(items)
            # Telegram takes the next fetch as the acknowledgement of everything before the offset. Once that is
            # done the offset is dropped: after a week of silence Telegram may go on with lower ids.
            self._offset = max((item.update_id + 1 for item in items), default=0)
            await self._inbox.room()

    async def acknowledge(self) -> None:
        """Tell Telegram what is safe in the inbox, so that it does not come again after a restart."""
        if self._offset:
            await self._bot.fetch_updates(self._offset, limit=1, wait=0)

    async def _fetch(self) -> Sequence[Body]:
        try:
            return await self._bot.fetch_updates(self._offset)
        except InvalidToken:
            # Without the cause: its text may hold the token.
            raise RefusedError(Refusal.TOKEN) from None
        except Conflict as error:
            webhook = "webhook" in str(error).lower()
            raise RefusedError(Refusal.WEBHOOK if webhook else Refusal.OTHER_POLLER) from error


def read_items(batch: Sequence[Body]) -> Iterator[Item]:
    """Yield the updates that have an id, in the order of their ids, each with its lane."""
    known = [(body["update_id"], body) for body in batch if _is_number(body.get("update_id"))]
    for update_id, body in sorted(known, key=lambda pair: pair[0]):
        yield Item(update_id=update_id, lane=lane_of(body, update_id), body=body)


def lane_of(body: Body, update_id: int) -> int:
    """Return the chat that an update belongs to, else its user, else a lane of its own."""
    for content in body.values():
        if isinstance(content, Mapping):
            message = content.get("message")
            holders = (content, message if isinstance(message, Mapping) else {})
            people = (holder.get(name) for name in ("chat", "from", "user") for holder in holders)
            found = (person.get("id") for person in people if isinstance(person, Mapping))
            lane = next((number for number in found if _is_number(number)), None)
            if lane is not None:
                return lane
    return update_id


def _is_number(value: object) -> TypeGuard[int]:
    """Return whether this is an id as Telegram has them; a bigger number would fit no database."""
    return isinstance(value, int) and not isinstance(value, bool) and -LARGEST <= value < LARGEST
