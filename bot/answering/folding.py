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
    r"|(?P<word>[^\W\d_]+)"
    r"|(?P<sign>[%$€£¥₽])"
    r"|(?P<stop>[.!?…。！？؟;；\n]+)"
    r"|(?P<pause>[,，、،:：؛—–()（）«»\"“”]+)"
)
_PLAIN = frozenset(chr(code) for code in (*range(0x0430, 0x0450), *range(0x0620, 0x0640), *range(0x0641, 0x064B)))
"""The commonest letters beyond ASCII, which are no marks."""
_FORMAT = ("Cf", "Cc", "Co", "Cs", "Cn")


class TokenKind(Enum):
    """What a token is made of."""

    WORD = auto()
    HAN = auto()
    NUMBER = auto()
    SPAN = auto()
    """Two years with a dash between them."""
    SIGN = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A folded piece of text. `sentence` and `clause` count from zero; `values` is for numbers."""

    text: str
    kind: TokenKind
    sentence: int
    clause: int
    values: frozenset[Decimal] = frozenset()


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
    text = unicodedata.normalize("NFKC", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = unicodedata.normalize("NFKD", text.casefold())
    text = unicodedata.normalize("NFC", _strip_marks(text)).casefold().translate(_TABLE)
    return plain_digits(text.translate(_simplified()))


def fold_all(texts: Iterable[str]) -> list[str]:
    """Return the texts folded, as one piece: for thousands of short ones."""
    return fold("\n".join(text.replace("\n", " ").replace("\r", " ") for text in texts)).split("\n")


def _strip_marks(text: str) -> str:
    """Drop the marks of alphabets that are read without them; keep those that spell words."""
    kept: list[str] = []
    base = ""
    for letter in text:
        if " " <= letter < "\x7f" or letter in _PLAIN:
            base = letter
            kept.append(letter)
            continue
        category = unicodedata.category(letter)
        if category == "Mn":
            if not _reads_without_marks(base):
                kept.append(letter)
            continue
        if category in _FORMAT and letter != "\n":
            if letter == "\t":
                kept.append(" ")
            continue
        base = letter
        kept.append(letter)
    return "".join(kept)


def _reads_without_marks(base: str) -> bool:
    return not base or base < "\u0590" or "\u0600" <= base < "\u0780" or not base.isalpha()


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
            made_of = {"han": TokenKind.HAN, "word": TokenKind.WORD}.get(kind or "", TokenKind.SIGN)
            tokens.append(Token(text=match.group(), kind=made_of, sentence=sentence, clause=clause))
    return tuple(tokens)


def _number(digits: str, sentence: int, clause: int) -> Token:
    values = digit_values(digits.replace("\u00a0", " ").replace("\u202f", " "))
    if not values:
        values = frozenset({Decimal("".join(filter(str.isdecimal, digits)))})
    return Token(text=digits, kind=TokenKind.NUMBER, sentence=sentence, clause=clause, values=values)
