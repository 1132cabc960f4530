"""What happens when a part of the bot fails in the middle of an answer."""

from collections.abc import Iterator

import pytest

from bot.answering.conversation import Asker, Turn
from bot.answering.engine import Engine
from tests.telegram.harbour import Harbour

WORDS = "somebody's own words"


class FailingEngine(Engine):
    """An engine with a fault in it."""

    def ask(self, question: str, asker: Asker) -> Turn:
        """Fail, with the question in the error."""
        del asker
        raise KeyError(question)

    def show(self, entry: str, asker: Asker) -> Turn | None:
        """Fail as well."""
        del asker
        raise KeyError(entry)


class BrokenEngine(FailingEngine):
    """An engine that does not even know a language to apologise in."""

    def language(self, asker: Asker) -> str:
        """Fail too."""
        del asker
        raise KeyError(WORDS)


@pytest.fixture
def harbour(lighthouse: Engine) -> Iterator[Harbour]:
    """Return a bot whose engine fails."""
    harbour = Harbour(FailingEngine(lighthouse.knowledge))
    yield harbour
    harbour.stop()


def test_failure_is_logged_by_kind_and_place_and_apologised_for(harbour: Harbour) -> None:
    """The log has the kind, the update and where it happened; the asker gets an apology; no words appear anywhere."""
    (line,) = harbour.handle(harbour.text(WORDS))
    assert (line["event"], line["kind"], line["update"]) == ("handler failed", "KeyError", 1)
    assert line["where"][-1].endswith(" ask")
    assert WORDS not in str(line)
    assert [call.text for call in harbour.server.sent] == ["Something went wrong; please try again."]


def test_failing_press_is_apologised_for_too(harbour: Harbour) -> None:
    """Who pressed a button gets the apology as a message."""
    lines = harbour.handle(harbour.press("e:tower-height"))
    assert [line["event"] for line in lines] == ["handler failed"]
    assert [call.text for call in harbour.server.sent] == ["Something went wrong; please try again."]


def test_failing_apology_is_logged_and_over(lighthouse: Engine) -> None:
    """When even the apology fails there are two lines, and the next update is handled."""
    harbour = Harbour(BrokenEngine(lighthouse.knowledge))
    try:
        lines = harbour.handle(harbour.text(WORDS))
        assert [line["event"] for line in lines] == ["handler failed", "apology failed"]
        assert WORDS not in str(lines)
        harbour.machine.live.engine = lighthouse
        assert harbour.handle(harbour.text("How high is the tower?")) == []
    finally:
        harbour.stop()
    assert "43 metres" in harbour.server.sent[-1].text
