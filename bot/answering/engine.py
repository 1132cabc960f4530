"""The core's one entrance: a question and what was said before in, a typed reply and the next context out."""

import re
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, replace

from bot.answering.composing import Composer
from bot.answering.conversation import FOLLOW_UP_FOR, Asker, Context, Turn
from bot.answering.deciding import Decider, Decision
from bot.answering.folding import fold, fold_all
from bot.answering.language import LanguageJudge, Verdict
from bot.answering.matching import Assessment, profile
from bot.answering.recognition import Hit, HitKind, recognize
from bot.answering.reply import Line, Outcome, Reply
from bot.answering.spelling import likeness
from bot.answering.vocabulary import Vocabularies, Vocabulary
from bot.knowledge.model import ConceptKind, Knowledge, Limits

LONGEST_MESSAGE = 1_000
"""Characters; a longer message is no question, and the asker is asked to shorten it."""
_LONGEST_READ = 2_000
"""Characters that are looked at even of a message that is too long, to answer in its language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """How a reply came about: every step that led to it."""

    language: str
    reading: str
    """The language whose words the question was read with."""
    verdict: Verdict
    folded: str
    hits: tuple[Hit, ...]
    decision: Decision
    turn: Turn
    assessments: tuple[Assessment, ...] = ()


class Engine:
    """Answers questions from one knowledge folder; immutable, so that it can be swapped in one step."""

    def __init__(self, knowledge: Knowledge) -> None:
        """Compile the knowledge; takes well under a second for a few hundred entries."""
        self.knowledge = knowledge.model_copy(update={"lexicons": {}})
        questions = {
            tag: {entry.id: entry.wordings[tag].questions for entry in knowledge.entries.values()}
            for tag in knowledge.languages
        }
        self._vocabularies = Vocabularies(dict(knowledge.lexicons), questions)
        self._judge = LanguageJudge(self._vocabularies)
        decider = Decider(
            [profile(entry, knowledge) for entry in knowledge.entries.values()], knowledge.concepts, knowledge.limits
        )
        self._deciders = {tag: decider.under(knowledge.limits.of(tag)) for tag in knowledge.languages}
        self._composer = Composer(knowledge)
        self._known = _KnownQuestions(knowledge)

    def warm(self) -> None:
        """Compile every language now instead of at its first question."""
        for language in self.knowledge.languages:
            self._judge.judge(self.knowledge.messages[language].name)
            self.rehearse(self.knowledge.messages[language].greeting, language)

    def ask(self, question: str, asker: Asker) -> Turn:
        """Return the reply to the question, and the context for the asker's next one; never raises."""
        return self._consider(question, asker).turn

    def explain(self, question: str, asker: Asker) -> Explanation:
        """Return the reply with every step that led to it."""
        explanation = self._consider(question, asker)
        decider = self._deciders[explanation.reading]
        return replace(explanation, assessments=decider.assessments(explanation.hits))

    def with_limits(self, limits: Limits) -> "Engine":
        """Return the same engine with other limits, for measuring what they do."""
        other = copy(self)
        other.knowledge = self.knowledge.model_copy(update={"limits": limits})
        other._deciders = {tag: decider.under(limits.of(tag)) for tag, decider in self._deciders.items()}  # noqa: SLF001 - the copy is this class's own
        return other

    def _consider(self, question: str, asker: Asker) -> Explanation:
        folded = fold(question[:_LONGEST_READ])
        verdict = self._judge.judge(question[:_LONGEST_READ])
        language = self._language(verdict, asker)
        reading = self._reading_language(verdict, language)
        hits = recognize(folded, self._vocabularies[reading], self._fallback(reading))
        fresh = asker.now - asker.context.asked_at <= FOLLOW_UP_FOR.total_seconds()
        if len(question) > LONGEST_MESSAGE:
            decision = Decision(reason="too-long")
            reply = self._plain(language, "too_long", reason=decision.reason)
        elif not hits:
            decision = Decision(reason="empty")
            reply = self._plain(language, "empty", reason=decision.reason)
        elif verdict.other is not None:
            decision = Decision(reason="other-language")
            reply = self._unknown(decision, language)
        else:
            decision = self._decide(folded, hits, reading, asker.context.entries if fresh else ())
            reply = self._reply(decision, hits, language)
        if verdict.other is not None:
            names = self._composer.languages(language)
            reply = replace(reply, footing=(self._composer.line(language, "other_language", languages=names),))
        return Explanation(
            language=language,
            reading=reading,
            verdict=verdict,
            folded=folded,
            hits=hits,
            decision=decision,
            turn=Turn(reply=reply, context=self._next(asker, verdict, decision)),
        )

    def show(self, entry: str, asker: Asker) -> Turn | None:
        """Return the entry's answer, as for a pressed button; None if this knowledge has no such entry."""
        if entry not in self.knowledge.entries:
            return None
        reply = Reply(
            outcome=Outcome.ANSWER,
            language=self.language(asker),
            confidence=1.0,
            answers=(self._composer.answer(entry, self.language(asker)),),
            reason="shown",
        )
        return Turn(reply=reply, context=replace(asker.context, entries=(entry,), asked_at=asker.now))

    def language(self, asker: Asker) -> str:
        """Return the language for messages that answer no question, such as the help."""
        return self._language(Verdict(language=None), asker)

    def rehearse(self, question: str, language: str) -> tuple[Decision, str]:
        """Return what the matcher alone makes of a known question, and the language it is taken for."""
        asker = Asker(language_code=language)
        read_as = self._language(self._judge.judge(question), asker)
        hits = recognize(fold(question), self._vocabularies[language], self._fallback(language))
        return self._deciders[language].decide(hits), read_as

    # -- steps ------------------------------------------------------------

    def _language(self, verdict: Verdict, asker: Asker) -> str:
        """Return the reply's language: chosen, sure, last, the app's, a guess, the folder's own."""
        base = (asker.language_code or "").replace("_", "-").split("-", 1)[0].lower()
        hints = (asker.context.language, base)
        likely = [tag for tag in hints if tag in verdict.guesses] if verdict.other is None else []
        guesses = verdict.guesses[:1] if verdict.other is None else ()
        for tag in (asker.chosen_language, verdict.language, *likely, *guesses, *hints):
            if tag is not None and tag in self.knowledge.languages:
                return tag
        return self.knowledge.settings.default_language

    def _fallback(self, reading: str) -> Vocabulary | None:
        """Return the vocabulary for Latin words inside another script, where the folder has one."""
        latin = self._judge.latin
        return self._vocabularies[latin] if latin is not None and reading not in self._judge.latins else None

    def _reading_language(self, verdict: Verdict, language: str) -> str:
        """Return the language whose words the question is read with."""
        if verdict.language is not None:
            return verdict.language
        if verdict.guesses and language not in verdict.guesses:
            return verdict.guesses[0]
        return language

    def _decide(self, folded: str, hits: Sequence[Hit], reading: str, last: Sequence[str]) -> Decision:
        known = self._known.entry(reading, folded)
        if known is not None and not last:
            return Decision(answers=(known,), near=(known,), confidence=1.0, reason="known")
        return self._deciders[reading].decide(hits, last)

    def _reply(self, decision: Decision, hits: Sequence[Hit], language: str) -> Reply:
        if decision.answers:
            return Reply(
                outcome=Outcome.ANSWER,
                language=language,
                confidence=round(decision.confidence, 3),
                heading=self._assertion(decision, language),
                answers=tuple(self._composer.answer(entry, language) for entry in decision.answers),
                reason=decision.reason,
            )
        if decision.choices:
            return Reply(
                outcome=Outcome.CHOICES,
                language=language,
                confidence=round(decision.confidence, 3),
                heading=(self._composer.line(language, "choices"),),
                choices=tuple(self._composer.choice(entry, language) for entry in decision.choices),
                reason=decision.reason,
            )
        return self._social(hits, language) or self._unknown(decision, language)

    def _assertion(self, decision: Decision, language: str) -> tuple[Line, ...]:
        """Return the line that says whether a figure which the asker named is the article's."""
        if decision.asserted is None or len(decision.answers) != 1:
            return ()
        entry = self.knowledge.entries[decision.answers[0]]
        own = {entry.value, entry.second.value if entry.second else None}
        return (self._composer.line(language, "agrees" if decision.asserted in own else "differs"),)

    def _social(self, hits: Sequence[Hit], language: str) -> Reply | None:
        marks = {name for hit in hits for option in hit.alternatives for name in option}
        telling = any(
            hit.kind in (HitKind.UNKNOWN, HitKind.YEAR, HitKind.NUMBER)
            or any(
                self.knowledge.concepts[name].kind not in _SOCIABLE
                for option in hit.alternatives
                for name in option
                if hit.kind is HitKind.CONCEPT
            )
            for hit in hits
        )
        if telling:
            return None
        for mark in ("greeting", "thanks", "farewell"):
            if mark in marks:
                return replace(self._plain(language, mark, reason=mark), outcome=Outcome.SOCIAL)
        return None

    def _plain(self, language: str, key: str, *, reason: str) -> Reply:
        return Reply(
            outcome=Outcome.UNKNOWN,
            language=language,
            confidence=0.0,
            heading=(self._composer.line(language, key),),
            reason=reason,
        )

    def _unknown(self, decision: Decision, language: str) -> Reply:
        messages = self._composer.messages(language)
        near = [self.knowledge.entries[entry].topic for entry in decision.near]
        if decision.unknown is not None:
            reply = self._plain(language, "unknown", reason=decision.unknown)
            line = self._composer.text_line(messages.unknowns[decision.unknown])
            heading: tuple[Line, ...] = (line,)
        else:
            reply = self._plain(language, "unknown", reason=decision.reason)
            heading = reply.heading
        topics = self._composer.topics(language, *near)
        return replace(
            reply,
            confidence=round(decision.confidence, 3),
            heading=(*heading, self._composer.line(language, "nearest", topics=topics)),
        )

    def _next(self, asker: Asker, verdict: Verdict, decision: Decision) -> Context:
        language = verdict.language or asker.context.language
        if decision.answers or decision.choices:
            entries = decision.answers or decision.choices
            return Context(language=language, entries=entries, asked_at=asker.now)
        return replace(asker.context, language=language)

    def likeness(self, question: str, entry: str, language: str) -> float:
        """Return how alike the question is to the entry's nearest known question, from zero to one."""
        phrasings = [fold(known) for known in self.knowledge.entries[entry].wordings[language].questions]
        return likeness(fold(question), phrasings)


_SOCIABLE = frozenset({ConceptKind.MARK, ConceptKind.NAME, ConceptKind.LIGHT})


class _KnownQuestions:
    """The known questions by their words, folded when a language is first asked in."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._by_language: dict[str, dict[str, str]] = {}

    def entry(self, language: str, folded: str) -> str | None:
        """Return the entry whose known question this is, but for spaces and punctuation."""
        known = self._by_language.get(language)
        if known is None:
            known = self._by_language[language] = {
                _key(question): entry.id
                for entry in self._knowledge.entries.values()
                for question in fold_all(entry.wordings[language].questions)
            }
        return known.get(_key(folded))


def _key(folded: str) -> str:
    """Return what is the same for two questions that differ in spaces and punctuation only."""
    return " ".join(_WORDS.findall(folded))


_WORDS = re.compile(r"\w+")
