"""Takes questions out of messages: everything in private, in groups what is addressed to the bot."""

from telegram import User

from bot.telegram.addressing import is_addressed, own_words, questions_of, replied_words
from bot.telegram.desk import Desk, Request
from bot.telegram.incoming import Incoming
from bot.telegram.notices import Notices


class Questions:
    """The handlers of messages that ask."""

    def __init__(self, *, me: User, desk: Desk, notices: Notices) -> None:
        """Keep the parts; `me` is the bot's own account."""
        self._me = me
        self._desk = desk
        self._notices = notices

    async def in_private(self, incoming: Incoming) -> None:
        """Answer a text or a caption; every one is a question."""
        await self._ask(incoming, (own_words(incoming.message, self._me),))

    async def in_group(self, incoming: Incoming) -> None:
        """Answer a text or a caption that mentions the bot or replies to it; leave all others alone."""
        if is_addressed(incoming.message, self._me):
            await self._ask(incoming, questions_of(incoming.message, self._me))

    async def by_command(self, incoming: Incoming) -> None:
        """Answer what stands behind /ask, or else the message that it replies to."""
        words = (incoming.argument, replied_words(incoming.message, self._me))
        await self._ask(incoming, tuple(dict.fromkeys(words)))

    async def without_words(self, incoming: Incoming) -> None:
        """Ask for words in return for a sticker, a voice message or a picture without a caption."""
        if incoming.message.media_group_id is not None:
            return
        if await self._desk.is_within_limit(request_of(incoming)):
            messages = await self._notices.messages(incoming.place.chat, incoming.speaker)
            await self._notices.send(incoming.place, messages.empty, update_id=incoming.update_id)

    async def _ask(self, incoming: Incoming, questions: tuple[str, ...]) -> None:
        request = request_of(incoming, tuple(filter(None, questions)))
        if request.questions:
            await self._desk.answer(request)
        elif await self._desk.is_within_limit(request):
            messages = await self._notices.messages(incoming.place.chat, incoming.speaker)
            await self._notices.send(incoming.place, messages.ask_usage, update_id=incoming.update_id)


def request_of(incoming: Incoming, questions: tuple[str, ...] = ()) -> Request:
    """Return the message as a request at the desk."""
    return Request(
        update_id=incoming.update_id,
        questions=questions,
        speaker=incoming.speaker,
        place=incoming.place,
        written_at=incoming.written_at,
    )
