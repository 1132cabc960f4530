"""Decides from the assessments what to say: one answer, several, choices, or honestly nothing."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import combinations, pairwise

from bot.answering.matching import Assessment, Profile, Veto, assess, survey
from bot.answering.recognition import SURE, Hit, HitKind
from bot.knowledge.model import Concept, ConceptKind, Limits

MOST_CHOICES = 4
MOST_ANSWERS = 3
_MOST_JOINED = 12
"""Of so many fitting entries the answers to a message with several questions are chosen."""
_TELLING = (ConceptKind.SUBJECT, ConceptKind.ASPECT, ConceptKind.FOREIGN)
_AND = frozenset({"and", "follow-up"})
_NEGATION = frozenset({"negation"})
_SHORT = 5
"""A follow-up has at most so many telling pieces; a longer message stands for itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What to say about a question. At most one of `answers` and `choices` is filled.

    `unknown` names the honest sentence when neither is; `near` are the entries that came
    nearest, best first; `asserted` is the amount that the asker claimed, if one was.
    """

    answers: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    unknown: str | None = None
    confidence: float = 0.0
    reason: str = ""
    asserted: Decimal | None = None


class Decider:
    """Holds questions against every entry; immutable once built."""

    def __init__(self, profiles: Sequence[Profile], concepts: Mapping[str, Concept], limits: Limits) -> None:
        """Keep the compiled entries in the order of their ids."""
        self._profiles = {
            profile.entry.id: profile for profile in sorted(profiles, key=lambda profile: profile.entry.id)
        }
        self._concepts = concepts
        self._limits = limits
        self._by_concept: dict[str, set[str]] = {}
        for profile in self._profiles.values():
            for name in profile.needed:
                self._by_concept.setdefault(name, set()).add(profile.entry.id)

    def under(self, limits: Limits) -> "Decider":
        """Return the same decider with other limits."""
        other = copy(self)
        other._limits = limits  # noqa: SLF001 - the copy is this class's own
        return other

    def assessments(self, hits: Sequence[Hit], inherited: frozenset[str] = frozenset()) -> tuple[Assessment, ...]:
        """Return every entry that shares a needed concept with the pieces, best first."""
        named = {name for hit in hits for option in hit.alternatives for name in option} | inherited
        ids = sorted({identifier for name in named for identifier in self._by_concept.get(name, ())})
        question = survey(hits, self._concepts)
        found = [assess(self._profiles[identifier], question, inherited) for identifier in ids]
        return tuple(sorted(found, key=_order))

    def decide(self, hits: Sequence[Hit], last: Sequence[str] = ()) -> Decision:
        """Return the decision on a question; `last` are the entries of the one before it, if fresh."""
        hits = self._affirmed(hits)
        found = self.assessments(hits)
        alone = self._alone(hits, found)
        if last and self._short(hits):
            continued = self._continued(hits, last, alone)
            if continued is not None:
                return continued
        if not alone.answers:
            return self._by_sentence(hits) or alone
        if len(alone.answers) == 1 and self._asking_sentences(hits) > 1:
            parts = self._by_sentence(hits)
            return parts if parts is not None and len(parts.answers) > 1 else alone
        return alone

    def _affirmed(self, hits: Sequence[Hit]) -> Sequence[Hit]:
        """Return the hits without what a clause of its own denies: "not the target of nickel, the output"."""
        denied: set[int] = set()
        for clause in {hit.clause for hit in hits} - self._asking(hits):
            opening = [hit for hit in hits if hit.clause == clause][:2]
            if any(_NEGATION in hit.alternatives for hit in opening):
                denied.add(clause)
        if not any(self._tells(hit) and hit.clause not in denied for hit in hits):
            return hits
        return [
            replace(hit, kind=HitKind.IGNORED, alternatives=()) if hit.clause in denied and hit.alternatives else hit
            for hit in hits
        ]

    def _alone(self, hits: Sequence[Hit], found: Sequence[Assessment]) -> Decision:
        """Decide on the message as it stands, as one question or as several."""
        fitting = [one for one in found if one.fits and not one.guessed]
        good = [one for one in fitting if one.score >= float(self._limits.answer)]
        whole = [one for one in good if not self._left_over(hits, one.explained)]
        if whole:
            return self._halves_of(hits, self._asks) or self._both_of(hits) or self._one_of(whole)
        joined = None if self._crossed(hits) else self._joined(hits, found)
        if joined is not None:
            return joined
        halves = self._halves_of(hits, self._tells_something)
        if halves is not None:
            return halves
        if good:
            return self._one_of(good)
        return self._unsure(hits, found)

    def _one_of(self, good: Sequence[Assessment]) -> Decision:
        """Answer with the best, or offer the best few where they are too close."""
        margin = float(self._limits.margin)
        close = [one for one in good if good[0].score - one.score < margin]
        best = max(close, key=lambda one: (len(one.profile.needed & one.present), len(one.explained)))
        rivals = [one for one in close if one is not best and not _outranks(best, one)]
        if rivals:
            choices = (best, *rivals)[:MOST_CHOICES]
            return Decision(
                choices=tuple(one.entry for one in choices), confidence=best.score, reason="close", near=_ids(choices)
            )
        return Decision(
            answers=(best.entry,), confidence=best.score, reason="answer", near=_ids(good[:3]), asserted=best.asserted
        )

    def _both_of(self, hits: Sequence[Hit]) -> Decision | None:
        """Return two answers to "the output and the target of cobalt", where one entry would allow both words."""
        pair = self._side_by_side(hits)
        if pair is None or self._crossed(hits):
            return None
        decisions = []
        for left_out in reversed(pair):
            rest = [hit for hit in hits if hit.position != left_out]
            decisions.append(self._unjoined(_renumbered(rest)))
        first, second = decisions
        answers = (*first.answers, *second.answers)
        if len(set(answers)) != 2:  # noqa: PLR2004 - one answer for each of the pair
            return None
        return Decision(
            answers=answers, near=answers, confidence=min(first.confidence, second.confidence), reason="joined"
        )

    def _halves_of(self, hits: Sequence[Hit], counts: Callable[[Sequence[Hit]], bool]) -> Decision | None:
        """Return two answers to "how many projects, and how much was put into them", or None.

        `counts` says whether the first half is a question of its own; what the second half lacks
        comes from the first.
        """
        for hit in hits:
            if not any(_AND & option for option in hit.alternatives):
                continue
            halves = [_renumbered(part) for part in (hits[: hit.position], hits[hit.position + 1 :])]
            if not (counts(halves[0]) and self._tells_something(halves[1])):
                continue
            first = self._unjoined(halves[0])
            second = self._unjoined(halves[1])
            if first.answers and not second.answers:
                second = self._continued(halves[1], first.answers, second) or second
            answers = (*first.answers, *second.answers)
            if first.answers and second.answers and len(set(answers)) == len(answers) <= MOST_ANSWERS:
                confidence = min(first.confidence, second.confidence)
                return Decision(answers=answers, near=answers, confidence=confidence, reason="halves")
        return None

    def _unjoined(self, hits: Sequence[Hit]) -> Decision:
        """Return the decision on hits that hold one question only."""
        limit = float(self._limits.answer)
        fitting = [one for one in self.assessments(hits) if one.fits and not one.guessed and one.score >= limit]
        good = [one for one in fitting if not self._left_over(hits, one.explained)]
        return self._one_of(good) if good else Decision()

    def _asks(self, hits: Sequence[Hit]) -> bool:
        """Whether the hits ask for something."""
        return bool(self._asking(hits))

    def _tells_something(self, hits: Sequence[Hit]) -> bool:
        """Whether the hits tell what they are about."""
        return self._left_over(hits, frozenset())

    def _asking_sentences(self, hits: Sequence[Hit]) -> int:
        asking = self._asking(hits)
        return len({hit.sentence for hit in hits if hit.clause in asking})

    def _crossed(self, hits: Sequence[Hit]) -> bool:
        """Whether two dimensions are named twice ("nickel output and copper target"): only halves keep them apart."""
        values: dict[str, set[str]] = {}
        for hit in hits:
            if hit.kind is HitKind.CONCEPT and len(hit.alternatives) == 1:
                for name in hit.alternatives[0]:
                    dimension = self._dimension(name)
                    if dimension is not None:
                        values.setdefault(dimension, set()).add(name)
        return sum(len(names) > 1 for names in values.values()) > 1

    def _side_by_side(self, hits: Sequence[Hit]) -> tuple[int, int] | None:
        """Return the positions of two different concepts of one dimension with an "and" between them."""
        ands = [hit.position for hit in hits if any(_AND & option for option in hit.alternatives)]
        named = [hit for hit in hits if hit.kind is HitKind.CONCEPT and len(hit.alternatives) == 1]
        for first, second in combinations(named, 2):
            between = any(first.position < position < second.position for position in ands)
            if between and first.alternatives != second.alternatives and self._same_dimension(first, second):
                return first.position, second.position
        return None

    def _joined(self, hits: Sequence[Hit], found: Sequence[Assessment]) -> Decision | None:
        """Return answers that together explain what none explains alone, or None."""
        able = [
            one
            for one in found
            if not one.missing
            and not one.guessed
            and all(objection.veto in (Veto.SUBJECT, Veto.ASPECT, Veto.YEAR) for objection in one.objections)
        ][:_MOST_JOINED]
        for size in range(2, MOST_ANSWERS + 1):
            options = []
            for group in combinations(able, size):
                explained = frozenset().union(*(one.explained for one in group))
                apart = _each_adds(group) and self._listed(hits, group) and not _strays(group)
                if self._left_over(hits, explained) or not apart:
                    continue
                unknown = min(one.score for one in group)
                options.append((sum(len(one.profile.needs) for one in group), unknown, group))
            if options:
                _, score, group = max(
                    options, key=lambda option: (option[0], option[1], tuple(reversed(_ids(option[2]))))
                )
                ordered = sorted(group, key=lambda one: (min(_own(one, group)), one.entry))
                return Decision(answers=_ids(ordered), confidence=score, reason="joined", near=_ids(ordered))
        return None

    def _listed(self, hits: Sequence[Hit], group: Sequence[Assessment]) -> bool:
        """Whether the message names the group's things side by side: with an "and", or question by question."""
        ands = [hit.position for hit in hits if any(_AND & option for option in hit.alternatives)]
        owns = [min(_own(one, group)) for one in group]
        asking = self._asking(hits)
        for first, second in pairwise(sorted(owns)):
            clauses = {hits[first].clause, hits[second].clause}
            if any(first < position <= second for position in ands):
                if len(clauses) > 1 and asking and hits[first].clause not in asking:
                    return False
                continue
            if len(clauses) == 1 or (asking and not clauses <= asking):
                return False
            if not asking and not self._same_dimension(hits[first], hits[second]):
                return False
        return True

    def _asking(self, hits: Sequence[Hit]) -> frozenset[int]:
        """Return the clauses that ask for something."""
        return frozenset(
            hit.clause
            for hit in hits
            if hit.kind is HitKind.CONCEPT
            and any(self._kind(name) is ConceptKind.ASPECT for option in hit.alternatives for name in option)
        )

    def _same_dimension(self, first: Hit, second: Hit) -> bool:
        dimensions = [
            {self._concepts[name].dimension for option in hit.alternatives for name in option if name in self._concepts}
            for hit in (first, second)
        ]
        return bool((dimensions[0] & dimensions[1]) - {None})

    def _left_over(self, hits: Sequence[Hit], explained: frozenset[int]) -> bool:
        """Whether a piece that was surely read, and tells something, is explained by nobody."""
        for hit in hits:
            if hit.position in explained or hit.certainty < SURE:
                continue
            if hit.kind is HitKind.YEAR:
                return True
            if hit.kind is HitKind.CONCEPT and all(
                any(self._is_telling(name) for name in option) for option in hit.alternatives
            ):
                return True
        return False

    def _is_telling(self, name: str) -> bool:
        """Whether somebody must account for the concept: a telling one, or any that an entry needs."""
        kind = self._kind(name)
        return kind in _TELLING or (kind is ConceptKind.LIGHT and name in self._by_concept)

    def _unsure(self, hits: Sequence[Hit], found: Sequence[Assessment]) -> Decision:
        """Offer what comes near, or say what the articles do not tell."""
        limit = float(self._limits.choice)
        near = [one for one in found if not one.objections and one.explained and one.score >= limit]
        if near and self._offers(hits, near):
            best = near[0].score
            floor = best - 2 * float(self._limits.margin)
            kept = [one for one in near if len(one.missing) <= 1 and one.score >= floor]
            if kept:
                chosen = kept[:MOST_CHOICES]
                return Decision(choices=_ids(chosen), near=_ids(chosen), confidence=best, reason="incomplete")
        hinted = self._hinted(hits)
        if hinted:
            return Decision(choices=hinted, near=hinted, confidence=limit, reason="hinted")
        return Decision(
            near=_ids([one for one in found if one.explained][:3]),
            unknown=self._untold(hits, found),
            confidence=found[0].score if found else 0.0,
            reason="unknown",
        )

    def _hinted(self, hits: Sequence[Hit]) -> tuple[str, ...]:
        """Return the few entries that a bare word points to ("what growth?"), if all else fits them."""
        named = {
            name
            for hit in hits
            if hit.certainty >= SURE
            for option in hit.alternatives
            for name in option
            if self._kind(name) is ConceptKind.SUBJECT
        }
        question = survey(hits, self._concepts)
        pointed = [profile for profile in self._profiles.values() if named & (profile.hints | profile.needed)]
        fitting = [assess(profile, question) for profile in pointed]
        kept = [one for one in fitting if not one.objections and not one.unexplained]
        return _ids(kept) if 1 < len(kept) <= MOST_CHOICES else ()

    def _offers(self, hits: Sequence[Hit], near: Sequence[Assessment]) -> bool:
        """Whether something in the question surely tells its subject, so that choices make sense."""
        return any(
            hit.certainty >= SURE
            and hit.kind is HitKind.CONCEPT
            and hit.position in near[0].explained
            and any(self._kind(name) is ConceptKind.SUBJECT for option in hit.alternatives for name in option)
            for hit in hits
        )

    def _untold(self, hits: Sequence[Hit], found: Sequence[Assessment]) -> str | None:
        """Return which honest sentence fits: of a foreign word, a wrong year, or a wrong number."""
        for hit in hits:
            if hit.kind is HitKind.CONCEPT and hit.certainty >= SURE:
                unknowns = [self._concepts[name].unknown for option in hit.alternatives for name in sorted(option)]
                if any(unknowns) and found:
                    return next(filter(None, unknowns))
        if found and found[0].objections:
            return found[0].objections[0].unknown
        return None

    # -- conversation -----------------------------------------------------

    def _short(self, hits: Sequence[Hit]) -> bool:
        telling = [hit for hit in hits if self._tells(hit)]
        return 0 < len(telling) <= _SHORT

    def _tells(self, hit: Hit) -> bool:
        if hit.kind in (HitKind.YEAR, HitKind.UNKNOWN):
            return True
        return hit.kind is HitKind.CONCEPT and any(
            self._kind(name) not in (ConceptKind.NAME, ConceptKind.MARK)
            for option in hit.alternatives
            for name in option
        )

    def _continued(self, hits: Sequence[Hit], last: Sequence[str], alone: Decision) -> Decision | None:
        """Return the decision on a message that completes the last question, or None if it does not."""
        if alone.answers and not self._leans(hits, alone):
            return None
        for identifier in last:
            previous = self._profiles.get(identifier)
            if previous is None:
                continue
            found = [
                one for one in self.assessments(hits, self._inherited(hits, previous)) if self._continues(one, previous)
            ]
            found = [one for one in found if one.score >= float(self._limits.answer)]
            if not found:
                continue
            best = max(found, key=lambda one: (_shared(one.profile, previous), one.score, -len(one.profile.needs)))
            rivals = [
                one
                for one in found
                if one is not best
                and _shared(one.profile, previous) == _shared(best.profile, previous)
                and one.score >= best.score - float(self._limits.margin)
            ]
            if rivals:
                chosen = (best, *rivals)[:MOST_CHOICES]
                return Decision(choices=_ids(chosen), near=_ids(chosen), confidence=best.score, reason="follow-up")
            return Decision(
                answers=(best.entry,),
                near=(best.entry,),
                confidence=best.score,
                reason="follow-up",
                asserted=best.asserted,
            )
        return None

    def _leans(self, hits: Sequence[Hit], alone: Decision) -> bool:
        """Whether the message alone rests on its aspect only ("how much copper?"), so that the last one counts."""
        if any(_AND & option for hit in hits[:1] for option in hit.alternatives):
            return True
        found = {one.entry: one for one in self.assessments(hits)}
        return all(
            any(
                all(self._kind(name) is ConceptKind.ASPECT for name in group & found[entry].present)
                for group in found[entry].profile.needs
            )
            for entry in alone.answers
            if entry in found
        )

    def _inherited(self, hits: Sequence[Hit], previous: Profile) -> frozenset[str]:
        """Return the last entry's concepts, without those whose dimension the message fills anew."""
        named = {name for hit in hits for option in hit.alternatives for name in option if name in self._concepts}
        replaced = {self._concepts[name].dimension for name in named} - {None}
        groups = (*previous.needs, *(frozenset({hint}) for hint in previous.hints))
        kept = [group for group in groups if not replaced & {self._dimension(name) for name in group}]
        return frozenset().union(*kept)

    def _kind(self, name: str) -> ConceptKind:
        """Return the concept's kind; a year tells as much as a subject does."""
        return self._concepts[name].kind if name in self._concepts else ConceptKind.SUBJECT

    def _dimension(self, name: str) -> str | None:
        return self._concepts[name].dimension if name in self._concepts else None

    def _continues(self, one: Assessment, previous: Profile) -> bool:
        if one.objections or one.missing or not one.explained or (one.guessed and len(one.explained) > 1):
            return False
        return any(group & (previous.needed | previous.hints) for group in one.profile.needs)

    def _by_sentence(self, hits: Sequence[Hit]) -> Decision | None:
        """Return the decisions on the sentences one by one, where the whole gave no answer.

        A foreign word or year anywhere still forbids: it may belong to the question.
        """
        sentences = sorted({hit.sentence for hit in hits})
        if len(sentences) < 2 or self._forbidden(hits):  # noqa: PLR2004 - one sentence is the whole
            return None
        answers: list[str] = []
        confidence = 1.0
        for sentence in sentences:
            chosen = [hit for hit in hits if hit.sentence == sentence]
            part = _renumbered(chosen)
            found = self.assessments(part)
            decision = self._alone(part, found)
            if answers and not decision.answers:
                decision = self._continued(part, answers, decision) or decision
            if decision.choices or (not decision.answers and any(map(self._restricts, part))):
                return None
            answers.extend(entry for entry in decision.answers if entry not in answers)
            if decision.answers:
                confidence = min(confidence, decision.confidence)
        if not 0 < len(answers) <= MOST_ANSWERS:
            return None
        return Decision(answers=tuple(answers), near=tuple(answers), confidence=confidence, reason="sentences")

    def _restricts(self, hit: Hit) -> bool:
        """Whether a sentence of its own with this piece would restrict another: a year, a unit."""
        return hit.kind is HitKind.YEAR or any(
            self._kind(name) is ConceptKind.ASPECT and self._dimension(name) is not None
            for option in hit.alternatives
            for name in option
        )

    def _forbidden(self, hits: Iterable[Hit]) -> bool:
        return any(
            hit.kind is HitKind.CONCEPT
            and hit.certainty >= SURE
            and all(any(self._kind(name) is ConceptKind.FOREIGN for name in option) for option in hit.alternatives)
            for hit in hits
        )


