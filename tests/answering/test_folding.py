"""Text is folded per script, and cut into tokens."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.folding import LONGEST_QUESTION, TokenKind, fold, tokenize


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        pytest.param("Café Ökonomie", "cafe okonomie", id="Latin accents"),
        pytest.param("İstanbul ırmak Łódź", "istanbul irmak lodz", id="Latin letters without a decomposition"),
        pytest.param("l’été", "l'ete", id="curly apostrophe"),
        pytest.param("Ёлка", "елка", id="Cyrillic yo"),
        pytest.param("إِنْتَاجُ ٱلنِّيكَل", "انتاج النيكل", id="Arabic vowels and hamza"),
        pytest.param("مجموعة على مـــا", "مجموعه علي ما", id="ta marbuta, alef maqsura, tatweel"),
        pytest.param("٢٠٢٥ ۲۰۲۵", "2025 2025", id="both Arabic digit sets"),
        pytest.param("金川鎳產量", "金川镍产量", id="traditional characters"),
        pytest.param("Ｆｕｌｌ　ｗｉｄｔｈ", "full width", id="full width"),
        pytest.param("निकल", "निकल", id="Devanagari keeps its vowel signs"),
        pytest.param("a\u202eb\u200bc\u2066d", "abcd", id="direction and zero-width characters"),
        pytest.param("n" + "\u0301" * 500, "n", id="hundreds of combining marks"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_text_is_folded(text: str, folded: str) -> None:
    """What people write differently and mean alike folds to the same text."""
    assert fold(text) == folded


@given(st.text(max_size=200))
def test_folding_twice_is_folding_once(text: str) -> None:
    """A folded text folds to itself."""
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=200))
def test_tokens_come_from_the_folded_text(text: str) -> None:
    """Every token is a piece of the folded text, sentences and clauses never run backwards."""
    folded = fold(text)
    tokens = tokenize(folded)
    assert all(token.text in folded for token in tokens)
    assert [token.clause for token in tokens] == sorted(token.clause for token in tokens)
    assert [token.sentence for token in tokens] == sorted(token.sentence for token in tokens)


def test_tokens_know_what_they_are() -> None:
    """Words, Han runs, numbers and signs are told apart; punctuation parts clauses and sentences."""
    tokens = tokenize(fold("Hello, 金川 made 1,100,000 t? 43%"))
    assert [(token.text, token.kind, token.sentence, token.clause) for token in tokens] == [
        ("hello", TokenKind.WORD, 0, 0),
        ("金川", TokenKind.HAN, 0, 1),
        ("made", TokenKind.WORD, 0, 1),
        ("1,100,000", TokenKind.NUMBER, 0, 1),
        ("t", TokenKind.WORD, 0, 1),
        ("43", TokenKind.NUMBER, 1, 2),
        ("%", TokenKind.SIGN, 1, 2),
    ]
    assert tokens[3].values == {Decimal(1_100_000)}


def test_only_the_beginning_of_a_long_text_is_read() -> None:
    """What stands behind the longest question is not read."""
    assert len(tokenize("a " * LONGEST_QUESTION)) == LONGEST_QUESTION // 2
