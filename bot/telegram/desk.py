"""The desk: takes a question or a pressed entry, asks the core once, and sends one reply."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import structlog

from bot.answering.conversation import Asker, Turn
from bot.answering.engine import Engine
from bot.answering.reply import Outcome, Reply, Span
from bot.storage.talks import Talks
from bot.telegram.buttons import reply_keyboard
from bot.telegram.card import render_reply
from bot.telegram.feedback import Feedback
from bot.telegram.live import Live
from bot.telegram.notices import Notices
from bot.telegram.outbox import Outbox
from bot.telegram.place import Place, Speaker
from bot.telegram.rate import RateLimit, Verdict

_log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocks:
    """`wall` is seconds since the epoch, `steady` seconds of a clock that nobody sets."""

    wall: Callable[[], float]
    steady: Callable[[], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What somebody wants to know, from where, and when they wrote it (seconds since the epoch).

    `questions` holds what may be meant, the likeliest first, at least one.
    """

    update_id: int
    questions: tuple[str, ...]
    speaker: Speaker
    place: Place
    written_at: float


class Desk:
    """Answers questions from whatever engine is live when it begins with one."""

    def __init__(
        self,
        *,
        live: Live,
        talks: Talks,
        outbox: Outbox,
        notices: Notices,
        feedback: Feedback,
        limit: RateLimit,
        stale_after: float,
        clocks: Clocks,
    ) -> None:
        """Keep the parts; `stale_after` is the age in seconds from which a question gets an apology."""
        self._live = live
        self._talks = talks
        self._outbox = outbox
        self._notices = notices
        self._feedback = feedback
        self._limit = limit
        self._stale_after = stale_after
        self._clocks = clocks

    async def answer(self, request: Request) -> None:
        """Answer the question, unless it comes too often or too late."""
        if not await self._admit(request):
            return
        engine, started = self._live.engine, self._clocks.steady()
        asker = await self._notices.asker(request.place.chat, request.speaker)
        turn = _first_understood(engine, request.questions, asker)
        await self._reply(engine, turn, request, started=started)

    async def show(self, entry: str, request: Request) -> bool:
        """Answer with this entry, as if it had been asked for; return False when this knowledge has no such entry."""
        if not await self._admit(request):
            return True
        engine, started = self._live.engine, self._clocks.steady()
        turn = engine.show(entry, await self._notices.asker(request.place.chat, request.speaker))
        if turn is None:
            return False
        await self._reply(engine, turn, request, started=started)
        return True

    async def is_within_limit(self, request: Request) -> bool:
        """Return whether the speaker may ask for one more reply; the first refusal of a row is told."""
        verdict = self._limit.check(request.speaker.id, request.written_at)
        if verdict is Verdict.PASS:
            return True
        self._log_refusal(request, "rate limit")
        if verdict is Verdict.REFUSED_ALOUD:
            messages = await self._notices.messages(request.place.chat, request.speaker)
            await self._notices.send(request.place, messages.rate_limited, update_id=request.update_id)
        return False

    async def _admit(self, request: Request) -> bool:
        if not await self.is_within_limit(request):
            return False
        if self._clocks.wall() - request.written_at <= self._stale_after:
            return True
        self._log_refusal(request, "stale")
        messages = await self._notices.messages(request.place.chat, request.speaker)
        await self._notices.send(request.place, messages.stale, update_id=request.update_id)
        return False

    def _log_refusal(self, request: Request, reason: str) -> None:
        _log.info("question refused", update=request.update_id, reason=reason, refused_so_far=self._limit.refused)

    async def _reply(self, engine: Engine, turn: Turn, request: Request, *, started: float) -> None:
        reply = turn.reply if request.place.is_private else _quiet(turn.reply, engine)
        card = render_reply(reply, reply_keyboard(reply, engine.knowledge))
        milliseconds = round(1000 * (self._clocks.steady() - started), 2)
        await self._outbox.send(request.place, card, update_id=request.update_id)
        # Only now: a question that is asked again after a crash must not follow up on itself.
        await self._talks.remember(request.place.chat, request.speaker.id, turn.context)
        if request.questions:
            self._feedback.replied(request.place.chat, request.questions[0], turn.reply, engine.knowledge.version)
        _log.info(
            "question",
            update=request.update_id,
            outcome=reply.outcome.value,
            entry=",".join(answer.citation.entry for answer in reply.answers) or None,
            score=reply.confidence,
            reason=reply.reason,
            language=reply.language,
            milliseconds=milliseconds,
            knowledge=engine.knowledge.version,
        )


def _first_understood(engine: Engine, questions: tuple[str, ...], asker: Asker) -> Turn:
    """Return the turn of the first question that is understood, else that of the first."""
    first, *others = (engine.ask(question, asker) for question in questions)
    return next((turn for turn in (first, *others) if turn.reply.outcome is not Outcome.UNKNOWN), first)


def _quiet(reply: Reply, engine: Engine) -> Reply:
    """Return the reply as it suits a group: one that is unsure says so in one line.

    What the knowledge is known not to tell keeps its own sentence, as it answers the question.
    """
    messages = engine.knowledge.messages[reply.language]
    if reply.outcome is not Outcome.UNKNOWN or len(reply.heading) == 1:
        return reply
    if reply.reason in messages.unknowns:
        return replace(reply, heading=reply.heading[:1])
    return replace(reply, heading=((Span(text=messages.quiet_unknown),),))
