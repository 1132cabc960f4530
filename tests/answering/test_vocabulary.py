"""A lexicon is compiled into forms, stems, sounds and the words of known questions."""

from decimal import Decimal

import pytest

from bot.answering.folding import fold
from bot.answering.recognition import EXACT, HAN_SOUND, SOUND, STEM, HitKind
from bot.answering.vocabulary import Meaning, Vocabulary, han_sounds
from tests.answering.lexica import lexicon, meant, read, vocabulary

_KITE = (frozenset({"kite"}),)


@pytest.mark.parametrize(
    ("tables", "form", "kind", "meanings"),
    [
        pytest.param({}, "kite", HitKind.CONCEPT, [{"kite"}], id="a form of one concept"),
        pytest.param(
            {"both": {"red kite": ["red", "kite"]}}, "red kite", HitKind.CONCEPT, [{"red", "kite"}], id="both"
        ),
        pytest.param(
            {"either": {"craft": ["kite", "boat"]}}, "craft", HitKind.CONCEPT, [{"kite"}, {"boat"}], id="either"
        ),
        pytest.param({"numerals": {"seven": 7}}, "seven", HitKind.NUMBER, [set()], id="a number word"),
        pytest.param({"ignore": {"words": ["the"]}}, "the", HitKind.IGNORED, [set()], id="a word without meaning"),
    ],
)
def test_each_table_gives_its_kind_of_meaning(
    tables: dict[str, object], form: str, kind: HitKind, meanings: list[set[str]]
) -> None:
    """Forms, compounds, ambiguous words, number words and ignored ones mean what their table says."""
    hits = read(form, Vocabulary("en", lexicon({"kite": ["kite"]}, **tables), {}))
    assert {(hit.kind, hit.certainty) for hit in hits} == {(kind, EXACT)}
    assert meant(hits) == set(map(frozenset, meanings))
    assert [hit.values for hit in hits if hit.values] == ([{Decimal(7)}] if kind is HitKind.NUMBER else [])


def test_only_a_word_without_concept_and_number_is_ignored() -> None:
    """A meaning is ignored when it names neither a concept nor a number."""
    assert Meaning().ignored
    assert not Meaning(number=Decimal(0)).ignored
    assert not Meaning(alternatives=_KITE).ignored


def test_a_lexicon_without_words_knows_nothing() -> None:
    """A language whose lexicon is still empty reads every word as unknown."""
    assert [hit.kind for hit in read("red kites", vocabulary({}))] == [HitKind.UNKNOWN, HitKind.UNKNOWN]


@pytest.mark.parametrize(
    ("language", "written", "asked"),
    [
        pytest.param("en", "Kite", "KITE", id="case"),
        pytest.param("fr", "cerf-volant", "Cerf volant", id="a hyphen"),
        pytest.param("fr", "été", "ete", id="accents"),
        pytest.param("ar", "طائرة", "طَائِرَه", id="Arabic vowels and ta marbuta"),
        pytest.param("ru", "ёлка", "Елка", id="Cyrillic yo"),
        pytest.param("zh", "風箏", "风筝", id="traditional characters"),
        pytest.param("zh", "风筝A型", "风筝 a 型", id="several scripts with or without spaces"),
        pytest.param("hi", "पतंग", "पतंग", id="Devanagari"),
    ],
)
def test_forms_are_kept_folded(language: str, written: str, asked: str) -> None:
    """A form is found however its letters are written."""
    (hit,) = read(asked, vocabulary({"kite": [written]}, language=language))
    assert (hit.alternatives, hit.certainty) == (_KITE, EXACT)


@pytest.mark.parametrize(
    ("language", "form", "asked"),
    [
        pytest.param("en", "produce", "producing", id="English"),
        pytest.param("fr", "produire", "produirait", id="French"),
        pytest.param("es", "barco", "barcos", id="Spanish"),
        pytest.param("ru", "лодка", "лодками", id="Russian"),
        pytest.param("ar", "منتج", "منتجون", id="Arabic"),
        pytest.param("de", "boot", "booten", id="a language that no shipped folder speaks"),
        pytest.param("en", "red kite", "red kites", id="a form of several words"),
    ],
)
def test_an_inflected_word_means_what_its_form_means(language: str, form: str, asked: str) -> None:
    """An inflected word shares its form's stem, and is a little less certain than the form itself."""
    (hit,) = read(asked, vocabulary({"kite": [form]}, language=language))
    assert (hit.alternatives, hit.certainty) == (_KITE, STEM)


def test_a_language_without_a_stemmer_keeps_its_words() -> None:
    """Where no stemmer is known a word is its own stem."""
    assert vocabulary({"kite": ["पतंग"]}, language="hi").stem(fold("पतंग")) == fold("पतंग")


