"""The doctor: looks at everything that a running bot depends on, and says for each problem what to do."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from statistics import median

import aiohttp
from telegram import User, WebhookInfo
from telegram.error import InvalidToken, TelegramError

from bot.curation import prepare
from bot.knowledge.problems import KnowledgeError
from bot.settings import Settings
from bot.storage.store import StoreError, check, default_url, file_of
from bot.telegram.client import build_bot

SLOW = 1.0
SKEW = 30.0
"""Seconds: a round to Telegram that is slow, and a clock that is wrong (the rate limit and the age of questions)."""
ROUNDS = 3
PATIENCE = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at. `mend` says what to do, and is empty where all is well."""

    name: str
    ok: bool
    message: str
    mend: str = ""


async def examine(settings: Settings, *, wall: Callable[[], float] = time.time) -> tuple[Finding, ...]:
    """Return what was found, in the order in which an operator would mend it; no finding shows a secret.

    `wall` is the clock that is compared with Telegram's.
    """
    knowledge = asyncio.to_thread(_knowledge, settings)
    telegram, store, known, clock = await asyncio.gather(
        _telegram(settings), _store(settings), knowledge, _clock(settings, wall)
    )
    return (*telegram, store, known, clock)


async def _telegram(settings: Settings) -> tuple[Finding, ...]:
    if settings.bot_token is None:
        return (
            _ill(
                "token", "BOT_TOKEN is not set", "get a token from @BotFather in Telegram (/newbot) and set BOT_TOKEN"
            ),
        )
    bot = build_bot(settings, settings.bot_token.get_secret_value())
    try:
        async with asyncio.timeout(PATIENCE):
            await bot.initialize()
            rounds = [await _timed(bot.get_me) for _ in range(ROUNDS)]
            webhook = await bot.get_webhook_info()
    except InvalidToken:
        return (_ill("token", "Telegram does not know this token", "copy it anew from @BotFather into BOT_TOKEN"),)
    except (TelegramError, TimeoutError) as error:
        mend = "check the network, a proxy in HTTPS_PROXY, and BOT_BASE_URL"
        # The errors of our own request hold no address, and so no token.
        return (_ill("telegram", f"{settings.bot_base_url} can't be reached ({error or 'too slow'})", mend),)
    finally:
        await bot.shutdown()
    return (*_account(bot.bot), _webhook(webhook, settings), _speed(median(rounds)))


def _account(me: User) -> Iterator[Finding]:
    yield _well("token", f"works, for @{me.username}")
    if me.can_read_all_group_messages:
        yield _well("privacy mode", "off: mentions in groups reach the bot")
    else:
        yield _ill(
            "privacy mode",
            "on: in groups only commands and replies reach the bot",
            "in @BotFather /setprivacy, choose the bot, Disable; then remove it from each group and add it again",
        )
    if me.supports_inline_queries:
        yield _well("inline mode", "on")
    else:
        yield _ill("inline mode", "off: nobody can use the bot inline", "in @BotFather /setinline, choose the bot")


def _webhook(info: WebhookInfo, settings: Settings) -> Finding:
    wanted = settings.bot_webhook_url or ""
    waiting = f"{info.pending_update_count} updates wait"
    if info.url and not wanted:
        mend = "open <BOT_BASE_URL>/bot<BOT_TOKEN>/deleteWebhook once, or set BOT_WEBHOOK_URL"
        return _ill("webhook", "one is set, so that Telegram refuses polling", mend)
    if wanted and info.url != wanted:
        return _ill("webhook", "not the one of BOT_WEBHOOK_URL", "start the bot: it sets its webhook")
    if info.last_error_message:
        mend = "make the address reachable from the internet with a valid certificate"
        return _ill("webhook", f"{waiting}; Telegram's last try failed: {info.last_error_message}", mend)
    return _well("webhook", f"{'set' if info.url else 'none, as polling needs it'}; {waiting}")


def _speed(seconds: float) -> Finding:
    message = f"{1000 * seconds:.0f} ms to Telegram and back"
    if seconds <= SLOW:
        return _well("time to Telegram", message)
    return _ill("time to Telegram", message, "run the bot nearer to Telegram (Europe), or look at the network or proxy")


async def _store(settings: Settings) -> Finding:
    url = settings.database_url.get_secret_value() if settings.database_url is not None else default_url()
    where = file_of(url) or "the database of DATABASE_URL"
    try:
        async with asyncio.timeout(PATIENCE):
            message = await check(url)
    except StoreError as error:
        return _ill("store", str(error), "name a store that the bot may write in DATABASE_URL")
    except TimeoutError:
        return _ill("store", f"{where} does not answer", "see whether its server runs, or who holds a lock on it")
    return _well("store", f"{where}: {message}")


def _knowledge(settings: Settings) -> Finding:
    try:
        found = prepare(settings.knowledge_dir, settings.articles_dir).knowledge
    except KnowledgeError as error:
        first = error.problems[0] if error.problems else "it can't be read"
        return _ill("knowledge", f"{len(error.problems)} problems; the first: {first}", "see `nickelbot check`")
    except OSError as error:
        return _ill("knowledge", f"can't be read ({error.strerror})", "name its folder in KNOWLEDGE_DIR")
    proof = "from the articles" if settings.articles_dir is not None else "as recorded"
    return _well("knowledge", f"{len(found.entries)} entries, every figure proven {proof}; version {found.version}")


async def _clock(settings: Settings, wall: Callable[[], float]) -> Finding:
    """Compare the clock with the Date of the Bot API server's answer, whatever it answers."""
    timeout = aiohttp.ClientTimeout(total=PATIENCE)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout, trust_env=True) as session,
            session.get(settings.bot_base_url, allow_redirects=False) as answer,
        ):
            told = parsedate_to_datetime(answer.headers["Date"]).timestamp()
    except (aiohttp.ClientError, OSError, KeyError, ValueError):
        return _ill("clock", "can't be compared, as Telegram told no time", "check the network")
    ahead = wall() - told
    if abs(ahead) <= SKEW:
        return _well("clock", "right")
    message = f"{abs(ahead):.0f} s {'ahead of' if ahead > 0 else 'behind'} Telegram's"
    return _ill("clock", message, "let the machine set its clock by NTP (timedatectl set-ntp true)")


async def _timed(call: Callable[[], Awaitable[object]]) -> float:
    started = time.monotonic()
    await call()
    return time.monotonic() - started


def _well(name: str, message: str) -> Finding:
    return Finding(name=name, ok=True, message=message)


def _ill(name: str, message: str, mend: str) -> Finding:
    return Finding(name=name, ok=False, message=message, mend=mend)
