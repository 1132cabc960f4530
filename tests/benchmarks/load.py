"""The bot under load, beside a bare python-telegram-bot: `python -m tests.benchmarks.load` prints the table.

Both are processes of their own against the strict server, which runs here with the crowd. The
echo bot sends every text back, in each of several settings; the best one counts. With `--long`,
50,000 questions show what the memory does.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from bot.knowledge.loading import load_knowledge, shipped_knowledge
from tests.botapi import BotApiServer, Person, serving

ROOT = Path(__file__).parent.parent.parent
QUESTIONS, USERS = 2_000, 200
LONG = 50_000
STEP = 10_000
TRIAL = 400
EVEN = 50.0
SETTINGS = (1, 4, 8, 16, 32, 64)
"""How many updates the echo bot may handle at once, to find its best."""
PATIENCE = 600.0
MEGABYTE = 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One run. Rates are questions a second, times milliseconds, `cpu` milliseconds a question, `rss` megabytes."""

    name: str
    rate: float
    p50: float
    p99: float
    cpu: float
    rss: float

    def __str__(self) -> str:
        """Return the row of the table."""
        return f"| {self.name} | {self.rate:.0f} | {self.p50:.1f} | {self.p99:.1f} | {self.cpu:.2f} | {self.rss:.0f} |"


class Runner:
    """A bot as a process, the server it works for, and a crowd that asks known questions."""

    def __init__(self, server: BotApiServer, process: psutil.Popen) -> None:
        """Gather the crowd."""
        self._server = server
        self.process = process
        languages = ("en", "ar", "zh", "fr", "ru", "es")
        self._people = [
            server.add_user(f"User {number}", language_code=languages[number % len(languages)])
            for number in range(USERS)
        ]
        self._random = random.Random(4)  # noqa: S311 - chooses questions, protects nothing
        knowledge = load_knowledge(shipped_knowledge())
        self._questions = {
            language: [
                question for entry in knowledge.entries.values() for question in entry.wordings[language].questions
            ]
            for language in knowledge.languages
        }
        self._asked: dict[int, list[float]] = {person.id: [] for person in self._people}

    def measure(self, name: str, *, count: int, a_second: float | None = None) -> Measured:
        """Ask so many questions, at once or at an even pace, and wait for all the replies."""
        first, before = len(self._server.calls), self._cpu()
        self._asked = {person.id: [] for person in self._people}
        began = time.time()
        asking = threading.Thread(target=self._ask, args=(count, a_second))
        asking.start()
        deadline = began + PATIENCE
        while self._replies(first) < count:
            if time.time() > deadline:
                raise TimeoutError(f"{self._replies(first)} of {count} replies to {name}")
            time.sleep(0.02)
        asking.join()
        calls = [call for call in self._server.calls[first:] if call.ok and call.chat_id]
        replied: dict[int, list[float]] = {}
        for call in calls:
            replied.setdefault(call.chat_id or 0, []).append(call.time)
        waits = sorted(
            1000 * (got - asked)
            for person, times in self._asked.items()
            for asked, got in zip(times, replied[person], strict=True)
        )
        return Measured(
            name=name,
            rate=count / (max(call.time for call in calls) - began),
            p50=waits[len(waits) // 2],
            p99=waits[len(waits) * 99 // 100],
            cpu=1000 * (self._cpu() - before) / count,
            rss=self.process.memory_info().rss / MEGABYTE,
        )

    def warm_up(self) -> None:
        """Ask until the bot answers."""
        self.measure("warm-up", count=USERS)

    def _ask(self, count: int, a_second: float | None) -> None:
        began = time.time()
        for number in range(count):
            person: Person = self._people[number % USERS]
            question = self._random.choice(self._questions[person.user.language_code or "en"])
            self._asked[person.id].append(time.time())
            person.say(question)
            if a_second is not None:
                time.sleep(max(0.0, began + (number + 1) / a_second - time.time()))

    def _replies(self, first: int) -> int:
        return sum(call.ok and call.method == "sendMessage" for call in self._server.calls[first:])

    def _cpu(self) -> float:
        times = self.process.cpu_times()
        return float(times.user + times.system)


@contextmanager
def running(module: Sequence[str], settings: Mapping[str, str], *, milliseconds: float) -> Iterator[Runner]:
    """Run a bot against a server of its own whose replies take so long."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        server = stack.enter_context(serving())
        server.faults.slow_down(milliseconds=milliseconds)
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "XDG_DATA_HOME": folder,
            "BOT_TOKEN": server.token,
            "BOT_BASE_URL": server.base_url,
            "BOT_RATE_LIMIT": "0",
            **settings,
        }
        process = psutil.Popen(
            [sys.executable, "-m", *module],
            cwd=folder,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            runner = Runner(server, process)
            runner.warm_up()
            yield runner
        finally:
            process.terminate()
            process.wait(20)


def best_echo(milliseconds: float) -> int:
    """Return the setting in which the echo bot answers most questions a second."""
    rates = {}
    for at_once in SETTINGS:
        with running(("tests.benchmarks.echo",), {"ECHO_AT_ONCE": str(at_once)}, milliseconds=milliseconds) as runner:
            rates[at_once] = runner.measure("trial", count=TRIAL).rate
    show("echo at its settings: " + ", ".join(f"{at_once}: {rate:.0f}/s" for at_once, rate in rates.items()))
    return max(rates, key=lambda at_once: rates[at_once])


def compare(milliseconds: float) -> None:
    """Show a row for each bot with replies that take so long, in a burst and at an even pace."""
    at_once = best_echo(milliseconds)
    bots: tuple[tuple[str, tuple[str, ...], dict[str, str]], ...] = (
        (f"echo ({at_once} at once)", ("tests.benchmarks.echo",), {"ECHO_AT_ONCE": str(at_once)}),
        ("nickelbot", ("bot", "run"), {}),
    )
    for name, module, settings in bots:
        with running(module, settings, milliseconds=milliseconds) as runner:
            show(str(runner.measure(f"{name}, {milliseconds:.0f} ms, burst", count=QUESTIONS)))
            even = runner.measure(f"{name}, {milliseconds:.0f} ms, even {EVEN:.0f}/s", count=1_000, a_second=EVEN)
            show(str(even))


def endure() -> None:
    """Show the memory over many questions."""
    with running(("bot", "run"), {}, milliseconds=0) as runner:
        for done in range(STEP, LONG + 1, STEP):
            show(str(runner.measure(f"nickelbot, questions to {done}", count=STEP)))


def show(line: str) -> None:
    """Print a line at once."""
    print(line, flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.load", description=__doc__)
    parser.add_argument("--long", action="store_true", help="also ask 50,000 questions and watch the memory")
    parser.add_argument("--only", choices=("bot", "long"), help="leave the echo bot out, or everything but the memory")
    options = parser.parse_args(arguments)
    show("| bot | questions/s | p50 ms | p99 ms | CPU ms | RSS MB |\n|---|---|---|---|---|---|")
    for milliseconds in (0.0, 50.0):
        if options.only == "bot":
            with running(("bot", "run"), {}, milliseconds=milliseconds) as runner:
                show(str(runner.measure(f"nickelbot, {milliseconds:.0f} ms, burst", count=QUESTIONS)))
                show(str(runner.measure(f"nickelbot, {milliseconds:.0f} ms, even", count=500, a_second=EVEN)))
        elif options.only is None:
            compare(milliseconds)
    if options.long or options.only == "long":
        endure()
    return 0


if __name__ == "__main__":
    sys.exit(main())
