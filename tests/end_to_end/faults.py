"""The faults that the bot survives, each as a scenario, and the table of trying them again and again.

`python -m tests.end_to_end.faults --times 10 --full-length` prints it.
"""

import argparse
import random
import resource
import shutil
import sqlite3
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from bot.app import Exit
from bot.telegram.workers import UNMARKED
from tests.end_to_end.crowd import LATENCY, QUESTIONS, Crowd, Outcome, gathered
from tests.end_to_end.program import Program, until
from tests.telegram.lighthouse import KNOWLEDGE

CLOCK = Path(__file__).parent / "clock"
IN_TIME = 8.0
"""Seconds that an operator waits for a program to end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Length:
    """How long an outage is, in seconds, how many people ask five questions each, and how often it is killed."""

    outage: float
    people: int
    kills: int


SHORT = Length(outage=1.0, people=30, kills=2)
FULL = Length(outage=30.0, people=100, kills=5)

Fault: TypeAlias = Callable[[Crowd, Length], None]


def kill(crowd: Crowd, length: Length) -> None:
    """Kill the program (-9) at random moments while the questions come, and start it again."""
    crowd.start()
    with crowd.asking(a_second=60) as seconds:
        for _ in range(length.kills):
            pause(crowd.random.uniform(0.1, seconds / length.kills))
            crowd.kill()
            crowd.start()


def terminate(crowd: Crowd, length: Length) -> None:
    """Send SIGTERM under load: what is in flight is finished in time, and the next run goes on."""
    crowd.start()
    with crowd.asking() as seconds:
        pause(crowd.random.uniform(0.2, 0.8) * seconds)
        ended(crowd.program)
        pause(length.outage / 5)
        crowd.start()


def away(crowd: Crowd, length: Length) -> None:
    """Let the Bot API server go away and come back, all connections cut."""
    crowd.start()
    with crowd.asking() as seconds:
        pause(crowd.random.uniform(0.2, 0.8) * seconds)
        crowd.server.leave_now()
        # Calls that were carried out, but whose answers were cut off on their slow way back.
        left = crowd.server.clock.now()
        crowd.in_flight += len([call for call in crowd.server.sent if call.time > left - LATENCY - 0.1])
        pause(length.outage)
        crowd.server.come_back_now()


def cut(crowd: Crowd, length: Length) -> None:
    """Reset replies before they are carried out, after it, and halfway through the answer; polls too."""
    crowd.start()
    faults = crowd.server.faults
    with crowd.asking() as seconds:
        for _ in range(5):
            pause(crowd.random.uniform(0.5, 1.0) * seconds / 6)
            for trouble in (faults.drop_before, faults.drop_after, faults.cut_halfway):
                trouble(length.kills, methods=("sendMessage",))
            crowd.random.choice((faults.drop_before, faults.drop_after, faults.cut_halfway))(1, methods=("getUpdates",))
    crowd.wait()
    crowd.in_flight += len([call for call in crowd.server.sent if call.lost])


def storm(crowd: Crowd, length: Length) -> None:
    """Refuse one chat again and again with 429: it waits, and nobody else does."""
    crowd.start()
    seconds = max(1, round(length.outage / 5))
    victim = crowd.people[0]
    crowd.server.faults.too_many(5, retry_after=seconds, chat_id=victim.id, methods=("sendMessage",))
    with crowd.asking():
        pass
    others = 5 * (len(crowd.people) - 1)
    until(lambda: len({call.number for call in crowd.server.sent if call.chat_id != victim.id}) >= others, "the others")
    refused = [call for call in crowd.server.refused if call.status == 429]
    assert len(refused) <= 5
    if length.outage > 5:
        assert not [call for call in crowd.server.sent if call.chat_id == victim.id], "the storm was over too soon"


def errors(crowd: Crowd, length: Length) -> None:
    """Answer 500 to everything, then 502 with a proxy's page."""
    crowd.start()
    with crowd.asking() as seconds:
        pause(seconds / 4)
        crowd.server.faults.fail_for(length.outage / 2, status=500, methods=("sendMessage", "getUpdates"))
        pause(length.outage / 2)
        crowd.server.faults.fail_for(length.outage / 2, status=502, methods=("sendMessage", "getUpdates"))
        pause(length.outage / 2)


