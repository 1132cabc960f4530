"""The server by hand: `python -m tests.botapi --port 8081 --token 1:abc`, then lines such as `alice: how much?`.

A line `name: text` makes someone write to the bot in private; `name > data` presses a button of the bot's last
message to them; `wait 2` waits. Whatever the bot sends is printed.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tests.botapi.refusals import ControlError
from tests.botapi.server import DEFAULT_TOKEN, BotApiServer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.botapi.journal import Call
    from tests.botapi.people import Person


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until the input ends; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.botapi", description=__doc__)
    parser.add_argument("--port", type=int, default=8081)
    parser.add_argument("--token", default=DEFAULT_TOKEN)
    parser.add_argument("--script", type=Path, help="read the lines from this file instead of the terminal")
    parser.add_argument("--linger", type=float, default=1.0, help="seconds to wait for answers after a script")
    options = parser.parse_args(arguments)
    server = BotApiServer(token=options.token, port=options.port, time_scale=1.0)
    lines = options.script.read_text(encoding="utf-8").splitlines() if options.script else None
    try:
        asyncio.run(_serve(server, lines, options.linger))
    except KeyboardInterrupt:
        return 130
    return 0


async def _serve(server: BotApiServer, lines: list[str] | None, linger: float) -> None:
    await server.start()
    print(f"BOT_BASE_URL={server.base_url} BOT_TOKEN={server.token}", flush=True)  # noqa: T201
    printer = asyncio.create_task(_print_calls(server))
    people: dict[str, Person] = {}
    try:
        while (line := await _next_line(lines)) is not None:
            try:
                await _act(server, people, line.strip())
            except ControlError as error:
                print(f"? {error}", flush=True)  # noqa: T201
        if lines is not None:
            # What the bot still answers to the last line is worth seeing.
            await asyncio.sleep(linger)
    finally:
        printer.cancel()
        await server.stop()


async def _next_line(lines: list[str] | None) -> str | None:
    if lines is not None:
        return lines.pop(0) if lines else None
    line = await asyncio.to_thread(sys.stdin.readline)
    return line or None


async def _act(server: BotApiServer, people: dict[str, Person], line: str) -> None:
    if line.startswith("wait "):
        await asyncio.sleep(float(line.removeprefix("wait ")))
        return
    name, mark, rest = line.partition(":")
    if mark and name.strip().isidentifier():
        _person(server, people, name).say(rest.strip())
        return
    name, mark, rest = line.partition(">")
    if mark:
        person = _person(server, people, name)
        last = [call for call in server.sent if call.chat_id == person.id]
        if last:
            person.press(last[-1], rest.strip())


def _person(server: BotApiServer, people: dict[str, Person], name: str) -> Person:
    key = name.strip().lower()
    if key not in people:
        people[key] = server.add_user(name.strip().title(), username=f"{key}_user", language_code="en")
    return people[key]


async def _print_calls(server: BotApiServer) -> None:
    since = 0
    while True:
        call = await server.wait_for_async(lambda _: True, since=since, timeout=10**9)
        since = call.number + 1
        print(_shown(call), flush=True)  # noqa: T201


def _shown(call: Call) -> str:
    if not call.ok:
        return f"< {call.method} {call.status} {call.description}"
    buttons = " ".join(f"[{button['text']}]" for button in call.buttons)
    return f"< {call.method} {call.chat_id or ''} {call.text} {buttons}".rstrip()


if __name__ == "__main__":
    sys.exit(main())
