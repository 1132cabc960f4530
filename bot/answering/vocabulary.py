"""One language's lexicon, compiled for recognition: forms, stems, sounds, and the words of known questions."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import product

from Stemmer import Stemmer, algorithms

from bot.answering.folding import TokenKind, fold, fold_all, tokenize
from bot.answering.spelling import Candidate, near_words
from bot.knowledge.model import Lexicon

_MOST_READINGS = 6
"""Of a Han form with many readings so many are kept; more come of rare characters only."""
_MOST_HAN_SLIPS_LENGTH = 6
_SNOWBALL = {
    "ar": "arabic",
    "de": "german",
    "en": "english",
    "es": "spanish",
    "fr": "french",
    "it": "italian",
    "pt": "portuguese",
    "ru": "russian",
    "nl": "dutch",
    "tr": "turkish",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What a form stands for: one of `alternatives`, each a set of concepts; or a number; or nothing."""

    alternatives: tuple[frozenset[str], ...] = ()
    number: Decimal | None = None

    @property
    def ignored(self) -> bool:
        """Whether the form carries no meaning for any entry."""
        return not self.alternatives and self.number is None


class Vocabularies(Mapping[str, "Vocabulary"]):
    """The vocabularies of several languages, each compiled when it is first asked for."""

    def __init__(self, lexicons: dict[str, Lexicon], questions: Mapping[str, Mapping[str, Iterable[str]]]) -> None:
        """Take over the lexicons, each let go when it is compiled, and the known questions of each language."""
        self._languages = tuple(lexicons)
        self._lexicons = lexicons
        self._questions = questions
        self._compiled: dict[str, Vocabulary] = {}

    def __getitem__(self, language: str) -> "Vocabulary":
        """Return the language's vocabulary; KeyError if it is none of the languages."""
        found = self._compiled.get(language)
        if found is None:
            lexicon = self._lexicons.pop(language)
            found = self._compiled[language] = Vocabulary(language, lexicon, self._questions[language])
        return found

    def __iter__(self) -> Iterator[str]:
        """Yield the languages in their order, without compiling anything."""
        return iter(self._languages)

    def __len__(self) -> int:
        """Return how many languages there are."""
        return len(self._languages)

    def __contains__(self, language: object) -> bool:
        """Return whether it is one of the languages, without compiling anything."""
        return language in self._languages