def duplicates(crowd: Crowd, length: Length) -> None:
    """Deliver updates again, at once or later, also after a restart."""
    del length
    crowd.start()
    stop = threading.Event()

    def repeat() -> None:
        while not stop.wait(0.01):
            if crowd.asked:
                crowd.server.updates.repeat(crowd.random.choice(crowd.asked))

    repeating = threading.Thread(target=repeat)
    repeating.start()
    with crowd.asking() as seconds:
        pause(seconds / 2)
        ended(crowd.program)
        crowd.start()
    stop.set()
    repeating.join()
    for update in crowd.asked[::3]:
        crowd.server.updates.repeat(update)


def out_of_order(crowd: Crowd, length: Length) -> None:
    """Deliver updates in another order than their ids, within what people asked at the same time."""
    del length
    crowd.start()
    shuffle = random.Random(1).shuffle  # noqa: S311 - protects nothing
    for question, _ in QUESTIONS:
        with crowd.server.updates.held() as held:
            for person in crowd.people:
                crowd.asked.append(person.say(question).update_id or 0)
            shuffle(held)
        pause(0.2)


def locked(crowd: Crowd, length: Length) -> None:
    """Lock the database."""
    crowd.start()
    with crowd.asking() as seconds:
        pause(crowd.random.uniform(0.2, 0.8) * seconds)
        with closing(sqlite3.connect(crowd.database, isolation_level=None)) as other:
            other.execute("PRAGMA busy_timeout = 5000")
            other.execute("BEGIN EXCLUSIVE")
            crowd.program.wait_for_log("the store can't be written, trying again; nothing is lost")
            pause(length.outage)
            other.execute("ROLLBACK")
        crowd.program.wait_for_log("the store can be written again")


def locked_and_killed(crowd: Crowd, length: Length) -> None:
    """Lock the database, and kill the program meanwhile."""
    crowd.start()
    with crowd.asking() as seconds:
        pause(seconds / 3)
        with closing(sqlite3.connect(crowd.database, isolation_level=None)) as other:
            other.execute("PRAGMA busy_timeout = 5000")
            other.execute("BEGIN EXCLUSIVE")
            pause(length.outage)
            crowd.program.kill()
            other.execute("ROLLBACK")
        crowd.kill()
        crowd.start()


def full(crowd: Crowd, length: Length) -> None:
    """Fail every write of the program, as on a full disk, until there is room again."""
    crowd.start()
    with crowd.asking() as seconds:
        pause(crowd.random.uniform(0.2, 0.8) * seconds)
        with disk_full(crowd.program):
            crowd.program.wait_for_log("the store can't be written, trying again; nothing is lost")
            pause(length.outage)
        crowd.program.wait_for_log("the store can be written again")


def second_poller(crowd: Crowd, length: Length) -> None:
    """Start another program with the same token and a store of its own: the first one ends with a word."""
    del length
    crowd.start()
    first = crowd.program
    with crowd.asking() as seconds:
        pause(seconds / 2)
        other = crowd.folder / "other.db"
        crowd.start(DATABASE_URL=f"sqlite+aiosqlite:///{other}")
        assert first.wait() == Exit.POLLING_REFUSED
    crowd.wait()
    # What the first had fetched, but not yet acknowledged, the other one was given too.
    crowd.in_flight += len(known(crowd.database) & known(other))


def second_program(crowd: Crowd, length: Length) -> None:
    """Start another program on the same store: it waits, and takes over when the first ends."""
    del length
    crowd.start()
    first = crowd.program
    with crowd.asking() as seconds:
        pause(seconds / 3)
        second = crowd.launch()
        second.wait_for_log("waiting for another program to let go of the store")
        ended(first)
        second.wait_for_log("ready")


def clock_set_back(crowd: Crowd, length: Length) -> None:
    """Set the machine's clock back by an hour and a half, and by two days over a restart."""
    del length
    ahead = crowd.folder / "clock"
    ahead.write_text("0")
    shim = {"CLOCK_FILE": str(ahead), "PYTHONPATH": f"{CLOCK}:{Path(__file__).parent.parent.parent}"}
    crowd.start(**shim)
    with crowd.asking() as seconds:
        pause(seconds / 3)
        _replace(ahead, "-5400")
        pause(seconds / 3)
        ended(crowd.program)
        _replace(ahead, "-172800")
        crowd.start(**shim)


