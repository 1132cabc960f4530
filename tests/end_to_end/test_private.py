"""What somebody gets who writes to the bot in private."""

import pytest

from bot.telegram.buttons import entry_data
from tests.botapi import BotApiServer, Call, Person
from tests.end_to_end.program import Program
from tests.telegram.lighthouse import LONG_ENTRY

pytestmark = pytest.mark.usefixtures("program")

HEIGHT = "How high is the tower?"


def test_question_gets_the_figure_in_bold_and_its_source(alice: Person) -> None:
    """An answer shows its figure in bold and its source in a block."""
    alice.say(HEIGHT)
    reply = alice.private.next_reply()
    assert reply.marked("bold") == ["43 metres"]
    (source,) = reply.marked("expandable_blockquote")
    assert source.startswith("Source: The North Light, Harbour News")
    assert "“43 metres”" in source


def test_question_in_arabic_is_answered_in_arabic_with_isolated_figures(badr: Person) -> None:
    """An answer from right to left keeps its figures and Latin names in isolates."""
    badr.say("ما ارتفاع البرج؟")
    reply = badr.private.next_reply()
    assert reply.marked("bold") == ["\u206843 متراً\u2069"]
    assert "\u2068Harbour News\u2069" in reply.text
    assert "«\u206843 metres\u2069»" in reply.text


def test_caption_is_a_question(alice: Person) -> None:
    """The caption of a picture is a question as well."""
    alice.send_photo(alice.private, HEIGHT)
    assert "43 metres" in alice.private.next_reply().text


def test_unsure_question_gets_choices_without_figures(alice: Person) -> None:
    """Choices are buttons without any figure, with a way out of them."""
    alice.say("visitors")
    reply = alice.private.next_reply()
    assert [button["text"] for button in reply.buttons] == [
        "Visitors aimed for",
        "Visitors at present",
        "None of these",
    ]
    assert not any(character.isdigit() for character in reply.text)


def test_pressed_choice_is_answered(server: BotApiServer, alice: Person) -> None:
    """A pressed button ends its waiting and brings the answer as a new message."""
    alice.say("visitors")
    choices = alice.private.next_reply()
    asked = alice.press(choices, "Visitors at present")
    assert "90 visitors" in alice.private.next_reply().text
    server.wait_for(lambda call: _answers_press(call, asked.query_id))


def test_choice_with_a_long_id_is_answered(alice: Person) -> None:
    """A button for an entry whose id is longer than Telegram's limit works, whoever presses it."""
    alice.say("visitors")
    alice.press(alice.private.next_reply(), entry_data(LONG_ENTRY), forged=True)
    assert "8 keepers" in alice.private.next_reply().text


def test_none_of_these_removes_the_buttons(server: BotApiServer, program: Program, alice: Person) -> None:
    """Pressing the way out removes the buttons, brings a word of thanks, and is logged."""
    alice.say("visitors")
    choices = alice.private.next_reply()
    asked = alice.press(choices, "None of these")
    assert alice.private.next_reply().text == "Noted, thank you."
    server.wait_for(lambda call: _answers_press(call, asked.query_id))
    program.wait_for_log("none of these", update=asked.update_id)
    assert "reply_markup" not in alice.private.message_json(choices.message["message_id"])


@pytest.mark.parametrize("data", ["e:no-such-entry", "h:0000", "x", "l:xx", "e:", "🦀" * 16])
def test_forged_button_is_called_outdated(server: BotApiServer, alice: Person, data: str) -> None:
    """Data that no button of today has gets an alert and no message."""
    alice.say("visitors")
    asked = alice.press(alice.private.next_reply(), data, forged=True)
    answer = server.wait_for(lambda call: _answers_press(call, asked.query_id))
    assert answer.parameters["text"] == "This button is too old, please ask again."
    assert answer.parameters["show_alert"] == "true"


def test_answer_offers_what_it_is_related_to(alice: Person) -> None:
    """An answer with a partner has one button that shows the partner."""
    alice.say("How many visitors are there now?")
    reply = alice.private.next_reply()
    alice.press(reply, "The goal")
    assert "250 visitors" in alice.private.next_reply().text


def test_follow_up_completes_the_last_question(alice: Person) -> None:
    """A short message completes the last question of the same user in the same chat."""
    alice.say("How many visitors are there now?")
    alice.private.next_reply()
    alice.say("and the goal?")
    assert "250 visitors" in alice.private.next_reply().text


@pytest.mark.parametrize("payload", ["", "junk", "a" * 64, "e-1_2", "tower_height"])
def test_start_says_what_the_bot_is_for(alice: Person, payload: str) -> None:
    """/start shows the help, whatever junk a link brings."""
    alice.start(payload)
    assert alice.private.next_reply().text.startswith("I know the lighthouse.")


def test_link_to_an_entry_shows_it(alice: Person) -> None:
    """/start with an entry's id shows that entry."""
    alice.start("tower-height")
    assert alice.private.next_reply().marked("bold") == ["43 metres"]


@pytest.mark.parametrize("command", ["/help", "/help@nickel_test_bot", "/nonsense"])
def test_help_answers_unknown_commands_too(alice: Person, command: str) -> None:
    """/help and any command that does not exist show the help."""
    alice.say(command)
    assert alice.private.next_reply().text.startswith("I know the lighthouse.")


def test_ask_takes_its_argument_as_the_question(alice: Person) -> None:
    """/ask answers what stands behind it; alone it tells how it is used."""
    alice.say(f"/ask {HEIGHT}")
    assert "43 metres" in alice.private.next_reply().text
    alice.say("/ask")
    assert alice.private.next_reply().text == "Write your question behind /ask."


def test_chosen_language_beats_the_question_until_automatic(server: BotApiServer, alice: Person) -> None:
    """A language chosen by button holds for every question; automatic undoes the choice."""
    alice.say("/language")
    menu = alice.private.next_reply()
    assert [button["text"] for button in menu.buttons][:2] == ["English", "العربية"]
    asked = alice.press(menu, "العربية")
    server.wait_for(lambda call: _answers_press(call, asked.query_id))
    server.wait_for(lambda call: call.method == "editMessageText" and call.chat_id == alice.private.id)
    alice.say(HEIGHT)
    assert "يبلغ ارتفاع البرج" in alice.private.next_reply().text
    alice.say("/language")
    alice.press(alice.private.next_reply(), "l:")
    alice.say(HEIGHT)
    assert "The tower is" in alice.private.next_reply().text


def test_wordless_message_is_asked_for_words(alice: Person) -> None:
    """A sticker, and a picture without a caption, are asked for words."""
    alice.send_sticker(alice.private)
    assert alice.private.next_reply().text == "Please ask in words."
    alice.send_photo(alice.private)
    assert alice.private.next_reply().text == "Please ask in words."


@pytest.mark.parametrize(
    "text", ["👍" * 50, "\u202e\u2067\u200b", "x" * 4096, "<b>&amp;</i>", "e\u0301" * 2000, "*_[`"]
)
def test_odd_text_gets_an_answer(alice: Person, text: str) -> None:
    """Whatever is written gets one well-formed reply."""
    alice.say(text)
    assert alice.private.next_reply().text


def _answers_press(call: Call, query: str) -> bool:
    return call.method == "answerCallbackQuery" and call.parameters["callback_query_id"] == query
