"""A conversation in the terminal: numbered choices, the commands of the chat, piped input as well."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import TextIO

import click

from bot.answering.conversation import Asker
from bot.answering.engine import Engine
from bot.answering.reply import Outcome, Reply

_SAMPLE = "How much nickel does Jinchuan produce?"
_TOKEN_HINT = (
    "No BOT_TOKEN is set, so this is the terminal chat. For Telegram, get a token from @BotFather (/newbot),"
    " put BOT_TOKEN=... into the environment or .env, and start again."
)


def converse(engine: Engine, lines: TextIO, *, language: str | None, show: Callable[[Reply], None]) -> None:
    """Answer the lines one by one until they end; prompts and hints only on a terminal."""
    asker = Asker(language_code=language)
    interactive = lines.isatty()
    if interactive:
        click.echo(_TOKEN_HINT)
        click.echo(engine.knowledge.messages[engine.language(asker)].help)
    pending: tuple[str, ...] = ()
    heard = False
    while True:
        if interactive:
            click.echo(click.style("> ", bold=True), nl=False)
        line = lines.readline()
        if not line:
            break
        text = line.strip()
        if not text:
            continue
        heard = True
        if not interactive:
            click.echo(f"> {text}")
        if text.startswith("/"):
            asker = _command(engine, asker, text)
        elif text.isdecimal() and 0 < int(text) <= len(pending):
            turn = engine.show(pending[int(text) - 1], replace(asker, now=time.monotonic()))
            if turn is not None:
                show(turn.reply)
                asker = replace(asker, context=turn.context)
        else:
            turn = engine.ask(text, replace(asker, now=time.monotonic()))
            show(_numbered(turn.reply))
            pending = tuple(choice.citation.entry for choice in turn.reply.choices)
            asker = replace(asker, context=turn.context)
        if not interactive:
            click.echo()
    if not heard and not interactive:
        click.echo(_TOKEN_HINT + "\n")
        click.echo(f"> {_SAMPLE}")
        show(engine.ask(_SAMPLE, asker).reply)


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
