"""What people asked in vain, noted for the curator: unanswered questions, and choices of which none was meant."""

from collections import OrderedDict

from bot.answering.reply import Outcome, Reply
from bot.storage.unanswered import Kind, Note, Unanswered

REMEMBERED = 500
"""Questions with choices whose words are kept in memory, in case that none of the choices was meant."""


class Feedback:
    """Notes what the bot could not answer."""

    def __init__(self, unanswered: Unanswered, *, capacity: int = REMEMBERED) -> None:
        """Keep where the notes go."""
        self._unanswered = unanswered
        self._capacity = capacity
        self._offered: OrderedDict[tuple[int, tuple[str, ...]], Note] = OrderedDict()

    def replied(self, chat: int, question: str, reply: Reply, version: str) -> None:
        """Note a question that got no answer; one that got choices is remembered for `none_of_these`."""
        if reply.outcome not in {Outcome.UNKNOWN, Outcome.CHOICES}:
            return
        offered = tuple(choice.citation.entry for choice in reply.choices)
        note = Note(
            kind=Kind.NONE_OF_THESE if reply.outcome is Outcome.CHOICES else Kind.UNANSWERED,
            question=question,
            language=reply.language,
            outcome=reply.outcome.value,
            reason=reply.reason,
            nearest=offered,
            knowledge=version,
        )
        if reply.outcome is Outcome.UNKNOWN:
            self._unanswered.note(note)
            return
        self._offered[chat, offered] = note
        if len(self._offered) > self._capacity:
            self._offered.popitem(last=False)

    def none_of_these(self, chat: int, offered: tuple[str, ...], language: str, version: str) -> None:
        """Note that none of these entries was meant; who asked long ago is noted without words."""
        forgotten = Note(
            kind=Kind.NONE_OF_THESE,
            question=None,
            language=language,
            outcome=Outcome.CHOICES.value,
            reason="",
            nearest=offered,
            knowledge=version,
        )
        self._unanswered.note(self._offered.pop((chat, offered), forgotten))