class Vocabulary:
    """The compiled words of one language; immutable once built."""

    def __init__(self, language: str, lexicon: Lexicon, questions: Mapping[str, Iterable[str]]) -> None:
        """Compile the lexicon and the known questions, given by entry."""
        self.language = language
        self._prefixes = tuple(sorted((fold(prefix) for prefix in lexicon.affixes.prefixes), key=len, reverse=True))
        self._suffixes = tuple(sorted((fold(suffix) for suffix in lexicon.affixes.suffixes), key=len, reverse=True))
        self.conjunctions = tuple(fold(word) for word in lexicon.affixes.conjunctions)
        self._sounds = tuple((fold(old), fold(new)) for old, new in lexicon.sounds.pairs)
        self._stemmer = Stemmer(_SNOWBALL[language]) if _SNOWBALL.get(language) in algorithms() else None
        self._stems: dict[str, str] = {}
        self.compiled = False
        self._near: dict[str, tuple[Candidate, ...]] = {}
        self._readings: dict[str, tuple[str, ...]] = _characters(lexicon.sounds.readings)
        self.forms: dict[str, Meaning] = {}
        self.han: dict[str, Meaning] = {}
        self.mixed: dict[str, Meaning] = {}
        self.words: set[str] = set()
        meanings = list(_meanings(lexicon))
        for folded, (_, meaning) in zip(fold_all(form for form, _ in meanings), meanings, strict=True):
            self._add(folded, meaning)
        self._mixed_order = sorted(self.mixed, key=lambda form: (-len(form), form))
        self._mixed_pattern = re.compile("|".join(map(_spaced, self._mixed_order)) or r"(?!)")
        self.longest_han = max((len(form) for form in self.han), default=0)
        self.longest = max((form.count(" ") + 1 for form in self.forms), default=0)
        self.spoken: set[str] = set()
        """The words of the known questions as they stand there: what the language really looks like."""
        self.asked: dict[str, frozenset[str]] = self._learn(questions)
        self.words.update(self.asked)
        self.stemmed = self._stemmed()
        self.pool = sorted(word for word in self.words if len(word) >= _SHORTEST_KNOWN)
        self.known_stems = {self.stem(word) for word in self.words}
        self._stems.clear()
        self.compiled = True

    def _add(self, folded: str, meaning: Meaning) -> None:
        if not _HAN.search(folded) and folded.replace(" ", "").isalpha():
            words = folded.split()
            self.forms.setdefault(" ".join(words), meaning)
            self.words.update(words)
            return
        tokens = tokenize(folded)
        if not tokens:
            return
        if all(token.kind is TokenKind.HAN for token in tokens):
            self.han["".join(token.text for token in tokens)] = meaning
            return
        if any(token.kind is TokenKind.HAN for token in tokens) and len(self.mixed) < _MOST_MIXED:
            self.mixed.setdefault(_WHITE.sub("", folded), meaning)
            return
        key = " ".join(token.text for token in tokens)
        self.forms.setdefault(key, meaning)
        self.words.update(token.text for token in tokens if token.kind is TokenKind.WORD)

    def _learn(self, questions: Mapping[str, Iterable[str]]) -> dict[str, frozenset[str]]:
        asked: dict[str, set[str]] = defaultdict(set)
        for entry, phrasings in questions.items():
            for phrasing in fold_all(phrasings):
                for token in tokenize(phrasing):
                    if token.kind is TokenKind.WORD:
                        self.spoken.add(token.text)
                        asked[token.text].add(entry)
                        asked[self.stem(token.text)].add(entry)
        shared: dict[frozenset[str], frozenset[str]] = {}
        return {word: shared.setdefault(found := frozenset(entries), found) for word, entries in asked.items()}

    def _stemmed(self) -> dict[str, tuple[str, Meaning]]:
        """Return the forms by their stems, each with the words it is written with, spaces around them.

        A stem of two meanings keeps both as alternatives; a form that is its own stem is left out.
        """
        stemmed: dict[str, tuple[str, Meaning]] = {}
        for form, meaning in self.forms.items():
            words = form.split(" ")
            key = " ".join(map(self.stem, words))
            written, other = stemmed.get(key, ("", None))
            if len(words) > 1 or key == form:
                written = f"{written} {form} "
            if other is None or other.ignored:
                stemmed[key] = (written, meaning)
            elif not meaning.ignored and other.number is None and meaning.number is None:
                merged = other.alternatives + meaning.alternatives
                if merged != meaning.alternatives * 2:
                    meaning = Meaning(alternatives=tuple(dict.fromkeys(merged)))  # noqa: PLW2901 - both meanings now
                stemmed[key] = (written, meaning)
        return {
            key: found
            for key, found in stemmed.items()
            if found[1] is not self.forms.get(key) or found[0].strip() != key
        }

    def by_stems(self, key: str) -> tuple[str, Meaning] | None:
        """Return what the stems mean together, and the words they are written with, spaces around them."""
        found = self.stemmed.get(key)
        if found is None and key in self.forms:
            return f" {key} ", self.forms[key]
        return found

    def near(self, word: str) -> tuple[Candidate, ...]:
        """Return the known words that a misspelt one may stand for, nearest first."""
        found = self._near.get(word)
        if found is None:
            found = near_words(word, self.pool)
            if len(self._near) < _MOST_SLIPS:
                self._near[word] = found
        return found

    def stand_in(self, folded: str) -> str:
        """Return the text with each form of several scripts (世界500强) as one private-use character."""

        def put(match: re.Match[str]) -> str:
            return chr(_FIRST_STAND_IN + self._mixed_order.index(_WHITE.sub("", match.group())))

        return self._mixed_pattern.sub(put, folded)

    def stood_for(self, character: str) -> tuple[str, Meaning]:
        """Return the form and the meaning that a private-use character stands for."""
        form = self._mixed_order[ord(character) - _FIRST_STAND_IN]
        return form, self.mixed[form]

    def stem(self, word: str) -> str:
        """Return the word without clitics and inflection; the same word for the same word always."""
        known = self._stems.get(word)
        if known is None:
            known = self._bare(word)
            if self._stemmer is not None:
                known = self._stemmer.stemWord(known)
            if not self.compiled or len(self._stems) < _MOST_STEMS:
                self._stems[word] = known
        return known

    def _bare(self, word: str) -> str:
        for prefix in self._prefixes:
            if word.startswith(prefix) and len(word) - len(prefix) >= _SHORTEST_STEM:
                word = word[len(prefix) :]
                break
        for suffix in self._suffixes:
            if word.endswith(suffix) and len(word) - len(suffix) >= _SHORTEST_STEM:
                return word[: -len(suffix)]
        return word

    def sound(self, word: str) -> str:
        """Return the word as it sounds: letters that people confuse made one, doubled ones single."""
        for old, new in self._sounds:
            word = word.replace(old, new)
        return "".join(letter for index, letter in enumerate(word) if index == 0 or word[index - 1] != letter)

    @cached_property
    def heard(self) -> dict[str, tuple[str, ...]]:
        """The telling words by how they sound; made when the first misspelt word asks for it."""
        heard: dict[str, list[str]] = defaultdict(list)
        telling = {word for form, meaning in self.forms.items() if not meaning.ignored for word in form.split(" ")}
        for word in sorted(telling):
            if len(word) >= _SHORTEST_KNOWN:
                heard[self.sound(word)].append(word)
        return {sound: tuple(words) for sound, words in heard.items()}

    def han_sounds(self, text: str) -> tuple[str, ...]:
        """Return the ways a run of Han characters can be read aloud, as far as they are known."""
        return han_sounds(text, self._readings)

    @cached_property
    def han_heard(self) -> dict[str, tuple[str, ...]]:
        """The Han forms by how they are read aloud; made when it is first asked for."""
        heard: dict[str, list[str]] = defaultdict(list)
        for form, meaning in sorted(self.han.items()):
            if meaning.alternatives and 1 < len(form) <= _MOST_HAN_SLIPS_LENGTH:
                for sound in self.han_sounds(form):
                    heard[sound].append(form)
        return {sound: tuple(forms) for sound, forms in heard.items()}


