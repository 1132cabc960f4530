"""Folds text for comparison, per script, and cuts it into tokens. The only place that does either."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, auto
from functools import cache

from opencc import OpenCC

from bot.knowledge.numerals import digit_values, plain_digits

LONGEST_QUESTION = 600
"""Folded characters that are read; what stands behind them can't change the decision any more."""

_ARABIC = {
    "أ": "ا",
    "إ": "ا",
    "آ": "ا",
    "ٱ": "ا",
    "ؤ": "و",
    "ئ": "ي",
    "ى": "ي",
    "ی": "ي",
    "ې": "ي",
    "ک": "ك",
    "ة": "ه",
    "ۀ": "ه",
    "ہ": "ه",
    "ھ": "ه",
    "ە": "ه",
    "ـ": "",
    "ء": "",
    "٪": "%",
}
_LATIN = {"ı": "i", "ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "ß": "ss", "ё": "е"}
_TABLE = str.maketrans({**_ARABIC, **_LATIN, "％": "%", "’": "'", "ʼ": "'"})

_TOKEN = re.compile(
    r"(?P<span>(?<!\d)(?:19|20)\d\d ?[-–—/~] ?(?:(?:19|20)\d\d|\d\d)(?!\d))"
    r"|(?P<number>\d+(?:[.,\u066b\u066c]\d+)*(?:[ \u00a0\u202f]\d{3}(?!\d))*)"
    r"|(?P<han>[\u3400-\u9fff\uf900-\ufaff々〇]+)"
    r"|(?P<word>[^\W\d_\u3400-\u9fff\uf900-\ufaff]+)"
    r"|(?P<stand_in>[\ue000-\uf8ff])"
    r"|(?P<sign>[%$€£¥₽、])"
    r"|(?P<stop>[.!?…。！？؟;；\n]+)"
    r"|(?P<pause>[,，،:：؛—–()（）]+)"
)
_WITH_BREVE = "иу"
"""Cyrillic letters that a breve makes other letters of, which inflection depends on."""
_DROPPED = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u1ab0-\u1aff\u1dc0-\u1dff"
    "\u20d0-\u20ff\ufe00-\ufe2f"  # marks that European and Semitic scripts are read without
    "\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\uffff"
    "\ud800-\uf8ff\U000e0000-\U0010ffff]"  # control, direction, zero-width and private characters
)


class TokenKind(Enum):
    """What a token is made of."""

    WORD = auto()
    HAN = auto()
    NUMBER = auto()
    SPAN = auto()
    """Two years with a dash between them."""
    STAND_IN = auto()
    """A private-use character that the recognition put in place of a form of several scripts."""
    SIGN = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A folded piece of text. `sentence` and `clause` count from zero; `values` is for numbers."""

    text: str
    kind: TokenKind
    sentence: int
    clause: int
    values: frozenset[Decimal] = frozenset()


_KINDS = {"han": TokenKind.HAN, "word": TokenKind.WORD, "stand_in": TokenKind.STAND_IN}


@cache
def _simplified() -> dict[int, str]:
    """Return the traditional characters with their simplified forms."""
    han = [chr(code) for code in range(0x4E00, 0xA000)]
    simple = OpenCC("t2s").convert("\n".join(han)).split("\n")
    return {ord(old): new for old, new in zip(han, simple, strict=True) if old != new and len(new) == 1}


def fold(text: str) -> str:
    """Return the text as it is compared: case, accents, letter variants and digit sets made one.

    Folding twice is folding once. Control, direction and zero-width characters vanish, except
    line ends, which become plain ones.
    """
    if text.isascii() and text.isprintable():
        return text.lower()
    text = unicodedata.normalize("NFKC", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))
    text = unicodedata.normalize("NFKD", text.casefold())
    for letter in _WITH_BREVE:
        text = text.replace(letter + "\u0306", unicodedata.normalize("NFC", letter + "\u0306"))
    text = unicodedata.normalize("NFC", _DROPPED.sub("", text)).casefold().translate(_TABLE)
    return plain_digits(text.translate(_simplified()))


def fold_all(texts: Iterable[str]) -> list[str]:
    """Return the texts folded, as one piece: for thousands of short ones."""
    lines = [text.replace("\n", " ").replace("\r", " ") for text in texts]
    return fold("\n".join(lines)).split("\n") if lines else []


def tokenize(folded: str) -> tuple[Token, ...]:
    """Return the folded text's tokens in order; punctuation only ends sentences and clauses."""
    tokens: list[Token] = []
    sentence = clause = 0
    for match in _TOKEN.finditer(folded[:LONGEST_QUESTION]):
        kind = match.lastgroup
        if kind in ("stop", "picture"):
            sentence, clause = sentence + 1, clause + 1
        elif kind == "pause":
            clause += 1
        elif kind == "span":
            tokens.append(Token(text=match.group(), kind=TokenKind.SPAN, sentence=sentence, clause=clause))
        elif kind == "number":
            tokens.append(_number(match.group(), sentence, clause))
        else:
            made_of = _KINDS.get(kind or "", TokenKind.SIGN)
            tokens.append(Token(text=match.group(), kind=made_of, sentence=sentence, clause=clause))
    return tuple(tokens)


def _number(digits: str, sentence: int, clause: int) -> Token:
    values = digit_values(digits.replace("\u00a0", " ").replace("\u202f", " "))
    if not values:
        values = frozenset({Decimal("".join(filter(str.isdecimal, digits)))})
    return Token(text=digits, kind=TokenKind.NUMBER, sentence=sentence, clause=clause, values=values)