def _order(one: Assessment) -> tuple[bool, int, float, int, str]:
    return (bool(one.objections), len(one.missing), -one.score, -len(one.explained), one.entry)


def _outranks(best: Assessment, rival: Assessment) -> bool:
    """Whether the best needs all that the rival needs and more, or explains more pieces of the question."""
    mine, others = best.profile.needed & best.present, rival.profile.needed & rival.present
    return mine > others or len(best.explained) > len(rival.explained)


def _renumbered(hits: Iterable[Hit]) -> list[Hit]:
    return [replace(hit, position=index) for index, hit in enumerate(hits)]


def _own(one: Assessment, group: Sequence[Assessment]) -> frozenset[int]:
    """Return the pieces that this one of the group explains and no other does."""
    return one.explained.difference(*(other.explained for other in group if other is not one))


def _each_adds(group: Sequence[Assessment]) -> bool:
    """Whether every entry of the group explains something that no other of them explains."""
    return all(_own(one, group) for one in group)


def _strays(group: Sequence[Assessment]) -> bool:
    """Whether a year that one of the group may not have stands nearer to it than to the others."""
    disputed = {objection.position for one in group for objection in one.objections if objection.veto is Veto.YEAR}
    owns = {one.entry: _own(one, group) - disputed for one in group}
    if not all(owns.values()):
        return False
    for one in group:
        for objection in one.objections:
            if objection.veto is not Veto.YEAR:
                continue
            near = {entry: min(abs(objection.position - place) for place in own) for entry, own in owns.items()}
            if near[one.entry] < min(distance for entry, distance in near.items() if entry != one.entry):
                return True
    return False


def _shared(one: Profile, other: Profile) -> int:
    mine = one.needed | one.hints
    return len(mine & (other.needed | other.hints))


def _ids(assessments: Iterable[Assessment]) -> tuple[str, ...]:
    return tuple(one.entry for one in assessments)
