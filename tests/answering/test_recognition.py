"""A folded question is taken apart into pieces, each taken for what it stands for."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.folding import fold, tokenize
from bot.answering.recognition import EXACT, HAN_SOUND, SOUND, STEM, SURE, HitKind, recognize
from bot.answering.vocabulary import Vocabulary
from tests.answering.lexica import WORDS, meant, read, vocabulary

CHINESE = vocabulary(
    {
        "kite": ["风筝", "纸鸢"],
        "boat": ["船", "小船"],
        "planned": ["目标"],
        "sold": ["卖出", "卖"],
        "quantity": ["多少", "多少只"],
        "when": ["哪一年"],
        "red": ["红"],
        "negation": ["不是"],
    },
    language="zh",
    numerals={"十二": 12, "百": 100, "万": 10_000},
    ignore={"words": ["的", "是", "有"]},
    sounds={"readings": {"mu": "目木", "biao": "标表", "feng": "风丰", "zheng": "筝正"}},
)
ARABIC = vocabulary(
    {"kite": ["طائرة"], "boat": ["قارب"], "quantity": ["كم"]},
    language="ar",
    affixes={"prefixes": ["ال", "و", "وال"], "conjunctions": ["و"]},
    ignore={"words": ["ورق"]},
)


@pytest.mark.parametrize(
    ("written", "certainty"),
    [
        pytest.param("harvest", EXACT, id="the form itself"),
        pytest.param("harvests", STEM, id="an inflection"),
        pytest.param("hawest", SOUND, id="a word that sounds alike"),
        pytest.param("harvezt", None, id="a slip"),
    ],
)
def test_certainty_tells_how_a_word_was_read(written: str, certainty: float | None) -> None:
    """The form itself is surest, then its inflection, then its sound, then a slip."""
    (hit,) = read(written, vocabulary({"sold": ["harvest"]}, sounds={"pairs": [("rv", "w")]}))
    assert hit.alternatives == (frozenset({"sold"}),)
    assert hit.certainty == certainty if certainty else hit.certainty < SOUND
    assert (hit.certainty >= SURE) == (certainty in (EXACT, STEM))


@pytest.mark.parametrize(
    ("forms", "written", "expected"),
    [
        pytest.param({"red": ["sails"], "blue": ["sail"]}, "sail", "blue", id="the form beats the stem"),
        pytest.param({"red": ["sailing"], "blue": ["sole"]}, "sailed", "red", id="the stem beats the slip"),
        pytest.param({"red": ["faeton"], "blue": ["phaetons"]}, "phaeton", "blue", id="the stem beats the sound"),
        pytest.param({"red": ["phone"], "blue": ["fond"]}, "fone", "red", id="the sound beats the slip"),
        pytest.param(
            {"red": ["philharmony"], "blue": ["filharmont"]},
            "filharmony",
            "red",
            id="the sound beats the slip, long words",
        ),
    ],
)
def test_the_surest_reading_wins(forms: dict[str, list[str]], written: str, expected: str) -> None:
    """A word is read as form before stem before sound before slip, and the lesser readings are gone."""
    words = vocabulary(forms, sounds={"pairs": [("ph", "f")]})
    (hit,) = read(written, words)
    assert hit.alternatives == (frozenset({expected}),)


def test_equal_slips_keep_every_reading() -> None:
    """A misspelt word that may be either of two keeps both as alternatives."""
    (hit,) = read("boaw", vocabulary({"boat": ["boat"], "kite": ["boar"]}))
    assert set(hit.alternatives) == {frozenset({"boat"}), frozenset({"kite"})}


def test_a_guess_at_an_ignored_word_is_unknown() -> None:
    """A word that only resembles one without meaning is unknown, not ignored."""
    (hit,) = read("pleaze", vocabulary({"kite": ["kite"]}, ignore={"words": ["please"]}))
    assert hit.kind is HitKind.UNKNOWN


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("red kite string", ["red kite string"], id="three words"),
        pytest.param("red kite", ["red kite"], id="two words"),
        pytest.param("red string kite", ["red", "string", "kite"], id="another order is no form"),
        pytest.param("red, kite", ["red", "kite"], id="no form across a pause"),
    ],
)
def test_the_longest_form_is_taken(text: str, expected: list[str]) -> None:
    """Of the forms that begin at a word the longest is taken, within a clause."""
    words = vocabulary(
        {"kite": ["kite"], "red": ["red"], "string": ["string"], "prize": ["red kite string"], "sold": ["red kite"]}
    )
    assert [hit.text for hit in read(text, words)] == expected


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        pytest.param("zeppelin", [HitKind.UNKNOWN], id="a word that nobody knows"),
        pytest.param("soar", [HitKind.ASKED], id="a word of a known question"),
        pytest.param("sour", [HitKind.ASKED], id="a slip of such a word"),
        pytest.param("x", [HitKind.IGNORED], id="a single letter"),
        pytest.param("$", [HitKind.IGNORED], id="a sign without meaning"),
        pytest.param("kite!", [HitKind.CONCEPT], id="punctuation is no piece"),
    ],
)
def test_what_is_no_form_is_told_apart(text: str, kinds: list[HitKind]) -> None:
    """Words of known questions, unknown words and mere letters are told apart."""
    words = vocabulary({"kite": ["kite"]}, questions={"kites": ["does the kite soar"]})
    assert [hit.kind for hit in read(text, words)] == kinds


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("ki te", ["kite"], id="torn apart"),
        pytest.param("redkite", ["red", "kite"], id="run together"),
        pytest.param("ofkite", ["of", "kite"], id="run together with a short word"),
        pytest.param("zepkite", ["zepkite"], id="half known is not split"),
    ],
)
def test_spaces_are_mended(text: str, expected: list[str]) -> None:
    """A word torn apart is joined, and known words run together are split."""
    words = vocabulary({"kite": ["kite"], "red": ["red"]}, ignore={"words": ["of"]})
    assert [hit.text for hit in read(text, words)] == expected


@pytest.mark.parametrize(
    ("text", "years"),
    [
        pytest.param("1899", None, id="before the first year"),
        pytest.param("1900", {1900}, id="the first year"),
        pytest.param("2100", {2100}, id="the last year"),
        pytest.param("2101", None, id="after the last year"),
        pytest.param("٢٠٢٥", {2025}, id="Arabic digits"),
        pytest.param("2,025", None, id="a grouped number"),
        pytest.param("2012-16", {2012, 2016}, id="a span with two digits at its end"),
        pytest.param("2012 – 2016", {2012, 2016}, id="a span with a dash between spaces"),
        pytest.param("2012/16", {2012, 2016}, id="a span with a slash"),
        pytest.param("22", None, id="two digits alone"),
    ],
)
def test_years_are_told_from_amounts(text: str, years: set[int] | None) -> None:
    """Four plain digits between 1900 and 2100 are a year, two years with a dash a span, all else amounts."""
    (hit,) = read(text, WORDS)
    assert hit.kind is (HitKind.YEAR if years else HitKind.NUMBER)
    assert hit.alternatives == ((frozenset(f"year-{year}" for year in years),) if years else ())


@pytest.mark.parametrize(
    ("text", "year"),
    [
        pytest.param("22年", 2022, id="of this century"),
        pytest.param("86年", 1986, id="of the last one"),
        pytest.param("2019年", 2019, id="in full"),
        pytest.param("120年", None, id="no year has three digits"),
    ],
)
def test_a_chinese_year_may_have_two_digits(text: str, year: int | None) -> None:
    """Two digits before the character for year are a year of the last hundred or so."""
    hit = read(text, CHINESE)[0]
    assert hit.alternatives == ((frozenset({f"year-{year}"}),) if year else ())


@pytest.mark.parametrize(
    ("text", "values", "spelled"),
    [
        pytest.param("12", {12}, False, id="digits"),
        pytest.param("seven", {7}, True, id="a word"),
        pytest.param("1.5 million", {1_500_000}, False, id="a magnitude behind digits"),
        pytest.param("seven hundred", {700}, True, id="a magnitude behind a word"),
        pytest.param("1,500", {1500, Decimal("1.5")}, False, id="both readings of a separator"),
        pytest.param("1 500", {1500}, False, id="a space groups"),
        pytest.param("48%", {48}, False, id="a share"),
    ],
)
def test_numbers_keep_every_value_they_can_mean(text: str, values: set[Decimal], spelled: bool) -> None:  # noqa: FBT001 - a column of the table
    """A number in digits or words has every value it can mean, magnitudes multiplied in."""
    hit = read(text, WORDS)[0]
    assert (hit.kind, set(hit.values), hit.spelled) == (HitKind.NUMBER, values, spelled)


def test_small_number_words_do_not_multiply() -> None:
    """Two number words beside each other multiply only when the second is a magnitude."""
    assert [hit.values for hit in read("seven twenty", WORDS)] == [{7}, {20}]


@pytest.mark.parametrize(
    ("text", "concepts"),
    [
        pytest.param("not the red kite", {"negation", "kite"}, id="behind an article"),
        pytest.param("not red kite", {"negation", "kite"}, id="the very next expression"),
        pytest.param("red kite not blue", {"red", "kite", "negation"}, id="what stands before is not denied"),
        pytest.param("not, red kite", {"negation", "red", "kite"}, id="nothing across a pause"),
        pytest.param("not zeppelin red", {"negation", "red"}, id="an unknown word takes the denial"),
    ],
)
def test_what_is_denied_has_no_meaning(text: str, concepts: set[str]) -> None:
    """The expression behind "not", an article between or none, means nothing."""
    assert meant(read(text, WORDS)) == {frozenset(concepts)}


def test_a_chinese_denial_works_alike() -> None:
    """A denial in Chinese takes the meaning of the very next expression."""
    assert meant(read("不是船风筝", CHINESE)) == {frozenset({"negation", "kite"})}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("كم طائرة وقارب", ["quantity", "kite", "and", "boat"], id="a word with an and"),
        pytest.param("ورق", [], id="a known word that begins alike"),
    ],
)
def test_an_and_written_as_one_with_its_word_is_heard(text: str, expected: list[str]) -> None:
    """A conjunction that is written as one with the word behind it is a piece of its own."""
    assert [name for hit in read(text, ARABIC) for option in hit.alternatives for name in option] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("卖出多少只风筝", ["卖出", "多少只", "风筝"], id="the longest forms"),
        pytest.param("小船卖多少", ["小船", "卖", "多少"], id="a long form before a short one"),
        pytest.param("飞艇风筝", ["飞艇", "风筝"], id="unknown characters are one piece"),
        pytest.param("風箏的目標", ["风筝", "的", "目标"], id="traditional characters"),
        pytest.param("红kite多少", ["红", "kite", "多少"], id="Latin letters between"),
    ],
)
def test_han_text_is_cut_into_forms(text: str, expected: list[str]) -> None:
    """Text without spaces is cut into the longest known forms, and what is unknown stays together."""
    assert [hit.text for hit in read(text, CHINESE)] == expected


@pytest.mark.parametrize(
    ("text", "expected", "certainty"),
    [
        pytest.param("木表", "planned", HAN_SOUND, id="both characters"),
        pytest.param("丰筝", "kite", HAN_SOUND, id="one of them"),
        pytest.param("目标", "planned", EXACT, id="none"),
    ],
)
def test_homophones_are_guessed(text: str, expected: str, certainty: float) -> None:
    """Characters that sound like a form are taken for it, less certainly."""
    (hit,) = read(text, CHINESE)
    assert (hit.alternatives, hit.certainty) == ((frozenset({expected}),), certainty)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        pytest.param("kite多少", [HitKind.CONCEPT, HitKind.CONCEPT], id="a Latin word is read with the fallback"),
        pytest.param("zeppelin多少", [HitKind.UNKNOWN, HitKind.CONCEPT], id="one that it does not know"),
        pytest.param("лодка多少", [HitKind.UNKNOWN, HitKind.CONCEPT], id="a word of another script is not"),
    ],
)
def test_latin_words_in_another_script_have_a_fallback(text: str, kinds: list[HitKind]) -> None:
    """A Latin word within a question in another script is read with the fallback's words."""
    fallback = vocabulary({"kite": ["kite"], "boat": ["лодка"]})
    assert [hit.kind for hit in read(text, CHINESE, fallback)] == kinds
    assert read(text, CHINESE)[0].kind is HitKind.UNKNOWN


