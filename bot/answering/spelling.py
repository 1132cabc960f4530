"""Fuzzy recognition of misspelt words, and the likeness of whole questions. The only user of rapidfuzz."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

_FEWEST_LETTERS = 4
"""Shorter words are too near to one another: a single slip makes another word of them."""
_EDITS = ((4, 1), (7, 2), (11, 3))
"""From how many letters on how many slips are forgiven."""
_MOST_CANDIDATES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A known word that a misspelt one may stand for; `certainty` lies below one."""

    word: str
    certainty: float


def near_words(word: str, words: Collection[str]) -> tuple[Candidate, ...]:
    """Return the known words nearest to the word, nearest first; empty when none is near enough.

    Only the words at the smallest distance count: a worse guess never joins a better one.
    """
    if len(word) < _FEWEST_LETTERS:
        return ()
    slips = max(edits for letters, edits in _EDITS if len(word) >= letters)
    found = process.extract(word, words, scorer=OSA.distance, score_cutoff=slips, limit=_MOST_CANDIDATES * 2)
    if not found:
        return ()
    best = min(distance for _, distance, _ in found)
    near = sorted(known for known, distance, _ in found if distance == best and _alike(word, known, best))
    return tuple(
        Candidate(word=known, certainty=round(0.9 - 0.9 * best / max(len(word), len(known)), 3))
        for known in near[:_MOST_CANDIDATES]
    )


def _alike(word: str, known: str, distance: float) -> bool:
    """Two slips in a short word are only believed where the beginning is right."""
    return len(known) >= _FEWEST_LETTERS - 1 and (distance <= 1 or word[0] == known[0])


def likeness(question: str, phrasings: Sequence[str]) -> float:
    """Return how alike the question is to the nearest phrasing, from zero to one."""
    if not question or not phrasings:
        return 0.0
    best = process.extractOne(question, phrasings, scorer=fuzz.token_sort_ratio, processor=None)
    return best[1] / 100
