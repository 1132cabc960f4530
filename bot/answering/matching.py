"""Holds a recognised question against one entry: what the entry explains, what it lacks, what forbids it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from bot.answering.recognition import EXACT, SURE, Hit, HitKind
from bot.knowledge.model import YEAR_CONCEPT, Concept, ConceptKind, Entry, Knowledge
from bot.knowledge.numerals import find_numbers

_WEIGHT: Mapping[ConceptKind, float] = {
    ConceptKind.SUBJECT: 1.0,
    ConceptKind.FOREIGN: 1.0,
    ConceptKind.ASPECT: 0.6,
    ConceptKind.LIGHT: 0.3,
    ConceptKind.NAME: 0.0,
    ConceptKind.MARK: 0.0,
}
_UNKNOWN_WEIGHT = 0.7
_UNKNOWN_EARLY_WEIGHT = 0.2
"""An unknown word before the first telling one is mostly chatter."""
_ASKED_WEIGHT = 0.25
_GUESS_WEIGHT = 0.7
_NEEDED_NAME_WEIGHT = 0.5
_YEAR_WEIGHT = 1.0


class Veto(StrEnum):
    """Why an entry may not answer a question; a foreign word forbids every entry alike."""

    FOREIGN = "foreign"
    SUBJECT = "subject"
    ASPECT = "aspect"
    YEAR = "year"
    NUMBER = "number"
    DENIED = "denied"


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """One veto: the piece of the question it comes from, and the honest sentence it calls for."""

    veto: Veto
    position: int
    text: str
    unknown: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """An entry as the matcher sees it: compiled once from the knowledge."""

    entry: Entry
    needs: tuple[frozenset[str], ...]
    needed: frozenset[str]
    """All alternatives of all needs."""
    hints: frozenset[str]
    allowed: frozenset[str]
    denied: frozenset[str]
    lonely_years: frozenset[int]
    span: frozenset[int]
    answers_year: bool
    """Whether the entry's own value is a year."""
    numbers: frozenset[Decimal]
    """Numbers that may stand in the question: the entry's own and its paragraph's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """What one entry makes of one question.

    `score` lies between zero and one and does not know of the vetoes. `missing` are needs that
    nothing in the question satisfies. `explained` are the positions of the telling pieces that
    the entry accounts for; `telling` counts the sure subjects among what satisfies the needs.
    """

    profile: Profile
    score: float
    missing: tuple[frozenset[str], ...]
    objections: tuple[Objection, ...]
    explained: frozenset[int]
    unexplained: frozenset[int]
    present: frozenset[str]
    guessed: bool
    asserted: Decimal | None = None

    @property
    def entry(self) -> str:
        """The entry's id."""
        return self.profile.entry.id

    @property
    def fits(self) -> bool:
        """Whether nothing forbids the entry and nothing it needs is missing."""
        return not self.objections and not self.missing


def profile(entry: Entry, knowledge: Knowledge) -> Profile:
    """Return the entry compiled for matching."""
    match = entry.match
    aspects = {*match.aspects, *(aspect for unit in entry.units for aspect in knowledge.settings.units[unit].aspects)}
    needs = tuple(frozenset(group) for group in match.needs)
    answers_year = any(knowledge.settings.units[unit].plain for unit in entry.units) and "when" in aspects
    own_year = {int(value) for value in entry.amounts} if answers_year else set()
    alone = set(entry.period.alone) if entry.period else set()
    years = {
        int(name.removeprefix(YEAR_CONCEPT)) for name in (*match.allows, *match.hints) if name.startswith(YEAR_CONCEPT)
    }
    return Profile(
        entry=entry,
        needs=needs,
        needed=frozenset().union(*needs),
        hints=frozenset(match.hints),
        allowed=frozenset().union(*needs, match.hints, match.allows, aspects),
        denied=frozenset(match.denies),
        lonely_years=frozenset(alone | own_year | years),
        span=frozenset(entry.period.years.values()) if entry.period else frozenset(),
        answers_year=answers_year,
        numbers=_own_numbers(entry, knowledge),
    )