def test_pieces_know_their_sentence_and_clause() -> None:
    """Sentences and clauses count from zero, positions run through."""
    hits = read("red, blue. green? kite", WORDS)
    assert [(hit.text, hit.sentence, hit.clause, hit.position) for hit in hits] == [
        ("red", 0, 0, 0),
        ("blue", 0, 1, 1),
        ("green", 1, 2, 2),
        ("kite", 2, 3, 3),
    ]


_PIECES = st.sampled_from(
    [
        "red",
        "kites",
        "kiet",
        "redkite",
        "not",
        "zeppelin",
        "7",
        "2025",
        "2012-16",
        "million",
        "%",
        "风筝",
        "木表",
        "飞",
        "طائرة",
        "وقارب",
        "лодка",
        ",",
        ".",
        "?",
        "\n",
        "\u202e",
        "🙂",
        "é",
        "कि",
    ]
)
_TEXTS = st.lists(st.one_of(_PIECES, st.text(max_size=8)), max_size=12).map(" ".join) | st.lists(_PIECES).map("".join)


@pytest.mark.parametrize("words", [WORDS, CHINESE, ARABIC], ids=["English", "Chinese", "Arabic"])
@given(text=_TEXTS)
def test_every_piece_of_a_question_is_accounted_for(words: Vocabulary, text: str) -> None:
    """Whatever the text, its tokens all turn up in the pieces, in order, each with a certainty up to one."""
    folded = fold(text)
    hits = recognize(folded, words, WORDS)
    shown = "".join(letter for hit in hits for letter in hit.text if letter.isalpha())
    expected = "".join(letter for token in tokenize(folded) for letter in token.text if letter.isalpha())
    assert _covers(shown, expected)
    assert [hit.position for hit in hits] == list(range(len(hits)))
    assert [hit.clause for hit in hits] == sorted(hit.clause for hit in hits)
    assert all(0 < hit.certainty <= EXACT for hit in hits)


def _covers(shown: str, expected: str) -> bool:
    """Whether every letter stands in the pieces, in order; a conjunction may stand there twice."""
    rest = iter(shown)
    return all(letter in rest for letter in expected)


@given(text=_TEXTS)
def test_reading_twice_gives_the_same_pieces(text: str) -> None:
    """The same text against the same words is always read alike."""
    assert read(text, CHINESE, WORDS) == read(text, CHINESE, WORDS)
