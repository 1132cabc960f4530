"""The tables of the store: one schema for SQLite and PostgreSQL.

What changes here needs a migration beside it, in `migrations/versions`.
"""

from sqlalchemy import BigInteger, Column, Double, Index, Integer, MetaData, String, Table, Text

HEAD = "0001"
"""The newest migration: a store that is there already does not need to load Alembic."""

metadata = MetaData()

inbox = Table(
    "inbox",
    metadata,
    # Update ids are counted for each bot, and a store may outlive a token.
    Column("bot", BigInteger, primary_key=True, autoincrement=False),
    Column("update_id", BigInteger, primary_key=True, autoincrement=False),
    Column("lane", BigInteger, nullable=False),
    Column("received", Double, nullable=False),
    Column("body", Text, nullable=True),
)
"""Updates. `body` is the update's JSON, and NULL once it is handled; its id stays, to know it again."""

contexts = Table(
    "contexts",
    metadata,
    Column("chat", BigInteger, primary_key=True, autoincrement=False),
    Column("speaker", BigInteger, primary_key=True, autoincrement=False),
    Column("language", String(35), nullable=True),
    Column("entries", Text, nullable=False),
    Column("asked_at", Double, nullable=False),
)
"""What each speaker last asked in each chat: ids of entries, never words."""

languages = Table(
    "languages",
    metadata,
    Column("speaker", BigInteger, primary_key=True, autoincrement=False),
    Column("language", String(35), nullable=True),
)
"""The language that a speaker chose; NULL is automatic."""

pauses = Table(
    "pauses",
    metadata,
    Column("chat", BigInteger, primary_key=True, autoincrement=False),
    Column("until", Double, nullable=False),
    Column("seconds", Double, nullable=False),
)
"""Chats that Telegram asked to leave alone, until when, and for how long it asked."""

unanswered = Table(
    "unanswered",
    metadata,
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("noted_at", Double, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("question", Text, nullable=True),
    Column("language", String(35), nullable=False),
    Column("outcome", String(20), nullable=False),
    Column("reason", String(100), nullable=False),
    Column("nearest", Text, nullable=False),
    Column("knowledge", String(100), nullable=False),
    Index("unanswered_noted_at", "noted_at"),
)
"""What people asked in vain, for the curator; nothing says who asked."""