def _own_numbers(entry: Entry, knowledge: Knowledge) -> frozenset[Decimal]:
    """Return what numbers say nothing against the entry: its paragraph's, its names', its neighbours'."""
    names = [messages.names[name] for messages in knowledge.messages.values() for name in entry.names]
    printed = " ".join((entry.before, entry.printed, entry.after, entry.period.shown if entry.period else "", *names))
    numbers = {value for number in find_numbers(printed) for value in number.values}
    for other in knowledge.entries.values():
        neighbour = other.article == entry.article and other.paragraph == entry.paragraph
        if neighbour or other.id == entry.partner:
            numbers.update(other.amounts)
    return frozenset(numbers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What is the same about a question's pieces for every entry, gathered once.

    `asking` are the clauses that ask for something, `named` are the concepts of each clause.
    """

    hits: tuple[Hit, ...]
    concepts: Mapping[str, Concept]
    first_telling: int
    first_clause: int
    years: frozenset[int]
    asking: frozenset[int]
    named: Mapping[int, frozenset[str]]
    turns: frozenset[int]
    """Clauses with a "but what about" in them."""
    asserts: bool


def survey(hits: Sequence[Hit], concepts: Mapping[str, Concept]) -> Survey:
    """Return what every entry needs to know about the pieces."""
    first = _first_telling(hits, concepts)
    named: dict[int, set[str]] = {}
    for hit in hits:
        named.setdefault(hit.clause, set()).update(*hit.alternatives)
    asking = {
        clause
        for clause, names in named.items()
        if any(name in concepts and concepts[name].kind is ConceptKind.ASPECT for name in names)
    }
    return Survey(
        hits=tuple(hits),
        concepts=concepts,
        first_telling=first,
        first_clause=hits[first].clause if first < len(hits) else 0,
        years=frozenset(year for hit in hits if hit.kind is HitKind.YEAR for year in _years(hit)),
        asking=frozenset(asking),
        named={clause: frozenset(names) for clause, names in named.items()},
        turns=frozenset(clause for clause, names in named.items() if "follow-up" in names),
        asserts=any(names & _ASSERTIONS for names in named.values()),
    )


def assess(candidate: Profile, question: Survey, inherited: frozenset[str] = frozenset()) -> Assessment:
    """Return what the entry makes of the pieces; `inherited` are concepts of the last question."""
    return _Weighing(candidate, question, inherited).result()


class _Weighing:
    """The running sums of one assessment."""

    def __init__(self, candidate: Profile, question: Survey, inherited: frozenset[str]) -> None:
        self.profile = candidate
        self.question = question
        self.concepts = question.concepts
        self.inherited = inherited
        self.explained_weight = 0.0
        self.unexplained_weight = 0.0
        self.explained: set[int] = set()
        self.unexplained: set[int] = set()
        self.present: dict[str, float] = {}
        self.objections: list[Objection] = []
        self.asserted: Decimal | None = None
        self.remarks = _remarks(candidate, question)
        needed = [clause for clause, names in question.named.items() if names & candidate.needed]
        self.needed_clauses = frozenset(needed)
        self.last_needed = max(needed, default=-1)
        self.needed_sentences = frozenset(hit.sentence for hit in question.hits if hit.clause in needed)

    def result(self) -> Assessment:
        for hit in self.question.hits:
            match hit.kind:
                case HitKind.CONCEPT:
                    self._concept(hit)
                case HitKind.YEAR:
                    self._year(hit)
                case HitKind.NUMBER:
                    self._number(hit)
                case HitKind.ASKED:
                    self._asked(hit)
                case HitKind.UNKNOWN:
                    self._unknown(hit)
                case HitKind.IGNORED:
                    pass
        missing = tuple(
            group for group in self.profile.needs if not group & self.present.keys() and not group & self.inherited
        )
        return Assessment(
            profile=self.profile,
            score=self._score(len(missing)),
            missing=missing,
            objections=tuple(self.objections),
            explained=frozenset(self.explained),
            unexplained=frozenset(self.unexplained),
            present=frozenset(self.present),
            guessed=self._guessed(),
            asserted=self.asserted,
        )

    def _score(self, missing: int) -> float:
        total = self.explained_weight + self.unexplained_weight
        if total <= 0:
            return 0.0
        needed = [
            max(self.present[concept] for concept in group & self.present.keys())
            for group in self.profile.needs
            if group & self.present.keys()
        ]
        certainty = sum(needed) / len(needed) if needed else _INHERITED_CERTAINTY
        hints = len(self.profile.hints & self.present.keys()) * _HINT
        score = self.explained_weight / total * (0.8 + 0.2 * certainty) * _MISSING[min(missing, len(_MISSING) - 1)]
        return min(1.0, score + (hints if score > 0 else 0.0))

    def _guessed(self) -> bool:
        """Whether the entry rests on one word: one that was only guessed at, or one among many others."""
        needed = {concept for group in self.profile.needs for concept in group & self.present.keys()}
        sure = [concept for concept in needed if self.present[concept] >= SURE]
        if len(self.explained) > 1 or self.asserted is not None:
            return False
        named = any(name in self.concepts and self.concepts[name].kind is ConceptKind.NAME for name in self.present)
        alone = not sure or (len(self.question.hits) > _MOST_BESIDE_ONE and not self.inherited)
        return not named and alone

    def _permits(self, name: str) -> bool:
        if name in self.profile.denied:
            return False
        return name in self.profile.allowed or self.concepts[name].kind in (ConceptKind.NAME, ConceptKind.MARK)

    def _concept(self, hit: Hit) -> None:
        fitting = [option for option in hit.alternatives if all(self._permits(name) for name in option)]
        if fitting:
            chosen = max(fitting, key=lambda option: (self._needed(option), sorted(option)))
            weight = max(self._weight(name) for name in chosen)
            self.explained_weight += weight * hit.certainty
            if weight:
                self.explained.add(hit.position)
            for name in chosen:
                self.present[name] = max(self.present.get(name, 0.0), hit.certainty)
            return
        self._refuse(hit)

    def _weight(self, name: str) -> float:
        """Return what the concept tells: a name counts only where the entry needs it."""
        kind = self.concepts[name].kind
        return _NEEDED_NAME_WEIGHT if kind is ConceptKind.NAME and name in self.profile.needed else _WEIGHT[kind]

    def _needed(self, option: frozenset[str]) -> int:
        return 2 * len(option & self.profile.needed) + len(option & self.profile.hints)

    def _refuse(self, hit: Hit) -> None:
        """Object to a concept that the entry does not permit, as strongly as its kind asks for."""
        refused = [
            max(
                (self.concepts[name] for name in sorted(option) if not self._permits(name)),
                key=lambda concept: _WEIGHT[concept.kind],
            )
            for option in hit.alternatives
        ]
        mildest = min(refused, key=lambda concept: _WEIGHT[concept.kind])
        weight = _WEIGHT[mildest.kind]
        self.unexplained.add(hit.position)
        if mildest.kind is ConceptKind.LIGHT:
            self.unexplained_weight += weight * hit.certainty
            return
        fuzzy = hit.certainty < SURE and not all(concept.vetoes_when_fuzzy for concept in refused)
        if fuzzy:
            self.unexplained_weight += _GUESS_WEIGHT * weight
            return
        if self._in_remark(hit, refused):
            self.unexplained_weight += _REMARK_WEIGHT
            return
        self.unexplained_weight += weight
        if mildest.kind is ConceptKind.ASPECT and hit.clause < self.question.first_clause:
            return
        kinds = {ConceptKind.FOREIGN: Veto.FOREIGN, ConceptKind.ASPECT: Veto.ASPECT}
        veto = kinds.get(mildest.kind, Veto.SUBJECT)
        if any(name in self.profile.denied for option in hit.alternatives for name in option):
            veto = Veto.DENIED
        self.objections.append(Objection(veto=veto, position=hit.position, text=hit.text, unknown=mildest.unknown))

    def _in_remark(self, hit: Hit, refused: Sequence[Concept]) -> bool:
        """Whether the concept stands in a remark that can't be about the question itself.

        A concept that excludes others (another metal, another scope) only does so in a sentence
        of its own, or before a turn: "in the world, which place for copper?" is one question,
        "nickel, fine, but what about copper?" is not.
        """
        if hit.clause not in self.remarks or any(concept.everywhere for concept in refused):
            return False
        excludes = any(concept.dimension for concept in refused)
        turned = any(hit.clause < clause for clause in self.needed_clauses & self.question.turns)
        return not excludes or turned or hit.sentence not in self.needed_sentences

    def _year(self, hit: Hit) -> None:
        years = _years(hit)
        spans = years <= self.profile.span and self.question.years >= self.profile.span
        named = all(f"{YEAR_CONCEPT}{year}" in self.profile.allowed for year in years)
        if named or years <= self.profile.lonely_years or spans:
            self.explained_weight += _YEAR_WEIGHT
            self.explained.add(hit.position)
            self.present.update({f"{YEAR_CONCEPT}{year}": 1.0 for year in years})
            return
        if self.profile.answers_year and self.question.asserts and len(years) == 1:
            self.asserted = Decimal(min(years))
            self.explained.add(hit.position)
            return
        self.unexplained_weight += _YEAR_WEIGHT
        self.unexplained.add(hit.position)
        self.objections.append(Objection(veto=Veto.YEAR, position=hit.position, text=hit.text, unknown="other-year"))

    def _number(self, hit: Hit) -> None:
        """Take a number for the entry's own, its neighbour's, an assertion, or a reason to refuse."""
        own = self.profile.entry.amounts
        match = next((value for value in own if value in hit.values), None)
        if match is not None:
            self.asserted = match
            self.explained.add(hit.position)
            return
        if hit.values & self.profile.numbers or hit.values <= _SMALL:
            return
        if own and self.question.asserts:
            self.asserted = min(hit.values)
            return
        vague = (hit.spelled or max(hit.values) < _LEAST_TELLING) and bool(own)
        if vague or hit.clause in self.remarks:
            self.unexplained_weight += _REMARK_WEIGHT
            return
        self.unexplained.add(hit.position)
        self.unexplained_weight += 1.0
        self.objections.append(
            Objection(veto=Veto.NUMBER, position=hit.position, text=hit.text, unknown="other-number")
        )

    def _asked(self, hit: Hit) -> None:
        if self.profile.entry.id in hit.entries:
            self.explained_weight += _ASKED_WEIGHT
        elif hit.position > self.question.first_telling and hit.clause not in self.remarks:
            self.unexplained_weight += _ASKED_WEIGHT

    def _unknown(self, hit: Hit) -> None:
        if len(hit.text) <= _SHORT_WORD:
            self.unexplained_weight += _UNKNOWN_EARLY_WEIGHT
            return
        early = hit.position < self.question.first_telling or (
            hit.clause in self.remarks and hit.clause < self.last_needed
        )
        early = early or hit.certainty < EXACT
        self.unexplained_weight += _UNKNOWN_EARLY_WEIGHT if early else _UNKNOWN_WEIGHT
        if not early:
            self.unexplained.add(hit.position)


_ASSERTIONS = frozenset({"assertion", "hedge"})
_SMALL = frozenset({Decimal(1)})
_LEAST_TELLING = 12
"""A smaller number beside a question is a way of speaking ("top 5") more often than a figure."""
_SHORT_WORD = 3
"""An unknown word of so many letters is a slip or a particle, and tells little."""
_REMARK_WEIGHT = 0.1
_MOST_BESIDE_ONE = 5
"""A single telling word decides only in a message of at most so many pieces."""
_HINT = 0.015
_INHERITED_CERTAINTY = 0.9
_MISSING = (1.0, 0.8, 0.5, 0.2)


def _first_telling(hits: Iterable[Hit], concepts: Mapping[str, Concept]) -> int:
    """Return the position of the first piece that tells what the question is about."""
    count = 0
    for hit in hits:
        count += 1
        if hit.kind is HitKind.YEAR:
            return hit.position
        if hit.kind is HitKind.CONCEPT and any(
            concepts[name].kind in (ConceptKind.SUBJECT, ConceptKind.NAME)
            for option in hit.alternatives
            for name in option
        ):
            return hit.position
    return count


def _years(hit: Hit) -> frozenset[int]:
    return frozenset(int(name.removeprefix(YEAR_CONCEPT)) for name in hit.alternatives[0])


def _remarks(candidate: Profile, question: Survey) -> frozenset[int]:
    """Return the clauses that are remarks beside the question, as far as this entry is concerned.

    A remark asks for nothing and names nothing that the entry needs, and without it the rest of
    the message still holds all of that.
    """
    remarks: set[int] = set()
    if len(question.named) == 1:
        return frozenset()
    for clause in sorted(question.named.keys() - question.asking):
        rest = frozenset().union(
            *(names for other, names in question.named.items() if other != clause and other not in remarks)
        )
        own = question.named[clause] & candidate.needed
        named_only = all(question.concepts[name].kind is ConceptKind.NAME for name in own if name in question.concepts)
        if named_only and all(group & rest for group in candidate.needs):
            remarks.add(clause)
    return frozenset(remarks)
