"""Puts the parts of the bot together, runs them until they are told to stop, and ends them in order."""

import asyncio
import signal
import sys
import time
from collections.abc import Coroutine, Iterator
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from enum import IntEnum
from functools import partial
from typing import Any, NoReturn
from urllib.parse import urlsplit

import structlog
from telegram import Update
from telegram.error import InvalidToken, TelegramError

from bot import health
from bot.answering.conversation import Asker
from bot.answering.engine import Engine
from bot.curation import prepare, start
from bot.knowledge.problems import KnowledgeError
from bot.logs import start_logs
from bot.settings import Settings, SettingsError
from bot.storage.inbox import Item, StoredInbox
from bot.storage.pauses import StoredPauses
from bot.storage.store import Store, StoreError, default_url, opened
from bot.storage.talks import StoredTalks
from bot.storage.unanswered import DAY, StoredUnanswered
from bot.telegram.client import TelegramApplication, build_application, build_bot
from bot.telegram.commands import Commands
from bot.telegram.desk import Clocks, Desk
from bot.telegram.failures import Failures, log_failure
from bot.telegram.feedback import Feedback
from bot.telegram.handlers import Handlers, register
from bot.telegram.intake import Intake
from bot.telegram.introduction import set_commands, warn_of_privacy_mode
from bot.telegram.live import Live
from bot.telegram.notices import Notices
from bot.telegram.outbox import Outbox
from bot.telegram.patience import Patience
from bot.telegram.presses import Presses
from bot.telegram.questions import Questions
from bot.telegram.rate import RateLimit
from bot.telegram.refusal import Refusal, RefusedError
from bot.telegram.reloading import Reloading
from bot.telegram.workers import AT_ONCE, Slots, Workers

GRACE = 6.0
FAREWELL = 1.0
"""Seconds at the end: for what is being handled, and for telling Telegram what is done. Together with closing
the connections they stay below the eight that an operator waits."""
GIVE_UP_SENDING = 24 * 3600.0
"""Seconds after which a message that Telegram keeps failing on is given up: as long as Telegram keeps a question."""
TIDY_EVERY = 3600.0
"""Seconds between two rounds of deleting what is kept too long."""

_log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


