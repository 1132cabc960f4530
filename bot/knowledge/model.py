"""The types of the knowledge folder: parsed once, frozen, and without any rule of one subject."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$")]
LanguageTag = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Words = tuple[Text, ...]

YEAR_CONCEPT = "year-"
"""A concept of this prefix stands for a year named in a question, such as `year-2025`."""


class Frozen(BaseModel):
    """What every type that reads foreign data shares: no change after reading, no unknown key."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Qualifier(StrEnum):
    """How the article words a figure."""

    EXACTLY = "exactly"
    MORE_THAN = "more-than"
    ABOUT = "about"


class Kind(StrEnum):
    """Whether the article reports a fact or states an aim."""

    REPORTED = "reported"
    TARGET = "target"


class ConceptKind(StrEnum):
    """What a recognised concept does to an entry; lexicon/concepts.toml explains each."""

    SUBJECT = "subject"
    ASPECT = "aspect"
    NAME = "name"
    LIGHT = "light"
    FOREIGN = "foreign"
    MARK = "mark"


class Concept(Frozen):
    """One thing a question can be about, apart from any language."""

    kind: ConceptKind
    gloss: Text
    dimension: Identifier | None = None
    unknown: Identifier | None = None
    vetoes_when_fuzzy: bool = False
    everywhere: bool = False
    """Whether a foreign concept forbids wherever it stands, even in a remark beside the question."""
    years: tuple[int, ...] = ()


class Second(Frozen):
    """A second amount inside the same printed figure, such as the one in dollars."""

    value: Decimal
    unit: Identifier
    qualifier: Qualifier = Qualifier.EXACTLY


class Period(Frozen):
    """The years a fact belongs to. `shown` is how the article prints them, in the same paragraph."""

    shown: Text
    within: int | None = Field(default=None, alias="in")
    by: int | None = None
    since: int | None = None
    start: int | None = Field(default=None, alias="from")
    to: int | None = None

    @property
    def years(self) -> Mapping[str, int]:
        """The years by the key they have in the file."""
        named = {
            "in": self.within,
            "by": self.by,
            "since": self.since,
            "from": self.start,
            "to": self.to,
        }
        return {key: year for key, year in named.items() if year is not None}

    @property
    def alone(self) -> frozenset[int]:
        """The years that a question may name by themselves: never the start of a longer span."""
        return frozenset(year for key, year in self.years.items() if key != "from")


class Match(Frozen):
    """Which questions an entry may answer, in concepts.

    `needs`: all of these, each satisfied by any of its alternatives. `hints`: raise the score.
    `allows`: may stand in the question too. `denies`: forbid. `aspects`: what may be asked for,
    beside what the entry's unit offers.
    """

    needs: Annotated[tuple[tuple[Identifier, ...], ...], Field(min_length=1)]
    hints: tuple[Identifier, ...] = ()
    allows: tuple[Identifier, ...] = ()
    denies: tuple[Identifier, ...] = ()
    aspects: tuple[Identifier, ...] = ()


class Wording(Frozen):
    """An entry in one language: a button's label, the answer's template, the known questions."""

    label: Text
    answer: Text
    questions: Annotated[Words, Field(min_length=1)]


class Entry(Frozen):
    """One fact of one article.

    `before`, `printed` and `after` stand in the paragraph as one run of text, exactly once:
    `printed` is the figure with its unit as the article has it, the other two are the words that
    name it. Paragraph zero is the page's head and foot.
    """

    id: Identifier
    topic: Identifier
    article: Identifier
    paragraph: Annotated[int, Field(ge=0)]
    printed: Text
    before: str = ""
    after: str = ""
    value: Decimal | None = None
    unit: Identifier | None = None
    qualifier: Qualifier = Qualifier.EXACTLY
    kind: Kind = Kind.REPORTED
    second: Second | None = None
    period: Period | None = None
    partner: Identifier | None = None
    names: tuple[Identifier, ...] = ()
    match: Match
    wordings: Mapping[LanguageTag, Wording]

    @property
    def amounts(self) -> tuple[Decimal, ...]:
        """The typed values in the order in which they are printed."""
        second = self.second.value if self.second is not None else None
        return tuple(value for value in (self.value, second) if value is not None)

    @property
    def units(self) -> tuple[str, ...]:
        """The units of the typed values, in their order."""
        second = self.second.unit if self.second is not None else None
        return tuple(unit for unit in (self.unit, second) if unit is not None)

    @property
    def file(self) -> str:
        """The entry's file, relative to the knowledge folder."""
        return f"entries/{self.topic}/{self.id}.toml"

    @model_validator(mode="after")
    def _figure_is_whole(self) -> Self:
        if (self.value is None) != (self.unit is None):
            message = "value and unit go together: give both or neither"
            raise ValueError(message)
        if self.second is not None and self.value is None:
            message = "a second amount needs a first value"
            raise ValueError(message)
        return self