def broken_reload(crowd: Crowd, length: Length) -> None:
    """Leave the knowledge folder half-written, then gone, then whole again, with a `/reload` each time."""
    del length
    admin = crowd.server.add_user("Admin", id=4_000_001, language_code="en")
    knowledge = Path(crowd.settings["KNOWLEDGE_DIR"])
    crowd.start()
    with crowd.asking(a_second=100):
        entry = knowledge / "entries/tower/tower-height.toml"
        whole = entry.read_bytes()
        for half in (whole[: len(whole) // 2], "é".encode()[:1], b"[" * 50_000):
            entry.write_bytes(half)
            admin.say("/reload")
            assert "Not reloaded" in admin.private.next_reply(20).text
        entry.write_bytes(whole)
        gone = knowledge.rename(knowledge.with_name("gone"))
        admin.say("/reload")
        assert "Not reloaded" in admin.private.next_reply(20).text
        gone.rename(knowledge)
        admin.say("/reload")
        assert "Nothing changed" in admin.private.next_reply(20).text


FAULTS: dict[str, Fault] = {
    "kill -9 at random moments": kill,
    "SIGTERM under load": terminate,
    "server away and back": away,
    "replies reset": cut,
    "429 storm in one chat": storm,
    "500s and 502s": errors,
    "duplicates": duplicates,
    "out-of-order updates": out_of_order,
    "database locked": locked,
    "database locked, then kill -9": locked_and_killed,
    "disk full": full,
    "second poller": second_poller,
    "second program on the store": second_program,
    "clock set back": clock_set_back,
    "knowledge broken during /reload": broken_reload,
}


def endure(fault: Fault, folder: Path, length: Length) -> Outcome:
    """Return what became of the questions of a crowd in spite of the fault."""
    knowledge = Path(shutil.copytree(KNOWLEDGE, folder / "knowledge"))
    with gathered(folder, people=length.people, KNOWLEDGE_DIR=str(knowledge), BOT_ADMINS="4000001") as crowd:
        fault(crowd, length)
        crowd.wait()
        outcome = crowd.outcome()
        most = UNMARKED * max(1, len(crowd.programs))
        assert fault in {cut, second_poller} or outcome.in_flight <= most, f"{outcome.in_flight} in flight"
    return outcome


def ended(program: Program) -> None:
    """End a program; it has to do so in order and in time."""
    program.terminate()
    assert program.wait(IN_TIME) == Exit.DONE


@contextmanager
def disk_full(program: Program) -> Iterator[None]:
    """Let no file of the program grow beyond a byte meanwhile."""
    unlimited = resource.prlimit(program.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(program.pid, resource.RLIMIT_FSIZE, (1, unlimited[1]))
    try:
        yield
    finally:
        resource.prlimit(program.pid, resource.RLIMIT_FSIZE, unlimited)


def known(database: Path) -> set[int]:
    """Return the ids of the updates that a store knows."""
    with closing(sqlite3.connect(database)) as connection:
        return {row[0] for row in connection.execute("SELECT update_id FROM inbox")}


def pause(seconds: float) -> None:
    """Let time pass."""
    threading.Event().wait(seconds)


def _replace(path: Path, text: str) -> None:
    # In one step, so that nobody reads half of it.
    new = path.with_name("new")
    new.write_text(text)
    new.rename(path)


def main(arguments: Sequence[str] | None = None) -> int:
    """Try the faults and print the table; the exit code says whether all were survived."""
    parser = argparse.ArgumentParser(prog="python -m tests.end_to_end.faults", description=__doc__)
    parser.add_argument("--times", type=int, default=10)
    parser.add_argument("--full-length", action="store_true")
    parser.add_argument("faults", nargs="*", help="names, or parts of names; all by default")
    options = parser.parse_args(arguments)
    length = FULL if options.full_length else SHORT
    chosen = {
        name: fault
        for name, fault in FAULTS.items()
        if not options.faults or any(part in name for part in options.faults)
    }
    columns = ("fault", "times", "sent", "answered", "lost", "repeated", "in flight", "out of order", "failed")
    _show("| " + " | ".join(columns) + " |\n|" + "---|" * len(columns))
    survived = True
    for name, fault in chosen.items():
        outcomes, failures = [], 0
        for _ in range(options.times):
            with ExitStack() as stack:
                folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
                try:
                    outcomes.append(endure(fault, folder / "run", length))
                except (AssertionError, TimeoutError) as error:
                    failures += 1
                    sys.stderr.write(f"{name}: {error}\n")
        fields = ("sent", "answered", "lost", "repeated", "in_flight", "disordered")
        sums = [sum(getattr(outcome, field) for outcome in outcomes) for field in fields]
        _show("| " + " | ".join(map(str, (name, len(outcomes), *sums, failures))) + " |")
        survived = survived and not failures and all(outcome.faultless for outcome in outcomes)
    return 0 if survived else 1


def _show(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