class Exit(IntEnum):
    """The exit codes of a run."""

    DONE = 0
    FAILED = 1
    SETTINGS = 2
    TOKEN_REFUSED = 3
    POLLING_REFUSED = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What runs while the bot is up."""

    intake: Intake
    inbox: StoredInbox
    talks: StoredTalks
    pauses: StoredPauses
    unanswered: StoredUnanswered
    workers: Workers
    live: Live
    store: Store
    pulse: health.Pulse

    def examine(self) -> health.Health:
        """Return how the bot is; it is well while Telegram is heard of and the store can be written."""
        silence, failing = self.pulse.silence, self.store.writer.failing
        facts: dict[str, str | float] = {
            "knowledge": self.live.engine.knowledge.version,
            "seconds_since_telegram": round(silence, 1),
            "store": "can't be written" if failing else "ok",
            "waiting": self.inbox.waiting(),
        }
        return health.Health(is_well=silence < health.QUIET_FOR and not failing, facts=facts)

    async def load(self) -> None:
        """Take up what an earlier run left."""
        await self.pauses.load()
        left = await self.inbox.load()
        if left:
            _log.info("taking up what was left", updates=left)

    async def tidy(self, keep_talks: float) -> NoReturn:
        """Delete what is kept too long, again and again; talks are kept for so many seconds."""
        while True:
            await self.inbox.forget()
            await self.talks.forget(keep_talks)
            await self.unanswered.forget()
            await asyncio.sleep(TIDY_EVERY)


async def run(settings: Settings) -> int:
    """Run the bot until SIGTERM or SIGINT, or until it can't go on; return the exit code.

    Whatever goes wrong is told in the log.
    """
    start_logs(settings.log_level, settings.log_format, secrets=_secrets(settings), stream=sys.stderr)
    asyncio.get_running_loop().set_exception_handler(_log_stray_failure)
    try:
        await _run(settings, _token(settings))
    except Exception as error:  # noqa: BLE001 - the last one to catch it
        return _tell(error)
    _log.info("stopped")
    return Exit.DONE


def _token(settings: Settings) -> str:
    """Return the token of settings that polling can work with; raises SettingsError."""
    faults = []
    if settings.bot_token is None:
        faults.append("BOT_TOKEN: is not set; get a token from @BotFather in Telegram and put it into the environment")
    if settings.bot_webhook_url is not None:
        faults.append("BOT_WEBHOOK_URL: webhooks are not there yet; leave it out, and the bot fetches its messages")
    if settings.bot_token is None or faults:
        raise SettingsError(tuple(faults))
    return settings.bot_token.get_secret_value()


def _tell(error: Exception) -> Exit:
    """Log why the bot does not run, in words for its operator, and return the exit code."""
    match error:
        case SettingsError(faults=faults):
            lines, code = list(faults), Exit.SETTINGS
        case health.ListenError() | StoreError():
            lines, code = [str(error)], Exit.SETTINGS
        case RefusedError(refusal=refusal):
            lines = [refusal.value]
            code = Exit.TOKEN_REFUSED if refusal is Refusal.TOKEN else Exit.POLLING_REFUSED
        case KnowledgeError(problems=problems):
            lines, code = ["The knowledge can't be used:", *map(str, problems)], Exit.FAILED
        case _:
            log_failure("the bot failed", error)
            return Exit.FAILED
    for line in lines:
        _log.error(line)
    return code


async def _run(settings: Settings, token: str) -> None:
    began = time.monotonic()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    engine = start(settings.knowledge_dir, settings.articles_dir)
    _warm_up(engine)
    application = build_application(build_bot(settings, token))
    try:
        if await _until(stop, _connect(application)):
            await _run_on_store(settings, application, engine, stop=stop, began=began)
    finally:
        await application.shutdown()
        await application.bot.shutdown()


async def _run_on_store(
    settings: Settings, application: TelegramApplication, engine: Engine, *, stop: asyncio.Event, began: float
) -> None:
    async with AsyncExitStack() as stack:
        opening = _Opening(stack, _store_url(settings))
        if not await _until(stop, opening.open()):
            return
        machine = assemble(settings, application, engine, opening.store)
        await machine.load()
        async with health.serving(settings.bot_listen, machine.examine):
            _log.info(
                "ready",
                bot=application.bot.username,
                knowledge=engine.knowledge.version,
                languages=list(engine.knowledge.languages),
                seconds=round(time.monotonic() - began, 2),
            )
            warn_of_privacy_mode(application.bot.bot)
            menus = asyncio.create_task(set_commands(application.bot, engine.knowledge, settings.bot_admins))
            tidying = asyncio.create_task(machine.tidy(max(1, settings.bot_retention_days) * DAY))
            try:
                await _serve(machine, stop)
            finally:
                for task in (menus, tidying):
                    task.cancel()
                await asyncio.gather(menus, tidying, return_exceptions=True)


class _Opening:
    """A store on its way: opening may wait, and waiting can be broken off."""

    def __init__(self, stack: AsyncExitStack, url: str) -> None:
        self._stack = stack
        self._url = url
        self.store: Store

    async def open(self) -> None:
        self.store = await self._stack.enter_async_context(opened(self._url))


def _store_url(settings: Settings) -> str:
    return settings.database_url.get_secret_value() if settings.database_url is not None else default_url()


def _warm_up(engine: Engine) -> None:
    """Let the core load what it loads with its first question, so that nobody waits for it."""
    entries = list(engine.knowledge.entries)[:1]
    for language in engine.knowledge.languages:
        for entry in entries:
            engine.show(entry, Asker(chosen_language=language))
            engine.ask(engine.knowledge.entries[entry].wordings[language].label, Asker(chosen_language=language))


async def _connect(application: TelegramApplication) -> None:
    """Learn who the bot is, waiting while Telegram is away."""
    patience = Patience("getMe", clock=time.monotonic, sleep=asyncio.sleep)
    try:
        await patience.call(application.initialize)
    except InvalidToken:
        # Without the cause: python-telegram-bot puts the token into its text.
        raise RefusedError(Refusal.TOKEN) from None


async def _serve(machine: Machine, stop: asyncio.Event) -> None:
    """Fetch and handle updates until told to stop; then finish what is in flight."""
    workers = asyncio.create_task(machine.workers.run())
    try:
        try:
            await _until(stop, machine.intake.run(), workers)
        except RefusedError as error:
            if error.refusal is not Refusal.TOKEN:
                await _drain(machine)
            raise
        await _drain(machine)
    finally:
        workers.cancel()
        await asyncio.gather(workers, return_exceptions=True)
    with suppress(TimeoutError, TelegramError):
        async with asyncio.timeout(FAREWELL):
            await machine.intake.acknowledge()


async def _drain(machine: Machine) -> None:
    """Give what is in flight its time; what is not done then waits in the store for the next run."""
    with suppress(TimeoutError):
        async with asyncio.timeout(GRACE):
            await machine.inbox.drained()
            await machine.store.writer.flushed()


def assemble(settings: Settings, application: TelegramApplication, engine: Engine, store: Store) -> Machine:
    """Return the parts put together; the application must be initialized, and gets its handlers here."""
    clocks = Clocks(wall=time.time, steady=time.monotonic)
    slots = Slots(AT_ONCE)
    bot = application.bot
    inbox = StoredInbox(store, bot=bot.id, wall=clocks.wall)
    talks = StoredTalks(store, wall=clocks.wall, steady=clocks.steady)
    pauses = StoredPauses(store, wall=clocks.wall, steady=clocks.steady)
    unanswered = StoredUnanswered(store, retention_days=settings.bot_retention_days, wall=clocks.wall)
    feedback = Feedback(unanswered)
    live = Live(engine, prepare=partial(prepare, settings.knowledge_dir, settings.articles_dir))
    sending = Patience("sending", clock=clocks.steady, sleep=slots.rest, give_up_after=GIVE_UP_SENDING)
    outbox = Outbox(bot=bot, patience=sending, pauses=pauses, moved=talks.move)
    notices = Notices(live=live, talks=talks, outbox=outbox, clock=clocks.steady)
    desk = Desk(
        live=live,
        talks=talks,
        outbox=outbox,
        notices=notices,
        feedback=feedback,
        limit=RateLimit(settings.bot_rate_limit),
        stale_after=settings.bot_stale_after,
        clocks=clocks,
    )
    handlers = Handlers(
        questions=Questions(me=bot.bot, desk=desk, notices=notices),
        commands=Commands(live=live, desk=desk, notices=notices),
        reloading=Reloading(live=live, notices=notices, admins=settings.bot_admins, clock=clocks.steady),
        presses=Presses(
            live=live, talks=talks, outbox=outbox, desk=desk, notices=notices, feedback=feedback, wall=clocks.wall
        ),
        failures=Failures(notices=notices),
        talks=talks,
    )
    register(application, handlers)
    pulse = health.Pulse(clocks.steady)
    polling = Patience("getUpdates", clock=clocks.steady, sleep=asyncio.sleep)
    return Machine(
        intake=Intake(bot=bot, inbox=inbox, patience=polling, heard=pulse.beat),
        inbox=inbox,
        talks=talks,
        pauses=pauses,
        unanswered=unanswered,
        store=store,
        workers=Workers(inbox=inbox, slots=slots, handle=partial(_handle, application)),
        live=live,
        pulse=pulse,
    )


async def _handle(application: TelegramApplication, item: Item) -> None:
    update = Update.de_json(dict(item.body), application.bot)
    await application.process_update(update)


async def _until(stop: asyncio.Event, work: Coroutine[Any, Any, object], *others: asyncio.Task[None]) -> bool:
    """Return True when the work has ended by itself, False when told to stop before; raise what it raised.

    The others are watched too, but not ended.
    """
    task, stopping = asyncio.create_task(work), asyncio.create_task(stop.wait())
    try:
        done, _ = await asyncio.wait({task, stopping, *others}, return_when=asyncio.FIRST_COMPLETED)
        for ended in done - {stopping}:
            ended.result()
        return task in done
    finally:
        task.cancel()
        stopping.cancel()
        await asyncio.gather(task, stopping, return_exceptions=True)


def _secrets(settings: Settings) -> Iterator[str]:
    for secret in (settings.bot_token, settings.bot_webhook_secret):
        if secret is not None:
            yield secret.get_secret_value()
    if settings.database_url is not None:
        yield urlsplit(settings.database_url.get_secret_value()).password or ""


def _log_stray_failure(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    del loop
    log_failure("something failed unseen", context.get("exception"))
