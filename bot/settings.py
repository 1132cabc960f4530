"""The settings: read once from the environment and `.env`, typed, with every fault told at once."""

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, StringConstraints, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.knowledge.loading import shipped_knowledge

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
LONGEST_SECRET = 256
"""Telegram's limit for the secret of a webhook, in characters."""
STORES = ("sqlite+aiosqlite://", "postgresql+asyncpg://")


class SettingsError(Exception):
    """Settings that can't be used; `faults` holds one line each, in the order of the settings.

    A fault is `NAME: what is wrong; how to mend it`. It never holds the value: it may be a secret.
    """

    def __init__(self, faults: tuple[str, ...]) -> None:
        """Keep the faults and make the message from them."""
        self.faults = faults
        super().__init__("\n".join(faults))


class LogLevel(StrEnum):
    """How much is logged."""

    DEBUG = "DEBUG"
    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"


class LogFormat(StrEnum):
    """How a log line is written."""

    TEXT = "text"
    JSON = "json"


class Settings(BaseSettings):
    """What an operator may set; each name in capitals is the environment variable.

    A field's description says what it must be, its example how to write it: both stand in a fault.
    """

    model_config = SettingsConfigDict(
        frozen=True,
        extra="ignore",
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        hide_input_in_errors=True,
    )

    bot_token: Annotated[SecretStr | None, Field(description="a token from BotFather", examples=["123456789:AAF…"])] = (
        None
    )
    bot_admins: Annotated[
        frozenset[Annotated[int, Field(gt=0)]],
        NoDecode,
        Field(description="numeric user ids, separated by commas", examples=["12345678,87654321"]),
    ] = frozenset()
    bot_base_url: Annotated[
        str,
        Field(description="the http or https root of a Bot API server", examples=["https://api.telegram.org"]),
    ] = "https://api.telegram.org"
    knowledge_dir: Path = Field(
        default_factory=shipped_knowledge,
        description="the path of a knowledge folder",
        examples=["/srv/knowledge"],
    )
    articles_dir: Annotated[
        Path | None,
        Field(description="the path of a folder with the articles' texts", examples=["/srv/articles"]),
    ] = None
    database_url: Annotated[
        SecretStr | None,
        Field(
            description="an address that begins with " + " or ".join(STORES),
            examples=["sqlite+aiosqlite:////var/lib/bot/bot.db"],
        ),
    ] = None
    bot_webhook_url: Annotated[
        str | None,
        Field(
            description="a public https address (http only for loopback)",
            examples=["https://bot.example.org/telegram"],
        ),
    ] = None
    bot_webhook_secret: Annotated[
        SecretStr | None,
        Field(description="1 to 256 letters, digits, _ and -", examples=["a-long-random-word"]),
    ] = None
    bot_listen: Annotated[
        str | None,
        StringConstraints(pattern=r"^[^\s:]+:[0-9]{1,5}$|^\[[0-9a-fA-F:]+\]:[0-9]{1,5}$"),
        Field(description="host:port", examples=["127.0.0.1:8080"]),
    ] = None
    bot_retention_days: Annotated[int, Field(ge=0, description="a whole number of days", examples=["90"])] = 90
    bot_stale_after: Annotated[int, Field(ge=1, description="a whole number of seconds", examples=["3600"])] = 3600
    bot_rate_limit: Annotated[
        int,
        Field(ge=0, description="a whole number of questions a minute, 0 for no limit", examples=["20"]),
    ] = 20
    log_level: Annotated[
        LogLevel,
        Field(description="one of " + ", ".join(LogLevel), examples=["INFO"]),
    ] = LogLevel.INFO
    log_format: Annotated[
        LogFormat | None,
        Field(description="one of " + ", ".join(LogFormat), examples=["json"]),
    ] = None

    @field_validator("bot_admins", mode="before")
    @classmethod
    def _split_ids(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return [part.strip() for part in value.split(",") if part.strip()]

    @field_validator("log_level", mode="before")
    @classmethod
    def _capitals(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @field_validator("bot_token")
    @classmethod
    def _has_token_shape(cls, value: SecretStr | None) -> SecretStr | None:
        number, colon, secret = value.get_secret_value().partition(":") if value else ("1", ":", "x")
        plain = secret.replace("_", "").replace("-", "")
        if not (colon and number.isascii() and number.isdecimal() and plain.isascii() and plain.isalnum()):
            raise _shapeless()
        return value

    @field_validator("bot_base_url")
    @classmethod
    def _is_root_address(cls, value: str) -> str:
        if not _is_address(value, schemes={"http", "https"}):
            raise _shapeless()
        return value.rstrip("/")

    @field_validator("database_url")
    @classmethod
    def _is_known_store(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not value.get_secret_value().startswith(STORES):
            raise _shapeless()
        return value

    @field_validator("bot_webhook_url")
    @classmethod
    def _is_public_address(cls, value: str | None) -> str | None:
        if value and not _is_address(value, schemes={"https"} | ({"http"} if _is_loopback(value) else set())):
            raise _shapeless()
        return value

    @field_validator("bot_webhook_secret")
    @classmethod
    def _is_header_safe(cls, value: SecretStr | None) -> SecretStr | None:
        plain = value.get_secret_value().replace("_", "").replace("-", "x") if value else "x"
        if value and not (plain.isascii() and plain.isalnum() and len(value.get_secret_value()) <= LONGEST_SECRET):
            raise _shapeless()
        return value

    @classmethod
    def load(cls) -> Self:
        """Return the settings of the environment and `.env`; raises SettingsError with every fault."""
        try:
            return cls()
        except ValidationError as error:
            # Without the cause: it carries what was set, and that may be a secret.
            raise SettingsError(tuple(dict.fromkeys(_faults(error)))) from None


def _faults(error: ValidationError) -> Iterator[str]:
    for fault in error.errors(include_url=False, include_context=False, include_input=False):
        field = str(fault["loc"][0])
        described = Settings.model_fields[field]
        name, example = field.upper(), (described.examples or [""])[0]
        yield f"{name}: must be {described.description}; write it like {name}={example}"


def _shapeless() -> ValueError:
    return ValueError("not of the described shape")


def _is_address(value: str, *, schemes: set[str]) -> bool:
    try:
        parts = urlsplit(value)
        return parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _is_loopback(value: str) -> bool:
    try:
        return urlsplit(value).hostname in LOOPBACK
    except ValueError:
        return False
