"""The bot as a process: started with settings, watched through its log, ended by a signal."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

from tests.botapi import BotApiServer
from tests.telegram.lighthouse import ARTICLES, KNOWLEDGE

ROOT = Path(__file__).parent.parent.parent
DEADLINE = 15.0
LogLine: TypeAlias = dict[str, Any]  # Any: the facts of a log line differ by event
# Coverage of a subprocess is switched on by these, where the tests measure it.
KEPT = ("PATH", "LD_LIBRARY_PATH", "COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG", "COVERAGE_RCFILE", "HOME")


class Program:
    """One run of the bot."""

    def __init__(self, settings: Mapping[str, str], directory: Path) -> None:
        """Start it in an empty directory, so that no `.env` is found."""
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        self._process = subprocess.Popen(
            [sys.executable, "-W", "error", "-m", "bot", "run"],
            cwd=directory,
            env={
                **kept,
                "PYTHONPATH": str(ROOT),
                "PYTHONUNBUFFERED": "1",
                # The store's default place, so that no test writes into somebody's home.
                "XDG_DATA_HOME": str(directory / "data"),
                **settings,
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self._lines: list[str] = []
        self._more = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def output(self) -> str:
        """Return everything the program has written."""
        with self._more:
            return "".join(self._lines)

    @property
    def log(self) -> list[LogLine]:
        """Return the log's lines so far."""
        return [json.loads(line) for line in self.output.splitlines() if line.startswith("{")]

    def wait_for_log(self, event: str, **facts: object) -> LogLine:
        """Return the first line with this event and these facts, waiting for it."""
        found: list[LogLine] = []

        def has_come() -> bool:
            found.extend(line for line in self.log if line["event"] == event and facts.items() <= line.items())
            return bool(found)

        with self._more:
            if not self._more.wait_for(has_come, DEADLINE):
                message = f"no {event!r} with {facts} in:\n{self.output}"
                raise TimeoutError(message)
        return found[0]

    @property
    def pid(self) -> int:
        """Return the id of the process."""
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Return whether it has not ended."""
        return self._process.poll() is None

    def terminate(self) -> None:
        """Send SIGTERM."""
        self._process.send_signal(signal.SIGTERM)

    def wait(self, timeout: float = DEADLINE) -> int:
        """Return the exit code, once all output is read."""
        code = self._process.wait(timeout)
        self._reader.join(timeout)
        return code

    def kill(self) -> None:
        """End it whatever it does."""
        self._process.kill()
        self.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def _read(self) -> None:
        for line in self._process.stdout or ():
            with self._more:
                self._lines.append(line.decode("utf-8", "replace"))
                self._more.notify_all()
        with self._more:
            self._more.notify_all()


def settings_for(server: BotApiServer, **others: str) -> dict[str, str]:
    """Return settings for a bot that talks to this server about the lighthouse."""
    return {
        "BOT_TOKEN": server.token,
        "BOT_BASE_URL": server.base_url,
        "KNOWLEDGE_DIR": str(KNOWLEDGE),
        "ARTICLES_DIR": str(ARTICLES),
        **others,
    }


@contextmanager
def running(settings: Mapping[str, str], directory: Path) -> Iterator[Program]:
    """Run the bot meanwhile, from when it is ready; its end must be clean and its output without the token."""
    program = Program(settings, directory)
    try:
        program.wait_for_log("ready")
        yield program
        program.terminate()
        assert program.wait() == 0, program.output
    finally:
        program.kill()
    assert settings["BOT_TOKEN"].partition(":")[2] not in program.output
    assert "Traceback" not in program.output


def until(true: Callable[[], bool], what: str) -> None:
    """Return once it is true, asking again and again; raise TimeoutError at the deadline."""
    deadline = time.monotonic() + DEADLINE
    pause = threading.Event()
    while not true():
        if time.monotonic() > deadline:
            raise TimeoutError(what)
        pause.wait(0.005)
