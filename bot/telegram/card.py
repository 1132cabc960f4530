"""The card: a reply as Telegram shows it, in HTML within Telegram's limits, and the same as plain text."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from html import escape
from itertools import groupby

from telegram import InlineKeyboardMarkup

from bot.answering.reply import Answer, Line, Reply, Span
from bot.knowledge.wording import fill, parse_template
from bot.telegram.direction import (
    holds_right_to_left,
    is_right_to_left,
    isolated,
    isolated_runs,
    opening_mark,
    without_controls,
)

LONGEST_MESSAGE = 4096
"""Telegram's limit in code points, counted without the tags."""
LONGEST_BUTTON = 36
"""Characters; a phone cuts a longer label off, so that it has to stand in the text as well."""
CUT = "…"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One message: `html` for Telegram, `plain` for when Telegram refuses that, and its buttons."""

    html: str
    plain: str
    keyboard: InlineKeyboardMarkup | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a message. `quoted` rows stand in a block that Telegram can fold; `url` makes a link."""

    line: Line
    quoted: bool = False
    url: str | None = None


def render_reply(reply: Reply, keyboard: InlineKeyboardMarkup | None = None) -> Card:
    """Return the card of a reply: its sentences, each with the source in a block below it."""
    return render_rows(_rows_of_reply(reply), keyboard)


def render_message(
    template: str,
    values: Mapping[str, str] | None = None,
    *,
    more: Iterable[str] = (),
    keyboard: InlineKeyboardMarkup | None = None,
) -> Card:
    """Return the card of a message of the knowledge with its braces filled, and more lines below it."""
    filled = fill(parse_template(template), values or {})
    line = tuple(
        Span(text=part.text, emphasised=part.emphasised, isolated=bool(before.placeholder))
        for part, before in zip(filled, parse_template(template), strict=True)
    )
    return render_rows([Row(line=line), *(Row(line=(Span(text=text),)) for text in more)], keyboard)


def render_rows(rows: Iterable[Row], keyboard: InlineKeyboardMarkup | None = None) -> Card:
    """Return the card of the rows, cut at the end of a row where they are too long for one message."""
    rows = [part for row in rows for part in _split(row)]
    right_to_left = is_right_to_left(
        span.text for row in rows if not row.quoted for span in row.line if not span.isolated
    )
    fitting = _fit([_directed(row, right_to_left=right_to_left) for row in rows])
    blocks = groupby(fitting, key=lambda row: row.quoted)
    html = "\n".join(_block("\n".join(map(_html, block)), quoted=quoted) for quoted, block in blocks)
    plain = "\n".join(map(_plain, fitting))
    return Card(html=html if plain.strip() else CUT, plain=plain if plain.strip() else CUT, keyboard=keyboard)


def _rows_of_reply(reply: Reply) -> Iterator[Row]:
    long_choices = [choice for choice in reply.choices if len(choice.label) > LONGEST_BUTTON]
    blocks = [
        [Row(line=line) for line in reply.heading],
        *([*_rows_of_answer(answer)] for answer in reply.answers),
        [Row(line=(Span(text="• " + choice.label),)) for choice in (reply.choices if long_choices else ())],
        [Row(line=line) for line in reply.footing],
    ]
    for index, block in enumerate(filter(None, blocks)):
        if index:
            yield Row(line=())
        yield from block


def _rows_of_answer(answer: Answer) -> Iterator[Row]:
    yield from (Row(line=line) for line in (answer.sentence, *answer.notes))
    yield Row(line=answer.source, quoted=True, url=answer.citation.url)


def _split(row: Row) -> Iterator[Row]:
    """Yield a row for each line of text, as the spans of one may hold several."""
    line: list[Span] = []
    for span in _joined(row.line):
        first, *others = without_controls(span.text).split("\n")
        line.append(_worded(span, first))
        for other in others:
            yield Row(line=tuple(line), quoted=row.quoted, url=row.url)
            line = [_worded(span, other)]
    yield Row(line=tuple(line), quoted=row.quoted, url=row.url)


def _worded(span: Span, text: str) -> Span:
    # Five times as fast as `replace`, and there are dozens of spans in a reply.
    return span if span.text == text else Span(text=text, emphasised=span.emphasised, isolated=span.isolated)


def _joined(line: Line) -> Iterator[Span]:
    """Yield the spans with neighbours of one kind made one, so that a figure and its unit stay together."""
    for (emphasised, is_isolated), spans in groupby(line, key=lambda span: (span.emphasised, span.isolated)):
        yield Span(text="".join(span.text for span in spans), emphasised=emphasised, isolated=is_isolated)


def _directed(row: Row, *, right_to_left: bool) -> Row:
    mark = opening_mark("".join(span.text for span in row.line), right_to_left=right_to_left)
    spans = tuple(_worded(span, _readable(span, right_to_left=right_to_left)) for span in row.line)
    return Row(line=(Span(text=mark), *spans) if mark else spans, quoted=row.quoted, url=row.url)


def _readable(span: Span, *, right_to_left: bool) -> str:
    if span.isolated or span.emphasised:
        return isolated(span.text) if right_to_left or holds_right_to_left(span.text) else span.text
    return isolated_runs(span.text) if right_to_left else span.text


def _fit(rows: list[Row]) -> list[Row]:
    if len("\n".join(map(_plain, rows))) <= LONGEST_MESSAGE:
        return rows
    cut = Row(line=(Span(text=CUT),))
    left = LONGEST_MESSAGE - len(CUT)
    fitting: list[Row] = []
    for row in rows:
        left -= len(_plain(row)) + len("\n")
        if left < 0:
            break
        fitting.append(row)
    return [*fitting, cut] if fitting else [_shortened(rows[0])]


def _shortened(row: Row) -> Row:
    left = LONGEST_MESSAGE - len(CUT)
    spans: list[Span] = []
    for span in row.line:
        # A cut isolate would reach to the end of the text; the marks are display only, so they go.
        text = without_controls(span.text)[:left]
        spans.append(replace(span, text=text))
        left -= len(text)
    return replace(row, line=(*spans, Span(text=CUT)))


def _block(html: str, *, quoted: bool) -> str:
    return f"<blockquote expandable>{html}</blockquote>" if quoted else html


def _html(row: Row) -> str:
    html = "".join(
        f"<b>{escape(span.text, quote=False)}</b>" if span.emphasised else escape(span.text, quote=False)
        for span in row.line
    )
    return f'<a href="{escape(row.url)}">{html}</a>' if row.url and html else html


def _plain(row: Row) -> str:
    return "".join(span.text for span in row.line)