_FIRST_STAND_IN = 0xE000
_MOST_MIXED = 6_000
"""Fewer than there are private-use characters."""
_WHITE = re.compile(r"\s+")


def _spaced(form: str) -> str:
    """Return a pattern for the form with or without spaces between its scripts, never inside a number."""
    edge = r"(?<!\d)" if form[0].isdigit() else ""
    end = r"(?!\d)" if form[-1].isdigit() else ""
    return edge + r"\s*".join(re.escape(part) for part in _SCRIPT_RUNS.findall(form)) + end


_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff々〇\ue000-\uf8ff]")
_SCRIPT_RUNS = re.compile(r"[\u3400-\u9fff]+|[^\u3400-\u9fff]+")
_MOST_SLIPS = 500
"""Misspelt words whose readings are kept, for the same reason."""
_MOST_STEMS = 4_000
"""Stems kept from questions; a limit, so that a flood of odd words can't fill the memory."""
_SHORTEST_STEM = 3
_SHORTEST_KNOWN = 3
"""Shorter known words are never what a misspelt word stands for."""


def han_sounds(text: str, readings: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return the ways the characters can be read, at most a few; empty if one has no known reading."""
    options = [readings.get(character, ()) for character in text]
    if not all(options):
        return ()
    sounds: list[str] = []
    for combination in product(*options):
        sounds.append(" ".join(combination))
        if len(sounds) == _MOST_READINGS:
            break
    return tuple(sounds)


def _characters(readings: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    by_character: dict[str, list[str]] = defaultdict(list)
    for reading, characters in readings.items():
        for character in characters:
            by_character[character].append(reading)
    return {character: tuple(found) for character, found in by_character.items()}


def _meanings(lexicon: Lexicon) -> Iterable[tuple[str, Meaning]]:
    for concept, forms in lexicon.forms.items():
        meaning = Meaning(alternatives=(frozenset({concept}),))
        for form in forms:
            yield form, meaning
    for form, concepts in lexicon.both.items():
        yield form, Meaning(alternatives=(frozenset(concepts),))
    for form, concepts in lexicon.either.items():
        yield form, Meaning(alternatives=tuple(frozenset({concept}) for concept in concepts))
    for form, value in lexicon.numerals.items():
        yield form, Meaning(number=value)
    nothing = Meaning()
    for word in lexicon.ignore.words:
        yield word, nothing
