"""People who want to break the bot: it stays polite, quick, and within Telegram's rules."""

import pytest

from tests.botapi import BotApiServer, Person
from tests.end_to_end.program import Program

pytestmark = pytest.mark.usefixtures("program")

HEIGHT = "How high is the tower?"
ODD = {
    "longest": ("How high is the tower? " * 200)[:4096],
    "one long word": "tower" * 819,
    "combining marks": "e" + "\u0301" * 4095,
    "marks on a question": "".join(letter + "\u0301\u0323" * 50 for letter in HEIGHT),
    "right-to-left override": f"\u202e{HEIGHT}\u2066\u2067\u202d",
    "html": "<b>How</b> high is the <a href='x'>tower</a>? &lt;&amp;</blockquote>",
    "markdown": "*How* _high_ is the `tower`? [x](y) ```",
    "digits": "1" * 4096,
    "emoji": "👨‍👩‍👧" * 500,
    "zero width": "\u200b\u200d\ufeff" * 1000,
    "every script": "tower برج 塔 tour башня torre मीनार หอคอย " * 90,
    "spaces within": " ".join(HEIGHT * 90)[:4096],
}
LINKS = ("tower-height", "TOWER-HEIGHT", "../../etc/passwd", "e:tower-height", "0" * 64, "%00", "тест", "<b>")


@pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
def test_odd_question_gets_a_reply_soon(server: BotApiServer, alice: Person, text: str) -> None:
    """Whatever the text, there is one reply that Telegram takes, within two seconds, and the next one is as ever."""
    asked = server.clock.now()
    alice.say(text)
    assert alice.private.next_reply().time - asked < 2
    alice.say(HEIGHT)
    assert "43 metres" in alice.private.next_reply().text
    assert [call for call in server.refused if call.parameters.get("chat_id") == str(alice.id)] == []


@pytest.mark.parametrize("payload", LINKS)
def test_deep_link_with_junk_is_welcomed(alice: Person, payload: str) -> None:
    """A link names an entry, or else it is a start like any other."""
    alice.start(payload)
    assert alice.private.next_reply().text


@pytest.mark.parametrize("data", ["e:nothing", "h:", "l:xx", "\u202e", "e:" + "x" * 62, "null", "n" * 64, "e:../.."])
def test_made_up_button_is_outdated(server: BotApiServer, alice: Person, data: str) -> None:
    """Data that no button has is answered with a word, and nothing else happens."""
    alice.say("visitors")
    choices = alice.private.next_reply()
    alice.press(choices, data, forged=True)
    answer = server.wait_for(lambda call: call.method == "answerCallbackQuery", since=choices.number)
    assert answer.parameters.get("text")
    assert alice.private.unread() == []


def test_names_are_never_repeated(server: BotApiServer, program: Program) -> None:
    """A name with markup in it comes back nowhere."""
    mallory = server.add_user("<b>Mallory</b>", last_name="\u202eevil", username="mallory_x", language_code="<i>")
    for text in ("/start", HEIGHT, "/help", "flibbertigibbet"):
        mallory.say(text)
        assert "allory" not in mallory.private.next_reply().text
    assert "allory" not in program.output
