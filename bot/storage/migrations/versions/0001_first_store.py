"""The first store: inbox, conversations, pauses, and what was asked in vain."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "inbox",
        sa.Column("bot", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("update_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("lane", sa.BigInteger, nullable=False),
        sa.Column("received", sa.Double, nullable=False),
        sa.Column("body", sa.Text, nullable=True),
    )
    op.create_table(
        "contexts",
        sa.Column("chat", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("speaker", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("language", sa.String(35), nullable=True),
        sa.Column("entries", sa.Text, nullable=False),
        sa.Column("asked_at", sa.Double, nullable=False),
    )
    op.create_table(
        "languages",
        sa.Column("speaker", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("language", sa.String(35), nullable=True),
    )
    op.create_table(
        "pauses",
        sa.Column("chat", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("until", sa.Double, nullable=False),
        sa.Column("seconds", sa.Double, nullable=False),
    )
    op.create_table(
        "unanswered",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
        sa.Column("noted_at", sa.Double, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("question", sa.Text, nullable=True),
        sa.Column("language", sa.String(35), nullable=False),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("reason", sa.String(100), nullable=False),
        sa.Column("nearest", sa.Text, nullable=False),
        sa.Column("knowledge", sa.String(100), nullable=False),
    )
    op.create_index("unanswered_noted_at", "unanswered", ["noted_at"])


def downgrade() -> None:
    """Drop the tables, and all that is in them."""
    for table in ("unanswered", "pauses", "languages", "contexts", "inbox"):
        op.drop_table(table)
