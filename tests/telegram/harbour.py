"""The real application and the strict server in one event loop, for tests that look inside."""

import asyncio
from contextlib import AsyncExitStack
from tempfile import TemporaryDirectory
from typing import Any

from structlog.testing import capture_logs

from bot.answering.engine import Engine
from bot.app import Machine, assemble
from bot.settings import Settings
from bot.storage.store import opened
from bot.telegram.client import build_application, build_bot
from bot.telegram.intake import read_items
from tests.botapi import BotApiServer
from tests.telegram.lighthouse import ARTICLES, KNOWLEDGE

DEADLINE = 5.0


class Harbour:
    """A world with one person, one group and one forum, and the application that answers in it."""

    def __init__(self, engine: Engine) -> None:
        """Start everything."""
        self.runner = asyncio.Runner()
        self.server = BotApiServer()
        self.runner.run(self.server.start())
        self.ada = self.server.add_user("Ada", started=True, language_code="en")
        self.chats = [
            self.ada.private.chat,
            self.server.add_supergroup("Group", [self.ada]).chat,
            self.server.add_forum("Forum", [self.ada]).chat,
        ]
        self._settings = Settings(
            bot_base_url=self.server.base_url,
            knowledge_dir=KNOWLEDGE,
            articles_dir=ARTICLES,
            bot_rate_limit=0,
            _env_file=None,
        )
        self._update = 0
        self.application = build_application(build_bot(self._settings, self.server.token))
        self._folder = TemporaryDirectory()
        self._stack = AsyncExitStack()
        self.machine: Machine = self.runner.run(self._start(engine))

    def handle(self, body: dict[str, Any]) -> list[dict[str, Any]]:  # Any: JSON, and the facts of log lines
        """Let the application handle an update; return what was logged above INFO."""
        self._update += 1
        with capture_logs() as logs:
            self.runner.run(asyncio.wait_for(self._handle({"update_id": self._update, **body}), DEADLINE))
        return [dict(line) for line in logs if line["log_level"] in {"warning", "error"}]

    def text(self, text: str) -> dict[str, Any]:
        """Return an update in which the person writes this in private."""
        message = {
            "message_id": 1,
            "date": int(self.server.clock.now()),
            "chat": self.ada.private.chat.to_json(),
            "from": self.ada.user.to_json(),
            "text": text,
        }
        return {"message": message}

    def press(self, data: str) -> dict[str, Any]:
        """Return an update in which the person presses a button in private."""
        message = {"message_id": 1, "date": 0, "chat": self.ada.private.chat.to_json()}
        query = {"id": "1", "from": self.ada.user.to_json(), "chat_instance": "1", "message": message, "data": data}
        return {"callback_query": query}

    def stop(self) -> None:
        """End everything."""
        self.runner.run(self._stack.aclose())
        self.runner.run(self.application.shutdown())
        self.runner.run(self.server.stop())
        self.runner.close()
        self._folder.cleanup()

    async def _start(self, engine: Engine) -> Machine:
        await self.application.initialize()
        store = await self._stack.enter_async_context(opened(f"sqlite+aiosqlite:///{self._folder.name}/bot.db"))
        return assemble(self._settings, self.application, engine, store)

    async def _handle(self, body: dict[str, Any]) -> None:
        await self.machine.inbox.put(tuple(read_items([body])))
        workers = asyncio.create_task(self.machine.workers.run())
        await self.machine.inbox.drained()
        workers.cancel()
        await asyncio.gather(workers, return_exceptions=True)
