"""The doctor, before the strict server: each problem is found, and comes with what to do."""

import asyncio
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.doctor import Finding, examine
from bot.settings import Settings
from tests.botapi import BotApiServer, serving
from tests.telegram.lighthouse import ARTICLES, KNOWLEDGE

SECRET = "hush"  # noqa: S105 - opens nothing
NAMES = [
    "token",
    "privacy mode",
    "inline mode",
    "webhook",
    "time to Telegram",
    "store",
    "knowledge",
    "clock",
]


@pytest.fixture
def server() -> Iterator[BotApiServer]:
    """Return a server of the test's own."""
    with serving() as server:
        server.set_privacy(reads_all=True)
        yield server


def _examine(
    server: BotApiServer, folder: Path, *, wall: Callable[[], float] = time.time, **others: object
) -> dict[str, Finding]:
    settings = {
        "bot_token": server.token,
        "bot_base_url": server.base_url,
        "knowledge_dir": KNOWLEDGE,
        "articles_dir": ARTICLES,
        "database_url": f"sqlite+aiosqlite:///{folder}/bot.db",
        **others,
    }
    findings = asyncio.run(examine(Settings.model_validate(settings), wall=wall))
    assert all(finding.ok or finding.mend for finding in findings)
    assert not any(server.token.partition(":")[2] in str(finding) for finding in findings)
    return {finding.name: finding for finding in findings}


def test_all_is_looked_at(server: BotApiServer, tmp_path: Path) -> None:
    """A bot that could run is well in everything that is looked at, and nothing is changed by looking."""
    found = _examine(server, tmp_path)
    assert list(found) == NAMES
    assert [name for name, finding in found.items() if not finding.ok] in ([], ["inline mode"])
    assert list(tmp_path.iterdir()) == []


def test_privacy_mode_is_found(server: BotApiServer, tmp_path: Path) -> None:
    """A bot that can't hear mentions is told how to change that."""
    server.set_privacy(reads_all=False)
    assert "/setprivacy" in _examine(server, tmp_path)["privacy mode"].mend


@pytest.mark.parametrize(
    ("token", "name", "words"),
    [
        pytest.param(None, "token", "@BotFather", id="none"),
        pytest.param("123456789:AAwrong-token_that-nobody-knows0000", "token", "copy it anew", id="unknown"),
    ],
)
def test_token_that_does_not_work_is_found(
    server: BotApiServer, tmp_path: Path, token: str | None, name: str, words: str
) -> None:
    """Without a token that works the rest is looked at all the same."""
    found = _examine(server, tmp_path, bot_token=token)
    assert words in found[name].mend
    assert found["knowledge"].ok


def test_telegram_that_is_away_is_found(server: BotApiServer, tmp_path: Path) -> None:
    """A server that can't be reached is named, and the clock can't be compared."""
    server.leave_now()
    found = _examine(server, tmp_path)
    assert "network" in found["telegram"].mend
    assert not found["clock"].ok


def test_webhook_that_stops_polling_is_found(server: BotApiServer, tmp_path: Path) -> None:
    """A webhook that is set while the bot would poll is found, and so is the other way round."""
    server.webhook.url = "https://bot.example.org/hook"
    assert "deleteWebhook" in _examine(server, tmp_path)["webhook"].mend
    other = "https://other.example.org/hook"
    assert (
        "not the one" in _examine(server, tmp_path, bot_webhook_url=other, bot_webhook_secret=SECRET)["webhook"].message
    )
    server.webhook.url = ""


def test_store_that_cannot_be_used_is_found(server: BotApiServer, tmp_path: Path) -> None:
    """A file that is no database is found; one that is, is told with what waits in it."""
    (tmp_path / "bot.db").write_text("junk " * 1000)
    assert not _examine(server, tmp_path)["store"].ok
    (tmp_path / "bot.db").unlink()
    sqlite3.connect(tmp_path / "bot.db").close()
    assert "first start" in _examine(server, tmp_path)["store"].message


def test_store_in_use_is_told_with_what_waits(server: BotApiServer, tmp_path: Path) -> None:
    """Beside a running bot the store is looked at, not touched."""
    from bot.storage.store import opened

    async def beside() -> dict[str, Finding]:
        async with opened(f"sqlite+aiosqlite:///{tmp_path}/bot.db"):
            return await asyncio.to_thread(_examine, server, tmp_path)

    store = asyncio.run(beside())["store"]
    assert store.ok
    assert "0 questions wait" in store.message


def test_knowledge_with_faults_is_found(server: BotApiServer, tmp_path: Path) -> None:
    """A changed figure is found, and so is a folder that is not there."""
    folder = Path(shutil.copytree(KNOWLEDGE, tmp_path / "knowledge"))
    entry = folder / "entries/tower/tower-height.toml"
    entry.write_text(entry.read_text().replace("value = 43", "value = 99"))
    found = _examine(server, tmp_path, knowledge_dir=folder)["knowledge"]
    assert "tower-height" in found.message
    assert "nickelbot check" in found.mend
    assert not _examine(server, tmp_path, knowledge_dir=tmp_path / "nowhere")["knowledge"].ok


@pytest.mark.parametrize(("ahead", "words"), [(300.0, "ahead of"), (-300.0, "behind")])
def test_clock_that_is_wrong_is_found(server: BotApiServer, tmp_path: Path, ahead: float, words: str) -> None:
    """A clock that is far from the server's is found, in either direction."""
    clock = _examine(server, tmp_path, wall=lambda: time.time() + ahead)["clock"]
    assert words in clock.message
    assert "NTP" in clock.mend


def test_slow_telegram_is_found(server: BotApiServer, tmp_path: Path) -> None:
    """A long way to Telegram is found."""
    server.faults.slow_down(milliseconds=1100)
    assert not _examine(server, tmp_path)["time to Telegram"].ok
