"""A crowd that asks, and the reckoning of what it got: what a fault may not change."""

import json
import random
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.botapi import BotApiServer, Person, serving
from tests.end_to_end.program import Program, settings_for

QUESTIONS = (
    ("How high is the tower?", "43 metres"),
    ("How far does the lamp shine?", "24 sea miles"),
    ("How many steps do the stairs have?", "217 steps"),
    ("How many visitors are there now?", "90 visitors"),
    ("How many keepers are there?", "8 keepers"),
)
"""What each of the crowd asks, in this order, and what the answer shows."""
LATENCY = 0.05
PATIENCE = 120.0
SETTLING = 0.3
"""Seconds after which the server has finished with what a killed program had sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of the questions. `in_flight` is how many replies were on the way when something broke."""

    sent: int
    answered: int
    lost: int
    repeated: int
    in_flight: int
    disordered: int

    @property
    def faultless(self) -> bool:
        """Return whether nothing was lost, and repeated at most what was in flight."""
        return not self.lost and not self.disordered and self.repeated <= self.in_flight


class Crowd:
    """People who ask a bot in private, each five questions, over a slow network."""

    def __init__(self, server: BotApiServer, folder: Path, *, people: int, settings: dict[str, str]) -> None:
        """Gather the people; nobody asks yet, and no program runs."""
        self.server = server
        self.folder = folder
        self.settings = settings_for(server, **settings)
        self.people = [server.add_user(f"User {number}", language_code="en") for number in range(people)]
        self.in_flight = 0
        self.random = random.Random(len(folder.name))  # noqa: S311 - chooses moments, protects nothing
        self.output = ""
        self._stack = ExitStack()
        self.asked: list[int] = []
        self.programs: list[Program] = []
        server.faults.slow_down(milliseconds=1000 * LATENCY)

    @property
    def database(self) -> Path:
        """Return the file of the store."""
        return self.folder / "data" / "nickelbot" / "bot.db"

    @property
    def program(self) -> Program:
        """Return the program that was started last."""
        return self.programs[-1]

    def start(self, **settings: str) -> Program:
        """Start a program and return it when it is ready."""
        program = self.launch(**settings)
        program.wait_for_log("ready")
        return program

    def launch(self, **settings: str) -> Program:
        """Start a program."""
        program = Program({**self.settings, **settings}, self.folder)
        self.programs.append(program)
        return program

    def ask(self, *, a_second: float = 150.0) -> None:
        """Have everybody ask everything, at an even pace."""
        began = time.monotonic()
        for question, _ in QUESTIONS:
            for person in self.people:
                self.asked.append(person.say(question).update_id or 0)
                _sleep(began + len(self.asked) / a_second - time.monotonic())

    @contextmanager
    def asking(self, *, a_second: float = 150.0) -> Iterator[float]:
        """Have everybody ask meanwhile; what comes back is how many seconds it takes."""
        thread = threading.Thread(target=self.ask, kwargs={"a_second": a_second})
        thread.start()
        yield len(self.people) * len(QUESTIONS) / a_second
        thread.join()

    def kill(self) -> None:
        """Kill the program, and reckon what was in flight."""
        self.program.kill()
        _sleep(SETTLING)
        self.in_flight += self.unmarked()

    def unmarked(self) -> int:
        """Return how many questions are answered, but not marked as done in the store."""
        if not self.database.exists():
            return 0
        with sqlite3.connect(self.database) as connection:
            rows = connection.execute("SELECT body FROM inbox WHERE body IS NOT NULL").fetchall()
        connection.close()
        figures = dict(QUESTIONS)
        got = {(call.chat_id, figure) for call in self.server.sent for _, figure in QUESTIONS if figure in call.text}
        messages = [json.loads(body)["message"] for (body,) in rows]
        return sum((message["chat"]["id"], figures.get(message.get("text", ""))) in got for message in messages)

    def wait(self) -> None:
        """Return when everybody has all their answers; raises nothing if they never come: the reckoning tells."""
        deadline = time.monotonic() + PATIENCE
        wanted = len(self.people) * len(QUESTIONS)
        while len(self._first_answers()) < wanted and time.monotonic() < deadline:
            _sleep(0.05)
        # What would be answered twice, is so within this time.
        _sleep(4 * LATENCY + SETTLING)

    def outcome(self) -> Outcome:
        """Return the reckoning."""
        got = {person.id: self._figures(person) for person in self.people}
        counts = [Counter(figures) for figures in got.values()]
        answered = sum(len(count) for count in counts)
        sent = len(self.people) * len(QUESTIONS)
        order = [figure for _, figure in QUESTIONS]
        return Outcome(
            sent=sent,
            answered=answered,
            lost=sent - answered,
            repeated=sum(sum(count.values()) - len(count) for count in counts),
            in_flight=self.in_flight,
            disordered=sum(list(dict.fromkeys(figures)) != order[: len(set(figures))] for figures in got.values()),
        )

    def stop(self) -> None:
        """End every program that still runs, and look for the token in every byte that was written."""
        for program in self.programs:
            if program.is_running:
                program.terminate()
                program.wait()
            program.kill()
            self.output += program.output
        secret = self.server.token.partition(":")[2].encode()
        written = [path for path in self.folder.rglob("*") if path.is_file()]
        assert all(secret not in path.read_bytes() for path in written), "the token is in a file"
        assert secret.decode() not in self.output, "the token is in the log"
        assert "Traceback" not in self.output, self.output

    def _figures(self, person: Person) -> list[str]:
        texts = [call.text for call in self.server.sent if call.chat_id == person.id]
        return [figure for text in texts for _, figure in QUESTIONS if figure in text]

    def _first_answers(self) -> set[tuple[int | None, str]]:
        calls = self.server.sent
        return {(call.chat_id, figure) for call in calls for _, figure in QUESTIONS if figure in call.text}


@contextmanager
def gathered(folder: Path, *, people: int, **settings: str) -> Iterator[Crowd]:
    """Gather a crowd before a server of its own; at the end all programs are ended."""
    folder.mkdir(parents=True, exist_ok=True)
    with serving() as server:
        crowd = Crowd(server, folder, people=people, settings={"BOT_RATE_LIMIT": "0", **settings})
        try:
            yield crowd
        finally:
            server.faults.clear()
            crowd.stop()


def _sleep(seconds: float) -> None:
    if seconds > 0:
        threading.Event().wait(seconds)
