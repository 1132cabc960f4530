"""A conversation in the terminal: numbered choices, the commands of the chat, piped input as well."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TextIO

import click

from bot.answering.conversation import Asker
from bot.answering.engine import Engine
from bot.answering.reply import Outcome, Reply

_HOW_TO_RUN = (
    "No BOT_TOKEN is set, so this is the terminal chat. For Telegram, get a token from @BotFather (/newbot),"
    " put BOT_TOKEN=... into the environment or .env, and start again."
)


def converse(engine: Engine, lines: TextIO, *, language: str | None, show: Callable[[Reply], None]) -> None:
    """Answer the lines one by one until they end; prompts and hints only on a terminal."""
    talk = _Talk(engine, Asker(language_code=language), show)
    if lines.isatty():
        click.echo(_HOW_TO_RUN)
        click.echo(engine.knowledge.messages[engine.language(talk.asker)].help)
        for line in _prompted(lines):
            talk.hear(line)
        return
    heard = False
    for text in filter(None, map(str.strip, lines)):
        heard = True
        click.echo(f"> {text}")
        talk.hear(text)
        click.echo()
    if not heard:
        sample = _sample(engine, engine.language(talk.asker))
        click.echo(f"{_HOW_TO_RUN}\n\n> {sample}")
        talk.hear(sample)


def _sample(engine: Engine, language: str) -> str:
    """Return a question that the knowledge surely answers."""
    entries = engine.knowledge.entries
    entry = entries[engine.knowledge.settings.sample or next(iter(entries))]
    return entry.wordings[language].questions[0]


def _prompted(lines: TextIO) -> Iterator[str]:
    while True:
        click.echo(click.style("> ", bold=True), nl=False)
        line = lines.readline()
        if not line:
            return
        if line.strip():
            yield line.strip()


class _Talk:
    """One conversation: who asks, and which choices a bare number would pick."""

    def __init__(self, engine: Engine, asker: Asker, show: Callable[[Reply], None]) -> None:
        self.asker = asker
        self._engine = engine
        self._show = show
        self._offered: tuple[str, ...] = ()

    def hear(self, text: str) -> None:
        """Answer one line: a command, the number of a choice, or a question."""
        asker = replace(self.asker, now=time.monotonic())
        if text.startswith("/"):
            self.asker = _command(self._engine, asker, text)
            return
        if text.isdecimal() and 0 < int(text) <= len(self._offered):
            turn = self._engine.show(self._offered[int(text) - 1], asker) or self._engine.ask(text, asker)
        else:
            turn = self._engine.ask(text, asker)
        self._offered = tuple(choice.citation.entry for choice in turn.reply.choices)
        self._show(_numbered(turn.reply))
        self.asker = replace(asker, context=turn.context)


def _numbered(reply: Reply) -> Reply:
    if reply.outcome is not Outcome.CHOICES:
        return reply
    choices = tuple(
        replace(choice, label=f"{number}. {choice.label}") for number, choice in enumerate(reply.choices, 1)
    )
    return replace(reply, choices=choices)


def _command(engine: Engine, asker: Asker, text: str) -> Asker:
    name, _, argument = text[1:].partition(" ")
    messages = engine.knowledge.messages[engine.language(asker)]
    if name != "language":
        click.echo(messages.help)
        return asker
    wanted = argument.strip().lower()
    if wanted in engine.knowledge.languages:
        asker = replace(asker, chosen_language=wanted)
        click.echo(engine.knowledge.messages[wanted].language_set)
    elif wanted == "auto":
        asker = replace(asker, chosen_language=None)
        click.echo(engine.knowledge.messages[engine.language(asker)].language_automatic)
    else:
        click.echo(messages.language_ask)
        for tag in (*engine.knowledge.languages, "auto"):
            name_of = engine.knowledge.messages[tag].name if tag in engine.knowledge.messages else ""
            click.echo(f"  /language {tag}  {name_of}".rstrip())
    return asker
