"""What was asked in vain is noted for the curator, without who asked it."""

import pytest

from bot.answering.conversation import Asker
from bot.answering.engine import Engine
from bot.storage.unanswered import Kind, MemoryUnanswered
from bot.telegram.buttons import offered_entries, reply_keyboard
from bot.telegram.feedback import Feedback

CHAT = 5


def test_unanswered_question_is_noted_with_its_words(lighthouse: Engine) -> None:
    """A question that got no answer is noted at once."""
    unanswered = MemoryUnanswered()
    reply = lighthouse.ask("flibbertigibbet", Asker(language_code="en")).reply
    Feedback(unanswered).replied(CHAT, "flibbertigibbet", reply, "v1")
    (note,) = unanswered.notes
    assert (note.kind, note.question, note.language, note.knowledge) == (
        Kind.UNANSWERED,
        "flibbertigibbet",
        "en",
        "v1",
    )
    assert note.reason == reply.reason


@pytest.mark.parametrize("question", ["How high is the tower?", "visitors"])
def test_answered_question_is_not_noted(lighthouse: Engine, question: str) -> None:
    """Neither an answer nor choices are noted by themselves."""
    unanswered = MemoryUnanswered()
    Feedback(unanswered).replied(CHAT, question, lighthouse.ask(question, Asker(language_code="en")).reply, "v1")
    assert unanswered.notes == []


def test_none_of_these_is_noted_with_the_question(lighthouse: Engine) -> None:
    """When none of the choices was meant, the question and what was offered are noted, once with its words."""
    unanswered = MemoryUnanswered()
    feedback = Feedback(unanswered)
    reply = lighthouse.ask("visitors", Asker(language_code="en")).reply
    offered = offered_entries(reply_keyboard(reply, lighthouse.knowledge), lighthouse.knowledge)
    feedback.replied(CHAT, "visitors", reply, "v1")
    for _ in range(2):
        feedback.none_of_these(CHAT, offered, "en", "v2")
    first, second = unanswered.notes
    assert (first.kind, first.question, first.nearest) == (Kind.NONE_OF_THESE, "visitors", offered)
    assert offered == ("visitors-goal", "visitors-now")
    assert (second.question, second.nearest, second.knowledge) == (None, offered, "v2")


def test_memory_of_choices_is_bounded(lighthouse: Engine) -> None:
    """Only the latest questions with choices are remembered by their words."""
    unanswered = MemoryUnanswered()
    feedback = Feedback(unanswered, capacity=1)
    reply = lighthouse.ask("visitors", Asker(language_code="en")).reply
    offered = tuple(choice.citation.entry for choice in reply.choices)
    for chat in (1, 2):
        feedback.replied(chat, "visitors", reply, "v1")
    for chat in (1, 2):
        feedback.none_of_these(chat, offered, "en", "v1")
    assert [note.question for note in unanswered.notes] == [None, "visitors"]


def test_message_without_buttons_offered_nothing(lighthouse: Engine) -> None:
    """A message that is too old to be seen has no buttons to read."""
    assert offered_entries(None, lighthouse.knowledge) == ()
