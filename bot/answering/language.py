"""Decides the language of a question: its script, the knowledge's own words, and a detector for the rest."""

import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lingua import IsoCode639_1, Language, LanguageDetector, LanguageDetectorBuilder

from bot.answering.folding import TokenKind, fold, tokenize
from bot.answering.vocabulary import Vocabulary

_SCRIPTS: Mapping[str, tuple[str, ...]] = {
    "LATIN": ("en", "fr", "es", "de", "it", "pt", "nl", "pl", "tr", "id", "vi"),
    "ARABIC": ("ar", "fa", "ur"),
    "CYRILLIC": ("ru", "uk", "bg", "kk", "be", "sr"),
    "CJK": ("zh", "ja"),
    "HIRAGANA": ("ja",),
    "KATAKANA": ("ja",),
    "HANGUL": ("ko",),
    "DEVANAGARI": ("hi",),
    "GREEK": ("el",),
    "HEBREW": ("he",),
    "THAI": ("th",),
    "BENGALI": ("bn",),
    "TAMIL": ("ta",),
    "TELUGU": ("te",),
    "GEORGIAN": ("ka",),
    "ARMENIAN": ("hy",),
}
"""Scripts by the first word of their characters' Unicode names, and who writes in them."""

_LETTERS: Mapping[str, tuple[str, str]] = {
    "vi": ("LATIN", "ăơưđạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ"),
    "pl": ("LATIN", "ąćęłńśźż"),
    "tr": ("LATIN", "ğışİ"),
    "de": ("LATIN", "äöß"),
    "pt": ("LATIN", "ãõ"),
    "ur": ("ARABIC", "ٹڈڑںےہھۓ"),
    "fa": ("ARABIC", "پچژگکی"),
    "sr": ("CYRILLIC", "јљњћђџѓќѕ"),
    "be": ("CYRILLIC", "ў"),
    "kk": ("CYRILLIC", "әғқңөұүһ"),
    "uk": ("CYRILLIC", "іїєґ"),
}
"""Letters that tell a language from its script's other users; the first that fits counts."""

_ENOUGH = 0.9
"""Weight of own words from which on they decide: about one word that no other language shares."""
_LEAD = 1.35
"""How much more the first language's words must weigh than the second's."""
_KNOWN_SHARE = 0.5
"""Share of a question's words that a language of the folder must know to outweigh the detector."""
_MOSTLY_KNOWN = 0.6
"""A question of which a language of the folder knows so many words is in no language that it lacks."""
_DETECTED = 0.5
"""Confidence from which on the detector is believed about a language that the folder lacks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a question's own letters and words say.

    `language` is one of the folder's, or None when nothing decides. `other` is the tag of a
    language that the folder does not speak, when the question is in one. `guesses` are the
    folder's languages that the words speak for about equally, best first.
    """

    language: str | None
    other: str | None = None
    guesses: tuple[str, ...] = ()


