"""Small vocabularies, entries and knowledge made in code, for rules that need no folder: a shop of kites and boats.

Each concept's English word is its own name, so that a question of the tests reads like what it means.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import product

from bot.answering.deciding import Decider
from bot.answering.folding import fold
from bot.answering.matching import Assessment, Profile, assess, profile, survey
from bot.answering.recognition import Hit, recognize
from bot.answering.vocabulary import Vocabulary
from bot.knowledge.model import Concept, Entry, Knowledge, Lexicon, Limits, Settings


def lexicon(forms: Mapping[str, Sequence[str]], **tables: object) -> Lexicon:
    """Return a lexicon of the forms and of the other tables, keyed as in a file."""
    return Lexicon.model_validate({"forms": forms, **tables})


def vocabulary(
    forms: Mapping[str, Sequence[str]],
    *,
    language: str = "en",
    questions: Mapping[str, Iterable[str]] | None = None,
    **tables: object,
) -> Vocabulary:
    """Return a compiled lexicon; `questions` are the known ones by entry."""
    return Vocabulary(language, lexicon(forms, **tables), questions or {})


def read(text: str, words: Vocabulary, fallback: Vocabulary | None = None) -> tuple[Hit, ...]:
    """Return the pieces of a question as it is written."""
    return recognize(fold(text), words, fallback)


def meant(hits: Iterable[Hit]) -> set[frozenset[str]]:
    """Return every set of concepts that the pieces together may stand for."""
    options = [hit.alternatives for hit in hits if hit.alternatives]
    return {frozenset().union(*choice) for choice in product(*options)}


_SUBJECTS: Mapping[str, str | None] = {
    "red": "colour",
    "blue": "colour",
    "green": "colour",
    "kite": "thing",
    "boat": "thing",
    "sold": "stage",
    "planned": "stage",
    "string": None,
    "sail": None,
    "prize": None,
}
CONCEPTS: Mapping[str, Concept] = {
    **{
        name: Concept.model_validate(
            {"kind": "subject", "gloss": name, "dimension": dimension, "vetoes_when_fuzzy": dimension == "colour"}
        )
        for name, dimension in _SUBJECTS.items()
    },
    **{
        name: Concept.model_validate({"kind": kind, "gloss": name})
        for kind, names in {
            "name": ("shop", "harbour"),
            "light": ("pretty", "today"),
            "aspect": ("quantity", "size", "where", "when", "who"),
            "mark": ("and", "follow-up", "negation", "assertion", "hedge", "greeting", "thanks", "farewell"),
        }.items()
        for name in names
    },
    "weather": Concept.model_validate({"kind": "foreign", "gloss": "weather", "unknown": "weather"}),
    "price": Concept.model_validate({"kind": "foreign", "gloss": "price", "unknown": "price", "everywhere": True}),
}
WORDS = vocabulary(
    {
        **{name: [name] for name in CONCEPTS if name not in ("follow-up", "negation", "assertion", "hedge")},
        "kite": ["kite", "kites"],
        "boat": ["boat", "boats"],
        "follow-up": ["what about"],
        "negation": ["not"],
        "assertion": ["really"],
        "hedge": ["about"],
    },
    numerals={"seven": 7, "twenty": 20, "hundred": 100, "million": 1_000_000},
    ignore={"words": ["the", "is", "of", "in", "a", "they", "was", "me", "tell"]},
)
"""The shop's words; no form of one concept is a slip away from a form of another."""

_SETTINGS = Settings.model_validate(
    {
        "default_language": "en",
        "languages": ["en"],
        "units": {
            "piece": {"aspects": ["quantity"]},
            "metre": {"aspects": ["size"]},
            "year": {"aspects": ["when"], "plain": True},
        },
    }
)


def entry(identifier: str, *needs: Sequence[str], **fields: object) -> Entry:
    """Return an entry that needs one of each group; `fields` are those of its file, `match` its further lists."""
    match = fields.pop("match", {})
    assert isinstance(match, dict)
    return Entry.model_validate(
        {
            "id": identifier,
            "topic": "shop",
            "article": "paper",
            "paragraph": 1,
            "printed": identifier,
            "wordings": {},
            "match": {"needs": needs, **match},
            **fields,
        }
    )


def shop(*entries: Entry, answer: str = "0.75", margin: str = "0.08", choice: str = "0.6") -> Knowledge:
    """Return the shop's knowledge with these entries and limits, without articles and messages."""
    limits = Limits(answer=Decimal(answer), margin=Decimal(margin), choice=Decimal(choice))
    return Knowledge.model_construct(
        version="shop",
        settings=_SETTINGS,
        limits=limits,
        articles={},
        entries={one.id: one for one in entries},
        concepts=CONCEPTS,
        lexicons={},
        messages={},
    )


def profiles(knowledge: Knowledge) -> tuple[Profile, ...]:
    """Return the knowledge's entries compiled for matching."""
    return tuple(profile(one, knowledge) for one in knowledge.entries.values())


def decider(knowledge: Knowledge) -> Decider:
    """Return a decider on the knowledge."""
    return Decider(profiles(knowledge), knowledge.concepts, knowledge.limits)


def weigh(candidate: Profile, hits: Sequence[Hit], inherited: Iterable[str] = ()) -> Assessment:
    """Return what one entry makes of the pieces of a question about the shop."""
    return assess(candidate, survey(hits, CONCEPTS), frozenset(inherited))
