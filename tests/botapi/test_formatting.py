"""HTML is taken and refused as Telegram does it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.botapi.addresses import checked_address
from tests.botapi.entities import find_spans
from tests.botapi.formatting import MarkupError, parse_html
from tests.botapi.spans import MarkedText, Span, clean, to_entities, untangle

if TYPE_CHECKING:
    from tests.botapi.json_fields import JsonObject

Shown = list[tuple[str, int, int]]


def parsed(source: str) -> tuple[str, list[JsonObject]]:
    """Return text and entities as a message would carry them."""
    cleaned = clean(parse_html(source))
    return cleaned.text, to_entities(MarkedText(text=cleaned.text, spans=untangle(cleaned.spans)))


@pytest.mark.parametrize(
    ("source", "text", "expected"),
    [
        pytest.param("<b>a</b><strong>b</strong>", "ab", [("bold", 0, 2)], id="touching-bold-is-one"),
        pytest.param("<i>a</i> <em>b</em>", "a b", [("italic", 0, 1), ("italic", 2, 1)], id="italic"),
        pytest.param("<u>a</u> <ins>b</ins>", "a b", [("underline", 0, 1), ("underline", 2, 1)], id="underline"),
        pytest.param("<s>a</s>-<strike>b</strike>", "a-b", [("strikethrough", 0, 1), ("strikethrough", 2, 1)], id="s"),
        pytest.param("<del>a</del>", "a", [("strikethrough", 0, 1)], id="del"),
        pytest.param('<span class="tg-spoiler">a</span>', "a", [("spoiler", 0, 1)], id="span"),
        pytest.param("<tg-spoiler>a</tg-spoiler>", "a", [("spoiler", 0, 1)], id="tg-spoiler"),
        pytest.param("<blockquote>a</blockquote>", "a", [("blockquote", 0, 1)], id="quote"),
        pytest.param("<blockquote expandable>a</blockquote>", "a", [("expandable_blockquote", 0, 1)], id="expandable"),
        pytest.param("<code>a</code>", "a", [("code", 0, 1)], id="code"),
        pytest.param("<pre>a</pre>", "a", [("pre", 0, 1)], id="pre"),
        pytest.param('<tg-emoji emoji-id="5">x</tg-emoji>', "x", [("custom_emoji", 0, 1)], id="emoji"),
        pytest.param('<a href="https://example.com">x</a>', "x", [("text_link", 0, 1)], id="link"),
        pytest.param("<a href='tg://user?id=5'>x</a>", "x", [("text_mention", 0, 1)], id="mention"),
        pytest.param('<a href="nonsense">x</a>', "x", [], id="bad-link-is-only-text"),
        pytest.param("<B>a</b>", "a", [("bold", 0, 1)], id="upper-case-tag"),
        pytest.param("<b>a</>", "a", [("bold", 0, 1)], id="nameless-end-tag"),
        pytest.param("<b></b>a", "a", [], id="empty-span"),
        pytest.param("<b>a<i>b</i></b>", "ab", [("bold", 0, 2), ("italic", 1, 1)], id="nested"),
        pytest.param("<code><b>a</b></code>", "a", [("code", 0, 1)], id="nothing-inside-code"),
        pytest.param("<b>a <code>b</code> c</b>", "a b c", [("bold", 0, 2), ("code", 2, 1), ("bold", 3, 2)], id="cut"),
        pytest.param("<b>😀</b> <i>x</i>", "😀 x", [("bold", 0, 2), ("italic", 3, 1)], id="utf16"),
        pytest.param("<b> a </b> ", " a", [("bold", 0, 2)], id="spaces-before-a-span-stay"),
        pytest.param(" \n<b>a</b>\n ", "a", [("bold", 0, 1)], id="ends-trimmed"),
        pytest.param("&lt;&gt;&amp;&quot;", '<>&"', [], id="four-entities"),
        pytest.param("&#65;&#x42;", "AB", [], id="numeric"),
        pytest.param("&lt b&nbsp;&apos;", "< b&nbsp;&apos;", [], id="others-stay"),
        pytest.param("a & b &", "a & b &", [], id="bare-ampersand"),
        pytest.param("a > b", "a > b", [], id="bare-greater"),
        pytest.param("a\u202eb\u2067c\u2069\u202fd", "ab\u2067c\u2069\u202fd", [], id="old-bidi-controls-vanish"),
        pytest.param("a\tb\rc", "a bc", [], id="controls"),
    ],
)
def test_html_becomes_text_and_entities(source: str, text: str, expected: Shown) -> None:
    """Allowed tags become entities counted in UTF-16 units; only four named entities are decoded."""
    shown, entities = parsed(source)
    assert shown == text
    assert [(e["type"], e["offset"], e["length"]) for e in entities] == expected


@pytest.mark.parametrize(
    ("source", "message"),
    [
        pytest.param("a <x>b</x>", 'Unsupported start tag "x" at byte offset 2', id="unknown-tag"),
        pytest.param("é <x>", 'Unsupported start tag "x" at byte offset 3', id="offset-in-bytes"),
        pytest.param("<br/>", 'Unsupported start tag "br/" at byte offset 0', id="line-break"),
        pytest.param("a < b>", 'Unsupported start tag "" at byte offset 2', id="bare-less"),
        pytest.param("5 <6", "Unclosed start tag at byte offset 2", id="less-at-end"),
        pytest.param("<b>a", 'Can\'t find end tag corresponding to start tag "b"', id="unclosed"),
        pytest.param("a</b>", "Unexpected end tag at byte offset 1", id="no-start"),
        pytest.param("<b>a</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"', id="wrong-end"),
        pytest.param(
            "<b><i>a</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"', id="cross"
        ),
        pytest.param("<b>a</b", "Unclosed end tag at byte offset 4", id="end-tag-open"),
        pytest.param("<span>a</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0', id="plain-span"),
        pytest.param('<a href="x', "Unclosed start tag at byte offset 0", id="quote-open"),
        pytest.param("<a href=>x</a>", None, id="empty-token-is-taken"),
        pytest.param("<a =x>x</a>", 'Empty attribute name in the tag "a" at byte offset 0', id="no-name"),
        pytest.param("<a href=x/y>x</a>", "Unexpected end of name token at byte offset 8", id="token"),
        pytest.param("<tg-emoji>x</tg-emoji>", "Invalid custom emoji identifier specified", id="emoji"),
    ],
)
def test_bad_html_is_refused_in_telegrams_words(source: str, message: str | None) -> None:
    """Markup that is not allowed or not closed is refused, naming the byte where it begins."""
    if message is None:
        assert parse_html(source).text == "x"
        return
    with pytest.raises(MarkupError) as caught:
        parse_html(source)
    assert str(caught.value) == message


def test_half_a_surrogate_pair_is_refused() -> None:
    """A numeric entity cannot smuggle in half a character."""
    with pytest.raises(MarkupError, match="unmatched surrogate code units"):
        parse_html("&#xd800;")


@pytest.mark.parametrize("source", ['<pre><code class="language-py">a</code></pre>'])
def test_pre_with_code_is_one_block_with_a_language(source: str) -> None:
    """Nested pre and code are one entity that names the language."""
    assert parsed(source)[1] == [{"type": "pre", "offset": 0, "length": 1, "language": "py"}]


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        pytest.param("example.com", "http://example.com/", id="scheme-added"),
        pytest.param("HTTPS://Example.com/A?b=c#d", "https://example.com/A?b=c#d", id="case"),
        pytest.param("http://localhost/x", "", id="localhost"),
        pytest.param("ftp://example.com", "", id="protocol"),
        pytest.param("tg://resolve?domain=x", "tg://resolve?domain=x", id="telegram"),
        pytest.param("http://exa mple.com", "", id="space"),
        pytest.param("", "", id="empty"),
    ],
)
def test_addresses(address: str, kept: str) -> None:
    """An address needs a host with a dot and a web or Telegram scheme."""
    assert checked_address(address) == kept


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("@nickel_bot hi", [("mention", 0, 11)], id="mention"),
        pytest.param("mail a@example.com", [("email", 5, 18)], id="email"),
        pytest.param("/ask@nickel_bot x /help", [("bot_command", 0, 15), ("bot_command", 18, 23)], id="commands"),
        pytest.param("and/or 1/2", [], id="slash"),
        pytest.param("see https://example.com/a.", [("url", 4, 25)], id="url"),
        pytest.param("example.com", [("url", 0, 11)], id="bare-url"),
        pytest.param("#镍 $NI", [("hashtag", 0, 2), ("cashtag", 3, 6)], id="tags"),
    ],
)
def test_telegram_marks_what_it_finds(text: str, expected: Shown) -> None:
    """Mentions, commands, addresses and tags of a plain text are found."""
    assert [(span.kind, span.start, span.end) for span in find_spans(text)] == expected


def test_spans_move_with_the_cleaning() -> None:
    """A span keeps to its words when characters before it vanish."""
    marked = MarkedText(text="  \u202eab c  ", spans=(Span(kind="bold", start=5, end=7),))
    assert clean(marked) == MarkedText(text="ab c", spans=(Span(kind="bold", start=2, end=4),))