class LanguageJudge:
    """Judges questions against the folder's languages; immutable once built."""

    def __init__(self, vocabularies: Mapping[str, Vocabulary]) -> None:
        """Build the detector for the scripts of the folder's languages."""
        self._vocabularies = vocabularies
        self._detector = _detector(_SCRIPTS["LATIN"]) if any(tag in vocabularies for tag in _SCRIPTS["LATIN"]) else None
        self.latins = tuple(tag for tag in vocabularies if tag in _SCRIPTS["LATIN"])
        self.latin = self.latins[0] if self.latins else None

    def judge(self, question: str) -> Verdict:
        """Return what the question's letters and words say about its language."""
        scripts = Counter(script for letter in question if letter.isalpha() and (script := _script(letter)))
        if not scripts:
            return Verdict(language=None)
        main = _main_script(scripts)
        users = _SCRIPTS.get(main, ())
        own = [tag for tag in users if tag in self._vocabularies]
        if not own:
            return Verdict(language=None, other=users[0] if users else "und")
        if main == "CJK":
            return Verdict(language=own[0])
        words = [token.text for token in tokenize(fold(question)) if token.kind is TokenKind.WORD]
        marked = _marked(question, main)
        weights, known = self._weigh(words, own)
        ranked = sorted(own, key=lambda tag: (-weights[tag], own.index(tag)))
        first = ranked[0]
        if marked is not None and marked not in own and known[first] < len(words):
            return Verdict(language=None, other=marked, guesses=tuple(ranked))
        if known[first] >= _KNOWN_SHARE * len(words) and self._leads(weights, ranked):
            return Verdict(language=first)
        return self._detected(main, words, weights, known, ranked)

    def _leads(self, weights: Mapping[str, float], ranked: Sequence[str]) -> bool:
        if len(ranked) == 1:
            return True
        return weights[ranked[0]] >= max(_ENOUGH, _LEAD * weights[ranked[1]])

    def _detected(
        self,
        script: str,
        words: Sequence[str],
        weights: Mapping[str, float],
        known: Mapping[str, int],
        ranked: Sequence[str],
    ) -> Verdict:
        """Let the detector speak where the folder's own words do not decide."""
        guesses = tuple(tag for tag in ranked if weights[tag] > 0 and weights[tag] * _LEAD >= weights[ranked[0]])
        distinct = [word for word in words if len(word) > 1 and self._owners(word, ranked) < _EVERYBODYS]
        detector = self._detector if script == "LATIN" else None
        if detector is None or not distinct:
            return Verdict(language=ranked[0] if len(ranked) == 1 and words else None, guesses=guesses)
        best = detector.compute_language_confidence_values(" ".join(distinct))[0]
        tag = best.language.iso_code_639_1.name.lower()
        if tag in self._vocabularies:
            if best.value >= _DETECTED and (tag in guesses or not guesses):
                rest = tuple(guess for guess in guesses if guess != tag)
                return Verdict(language=None if rest else tag, guesses=(tag, *rest))
        elif best.value >= _DETECTED and known[ranked[0]] < _MOSTLY_KNOWN * len(words):
            return Verdict(language=None, other=tag, guesses=guesses)
        return Verdict(language=ranked[0] if self._leads(weights, ranked) else None, guesses=guesses)

    def _owners(self, word: str, tags: Sequence[str]) -> int:
        return sum(word in self._vocabularies[tag].words for tag in tags)

    def _weigh(self, words: Sequence[str], tags: Sequence[str]) -> tuple[dict[str, float], dict[str, int]]:
        weights = dict.fromkeys(tags, 0.0)
        known = dict.fromkeys(tags, 0)
        for word in words:
            listing = [tag for tag in tags if word in self._vocabularies[tag].words]
            speaking = [tag for tag in listing if word in self._vocabularies[tag].spoken]
            for tag in listing:
                known[tag] += 1
            holders, full = (speaking, 1.0) if speaking else (listing, _LISTED)
            for tag in holders:
                weights[tag] += full * _SHARED[min(len(holders), len(_SHARED) - 1)]
        return weights, known


_EVERYBODYS = 3
_LISTED = 0.6
"""What a word that is in a lexicon only weighs against one of a known question."""
_SHARED = (0.0, 1.0, 0.25, 0.0)
"""What a word weighs that one, two, or more languages of the script know."""


def _detector(tags: Sequence[str]) -> LanguageDetector | None:
    languages = [Language.from_iso_code_639_1(getattr(IsoCode639_1, tag.upper())) for tag in tags]
    if len(languages) < 2:  # noqa: PLR2004 - the library refuses to tell one language from itself
        return None
    return LanguageDetectorBuilder.from_languages(*languages).with_low_accuracy_mode().build()


def _script(letter: str) -> str | None:
    name = unicodedata.name(letter, "")
    first = name.split(" ", 1)[0].removeprefix("FULLWIDTH").removeprefix("HALFWIDTH")
    if first in _SCRIPTS:
        return first
    return "LATIN" if not first else next((script for script in _SCRIPTS if f" {script} " in f" {name} "), first)


def _main_script(scripts: Counter[str]) -> str:
    """Return the script that tells the language: Latin names inside another script do not count."""
    for script in ("HIRAGANA", "KATAKANA", "HANGUL"):
        if scripts[script] > 1:
            return script
    others = {script: count for script, count in scripts.items() if script != "LATIN"}
    if others:
        script, count = max(others.items(), key=lambda item: (item[1], item[0]))
        if count * _LATIN_NAMES >= scripts["LATIN"]:
            return script
    return "LATIN" if scripts["LATIN"] else max(others, key=lambda script: (others[script], script))


_LATIN_NAMES = 12
"""So many Latin letters may stand beside one letter of another script: names are long in Latin."""


def _marked(question: str, script: str) -> str | None:
    letters = set(question.casefold())
    return next(
        (tag for tag, (used_in, own) in _LETTERS.items() if used_in == script and not letters.isdisjoint(own)), None
    )
