"""The settings: typed, all faults at once, and never a value in a fault."""

from pathlib import Path

import pytest

from bot.settings import LogFormat, LogLevel, Settings, SettingsError

TOKEN = "123456789:AAF-secret_part_of-the-token000000"  # noqa: S105 - opens nothing


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)


def test_defaults() -> None:
    """Without any setting there are defaults for all."""
    settings = Settings.load()
    assert settings.bot_token is None
    assert settings.bot_admins == frozenset()
    assert settings.bot_base_url == "https://api.telegram.org"
    assert (settings.bot_stale_after, settings.bot_rate_limit, settings.bot_retention_days) == (3600, 20, 90)
    assert (settings.log_level, settings.log_format) == (LogLevel.INFO, None)
    assert settings.knowledge_dir.name == "knowledge"


@pytest.mark.parametrize(
    ("name", "value", "field", "expected"),
    [
        ("BOT_ADMINS", "1, 2,,3", "bot_admins", frozenset({1, 2, 3})),
        ("BOT_ADMINS", "", "bot_admins", frozenset()),
        ("BOT_BASE_URL", "http://127.0.0.1:8081/", "bot_base_url", "http://127.0.0.1:8081"),
        ("BOT_RATE_LIMIT", "0", "bot_rate_limit", 0),
        ("BOT_LISTEN", "0.0.0.0:8080", "bot_listen", "0.0.0.0:8080"),
        ("BOT_LISTEN", "[::1]:8080", "bot_listen", "[::1]:8080"),
        ("BOT_WEBHOOK_URL", "http://127.0.0.1:8443/hook", "bot_webhook_url", "http://127.0.0.1:8443/hook"),
        ("LOG_LEVEL", "debug", "log_level", LogLevel.DEBUG),
        ("LOG_FORMAT", "json", "log_format", LogFormat.JSON),
    ],
)
def test_values(monkeypatch: pytest.MonkeyPatch, name: str, value: str, field: str, expected: object) -> None:
    """A setting becomes a typed value; an empty one counts as not set."""
    monkeypatch.setenv(name, value)
    assert getattr(Settings.load(), field) == expected


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BOT_TOKEN", "hush"),
        ("BOT_TOKEN", ":hush"),
        ("BOT_TOKEN", "hush:hush"),
        ("BOT_TOKEN", "123:hush hush"),
        ("BOT_TOKEN", "١٢٣:hush"),
        ("BOT_ADMINS", "hush"),
        ("BOT_ADMINS", "-5"),
        ("BOT_BASE_URL", "hush"),
        ("BOT_BASE_URL", "ftp://hush"),
        ("BOT_BASE_URL", "http://[hush"),
        ("DATABASE_URL", "mysql://hush:hush@host"),
        ("BOT_WEBHOOK_URL", "http://hush.example.org"),
        ("BOT_WEBHOOK_URL", "https://[hush"),
        ("BOT_WEBHOOK_SECRET", "hush hush"),
        ("BOT_WEBHOOK_SECRET", "h" * 257),
        ("BOT_LISTEN", "hush"),
        ("BOT_RETENTION_DAYS", "-1"),
        ("BOT_STALE_AFTER", "-86401"),
        ("BOT_RATE_LIMIT", "hush"),
        ("LOG_LEVEL", "hush"),
        ("LOG_FORMAT", "hush"),
    ],
)
def test_fault(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    """A wrong value is told by name, with what it must be and an example, and without itself."""
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        Settings.load()
    (fault,) = caught.value.faults
    assert fault.startswith(f"{name}: must be ")
    assert f"; write it like {name}=" in fault
    assert value not in fault


def test_all_faults_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """All wrong settings are told together, and the right ones beside them stay secret."""
    for name, value in (("BOT_TOKEN", TOKEN), ("BOT_ADMINS", "x"), ("BOT_RATE_LIMIT", "y"), ("LOG_FORMAT", "z")):
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        Settings.load()
    assert [fault.partition(":")[0] for fault in caught.value.faults] == ["BOT_ADMINS", "BOT_RATE_LIMIT", "LOG_FORMAT"]
    assert TOKEN not in repr(caught.value)
    assert caught.value.__cause__ is None


def test_env_file_is_read_and_the_environment_beats_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A `.env` beside the program counts, unless the environment says otherwise."""
    (tmp_path / ".env").write_text(f"BOT_TOKEN={TOKEN}\nBOT_RATE_LIMIT=5\nSOMETHING_ELSE=1\n")
    monkeypatch.setenv("BOT_RATE_LIMIT", "7")
    settings = Settings.load()
    assert settings.bot_token is not None
    assert settings.bot_token.get_secret_value() == TOKEN
    assert settings.bot_rate_limit == 7


def test_token_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the text nor the representation of the settings holds the token."""
    monkeypatch.setenv("BOT_TOKEN", TOKEN)
    settings = Settings.load()
    assert TOKEN not in f"{settings!r} {settings}"