def test_a_stem_of_two_meanings_keeps_both() -> None:
    """Two forms that differ and share a stem are alternatives when the stem is met, not when a form is."""
    words = vocabulary({"planned": ["planned"], "boat": ["planning"]})
    (hit,) = read("planner plans", words)[-1:]
    assert set(hit.alternatives) == {frozenset({"planned"}), frozenset({"boat"})}
    (hit,) = read("planned", words)
    assert hit.alternatives == (frozenset({"planned"}),)


def test_a_meaning_beats_an_ignored_word_of_the_same_stem() -> None:
    """A stem that one form ignores and another gives a meaning has the meaning."""
    (hit,) = read("sail", vocabulary({"boat": ["sailing"]}, ignore={"words": ["sailed"]}))
    assert hit.alternatives == (frozenset({"boat"}),)


@pytest.mark.parametrize(
    ("word", "bare"),
    [
        pytest.param("والطائرة", "طائرة", id="the longest prefix is cut"),
        pytest.param("بالطائرة", "طائرة", id="a preposition with the article"),
        pytest.param("طائرتها", "طائرت", id="a possessive"),
        pytest.param("الى", "الى", id="too short a rest keeps the prefix"),
    ],
)
def test_clitics_are_cut_off(word: str, bare: str) -> None:
    """A word with clitics has the stem of the word without them, as long as three letters stay."""
    words = vocabulary(
        {"kite": ["طائرة"]}, language="ar", affixes={"prefixes": ["ال", "و", "وال", "بال"], "suffixes": ["ها"]}
    )
    assert words.stem(fold(word)) == words.stem(fold(bare))


def test_a_stem_does_not_change_under_a_flood() -> None:
    """After more odd words than are kept a word still has the same stem."""
    words = vocabulary({"boat": ["boats"]})
    before = words.stem("zeppelins")
    for number in range(20_010):
        words.stem(f"w{number}s")
    assert words.stem("zeppelins") == before
    assert words.stem("airships") == words.stem("airship")


def test_known_questions_lend_their_words_to_their_entries() -> None:
    """A word of a known question belongs to every entry in whose questions it or its inflection stands."""
    words = vocabulary(
        {"kite": ["kite"]}, questions={"kites": ["Do kites soar?"], "boats": ["Boats soaring?", "Boats float"]}
    )
    soar, floats = read("soar floating", words)
    assert (soar.kind, soar.entries) == (HitKind.ASKED, frozenset({"kites", "boats"}))
    assert (floats.kind, floats.entries) == (HitKind.ASKED, frozenset({"boats"}))


@pytest.mark.parametrize(
    ("word", "sound"),
    [
        pytest.param("photo", "foto", id="a pair is rewritten"),
        pytest.param("koffee", "kofe", id="doubled letters are single"),
        pytest.param("cc", "k", id="a pair is rewritten before doubles are"),
    ],
)
def test_words_are_reduced_to_their_sound(word: str, sound: str) -> None:
    """Letters that people confuse are made one, and doubled ones single."""
    words = vocabulary({"kite": ["kite"]}, sounds={"pairs": [("ph", "f"), ("c", "k")]})
    assert words.sound(word) == words.sound(sound) == sound


def test_a_word_is_found_by_its_sound() -> None:
    """A word that sounds like known ones may mean each of them."""
    words = vocabulary({"boat": ["phaeton"], "kite": ["phaetonn"]}, sounds={"pairs": [("ph", "f")]})
    (hit,) = read("faeton", words)
    assert set(hit.alternatives) == {frozenset({"boat"}), frozenset({"kite"})}
    assert hit.certainty == SOUND


_READINGS = {"目": ("mu",), "木": ("mu",), "标": ("biao",), "表": ("biao",), "行": ("hang", "xing")}


@pytest.mark.parametrize(
    ("text", "sounds"),
    [
        pytest.param("目标", ("mu biao",), id="one reading each"),
        pytest.param("行行", ("hang hang", "hang xing", "xing hang", "xing xing"), id="every combination"),
        pytest.param("目鸟", (), id="a character without a known reading"),
        pytest.param("行" * 4, None, id="many combinations are cut"),
    ],
)
def test_han_text_is_read_aloud(text: str, sounds: tuple[str, ...] | None) -> None:
    """A run of characters has each combination of its readings, at most six."""
    found = han_sounds(text, _READINGS)
    assert len(found) == 6 if sounds is None else found == sounds


def test_a_han_form_is_found_by_its_sound() -> None:
    """Characters that sound like a form mean what it means, less certainly; a single one or an ignored word do not."""
    words = vocabulary(
        {"planned": ["目标"], "kite": ["果"]},
        language="zh",
        ignore={"words": ["收成"]},
        sounds={"readings": {"mu": "目木", "biao": "标表", "guo": "果国", "shou": "收手", "cheng": "成城"}},
    )
    (hit,) = read("木表", words)
    assert (hit.alternatives, hit.certainty) == ((frozenset({"planned"}),), HAN_SOUND)
    assert [hit.kind for hit in read("国", words)] == [HitKind.UNKNOWN]
    assert [hit.kind for hit in read("手城", words)] == [HitKind.UNKNOWN]
