"""Runs the steps on the connection that the store hands over; Alembic loads this file."""

from alembic import context

from bot.storage.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
    # SQLite can't alter most of a table; batches make it anew.
    render_as_batch=True,
)
context.run_migrations()
