"""Whether the bot is well, as a watcher learns it."""

import asyncio
import socket

import pytest

from bot.health import Health, ListenError, Pulse, ask_health, serving, split_listen


@pytest.mark.parametrize(
    ("listen", "expected"),
    [("127.0.0.1:8080", ("127.0.0.1", 8080)), ("localhost:1", ("localhost", 1)), ("[::1]:80", ("::1", 80))],
)
def test_address(listen: str, expected: tuple[str, int]) -> None:
    """An address is a host and a port."""
    assert split_listen(listen) == expected


def test_pulse_counts_the_silence() -> None:
    """The silence grows with the clock and ends with a beat."""
    now = [5.0]
    pulse = Pulse(lambda: now[0])
    now[0] = 12.0
    assert pulse.silence == 7.0
    pulse.beat()
    assert pulse.silence == 0.0


@pytest.mark.parametrize("well", [True, False])
def test_watcher_is_told(well: bool, unused_port: int) -> None:  # noqa: FBT001 - a table's column
    """A watcher gets the state and the facts."""

    async def scenario() -> Health:
        async with serving(f"127.0.0.1:{unused_port}", lambda: Health(is_well=well, facts={"knowledge": "abc"})):
            return await asyncio.to_thread(ask_health, f"127.0.0.1:{unused_port}")

    health = asyncio.run(scenario())
    assert health.is_well is well
    assert health.facts["knowledge"] == "abc"


def test_nobody_there_is_not_well(unused_port: int) -> None:
    """A bot that does not answer is not well."""
    health = ask_health(f"127.0.0.1:{unused_port}")
    assert not health.is_well
    assert "no answer" in str(health.facts["error"])


def test_taken_address_is_refused(unused_port: int) -> None:
    """Two can't listen at one address."""
    listen = f"127.0.0.1:{unused_port}"

    async def scenario() -> None:
        well = Health(is_well=True, facts={})
        async with serving(listen, lambda: well), serving(listen, lambda: well):
            pass

    with pytest.raises(ListenError, match=listen):
        asyncio.run(scenario())


def test_without_an_address_nobody_listens() -> None:
    """None as the address serves nobody and harms nothing."""

    async def scenario() -> None:
        async with serving(None, lambda: Health(is_well=True, facts={})):
            pass

    asyncio.run(scenario())


@pytest.fixture
def unused_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