class LeftOut(Frozen):
    """A number of an article that no entry claims: `shown` with its neighbours, once, and why."""

    paragraph: Annotated[int, Field(ge=0)]
    shown: Text
    reason: Text


class Article(Frozen):
    """One source. `not_paragraphs` lists the text's non-blank lines that are head, caption or foot."""

    id: Identifier
    title: Text
    titles: Mapping[LanguageTag, Text]
    publishers: Mapping[LanguageTag, Text] = Field(default_factory=dict)
    date: dt.date | None = None
    language: LanguageTag
    url: Annotated[str, StringConstraints(pattern=r"^https?://")] | None = None
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    not_paragraphs: tuple[int, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


class Unit(Frozen):
    """A unit of values: what it lets a question ask for, and how a value is written."""

    aspects: tuple[Identifier, ...] = ()
    percent: bool = False
    plain: bool = False
    """Whether a value is written as bare digits, without grouping (years, ranks)."""


class Affixes(Frozen):
    """Clitics that may be cut off a word to find it."""

    prefixes: tuple[str, ...] = ()
    suffixes: tuple[str, ...] = ()
    conjunctions: tuple[str, ...] = ()
    """Words for "and" that are written as one with the word behind them."""


class Sounds(Frozen):
    """Letters that people confuse: ordered rewrites, and groups of characters read alike."""

    pairs: tuple[tuple[str, str], ...] = ()
    readings: Mapping[str, str] = Field(default_factory=dict)


class Ignored(Frozen):
    """Words without meaning for any entry."""

    words: Words = ()


class Lexicon(Frozen):
    """The subject's words in one language; each word stands in one of the tables only."""

    forms: Mapping[Identifier, Words]
    both: Mapping[Text, tuple[Identifier, ...]] = Field(default_factory=dict)
    either: Mapping[Text, tuple[Identifier, ...]] = Field(default_factory=dict)
    numerals: Mapping[Text, Decimal] = Field(default_factory=dict)
    ignore: Ignored = Ignored()
    affixes: Affixes = Affixes()
    sounds: Sounds = Sounds()


class Messages(Frozen):
    """Replies that are not entries, in one language; braces hold what the program fills in."""

    name: Text
    greeting: Text
    thanks: Text
    farewell: Text
    help: Text
    unknown: Text
    nearest: Text
    choices: Text
    none_of_these: Text
    none_noted: Text
    quiet_unknown: Text
    differs: Text
    agrees: Text
    partner_target: Text
    partner_output: Text
    partner_target_label: Text
    partner_output_label: Text
    source: Text
    source_undated: Text
    source_heading: Text
    too_long: Text
    empty: Text
    error: Text
    languages: Text
    other_language: Text
    language_set: Text
    language_automatic: Text
    language_automatic_label: Text
    language_ask: Text
    not_admin: Text
    reload_ok: Text
    reload_same: Text
    reload_failed: Text
    stale: Text
    rate_limited: Text
    old_button: Text
    ask_usage: Text
    command_ask: Text
    command_help: Text
    command_language: Text
    command_reload: Text
    qualifiers: Mapping[Qualifier, Words]
    topics: Mapping[Identifier, Text]
    unknowns: Mapping[Identifier, Text]
    names: Mapping[Identifier, Text] = Field(default_factory=dict)

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,
        alias_generator=lambda key: key.replace("_", "-"),
    )


class LanguageLimits(Frozen):
    """One language's own limit, where it was measured."""

    answer: Annotated[Decimal, Field(ge=0, le=1)]


class Limits(Frozen):
    """The limits of the decision, in shares of one; limits.toml tells how each was measured."""

    answer: Annotated[Decimal, Field(ge=0, le=1)]
    margin: Annotated[Decimal, Field(ge=0, le=1)]
    choice: Annotated[Decimal, Field(ge=0, le=1)]
    languages: Mapping[LanguageTag, LanguageLimits] = Field(default_factory=dict)

    def of(self, language: str) -> "Limits":
        """Return the limits as they hold for one language."""
        own = self.languages.get(language)
        return self if own is None else self.model_copy(update={"answer": own.answer})


class Settings(Frozen):
    """knowledge.toml: which languages the folder speaks, and its units."""

    default_language: LanguageTag
    languages: Annotated[tuple[LanguageTag, ...], Field(min_length=1)]
    units: Mapping[Identifier, Unit]
    sample: Identifier | None = None
    """The entry whose first known question shows a newcomer what the bot does."""


class Knowledge(Frozen):
    """A whole knowledge folder, every part of it valid. `version` is a hash of its content."""

    version: str
    settings: Settings
    limits: Limits
    articles: Mapping[Identifier, Article]
    entries: Mapping[Identifier, Entry]
    concepts: Mapping[Identifier, Concept]
    lexicons: Mapping[LanguageTag, Lexicon]
    messages: Mapping[LanguageTag, Messages]

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages the folder speaks, in its own order."""
        return self.settings.languages
