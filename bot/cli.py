"""The command line: talk to the bot in a terminal, check the knowledge, or run the bot."""

import asyncio
import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.knowledge.loading import shipped_knowledge
from bot.knowledge.problems import KnowledgeError

if TYPE_CHECKING:
    from bot.answering.engine import Engine
    from bot.answering.reply import Reply
    from bot.settings import Settings

_DIRECTORY = click.Path(file_okay=False, path_type=Path)
_knowledge = click.option(
    "--knowledge",
    type=_DIRECTORY,
    envvar="KNOWLEDGE_DIR",
    default=shipped_knowledge,
    help="The knowledge folder.",
    show_envvar=True,
)
_articles = click.option(
    "--articles",
    type=_DIRECTORY,
    envvar="ARTICLES_DIR",
    default=None,
    help="The articles' texts, <id>.txt, for the proof.",
    show_envvar=True,
)


@click.group(invoke_without_command=True)
@click.version_option(package_name="nickel-capital-bot")
@click.pass_context
def main(context: click.Context) -> None:
    """Answer questions from curated knowledge, each figure with its source."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]  # text streams of a process
    if context.invoked_subcommand is not None:
        return
    command = run if _token_is_set() else chat
    with command.make_context(command.name, [], parent=context) as own:
        command.invoke(own)


def _token_is_set() -> bool:
    from bot.settings import Settings, SettingsError

    try:
        return Settings.load().bot_token is not None
    except SettingsError:
        return True


@main.command()
def run() -> None:
    """Run the Telegram bot (needs BOT_TOKEN)."""
    from bot import app

    settings = _settings()
    if settings.bot_token is None:
        raise click.ClickException(
            "BOT_TOKEN is not set: get a token from @BotFather in Telegram (/newbot),"
            " and put it into the environment or .env"
        )
    sys.exit(asyncio.run(app.run(settings)))


@main.command()
def health() -> None:
    """Ask the running bot whether it is well; exit code 1 if not (needs BOT_LISTEN)."""
    from bot.health import ask_health

    listen = _settings().bot_listen
    if listen is None:
        raise click.ClickException("BOT_LISTEN is not set: the running bot listens nowhere, so nobody can ask it")
    answer = ask_health(listen)
    click.echo(", ".join(f"{name}: {fact}" for name, fact in answer.facts.items()))
    sys.exit(0 if answer.is_well else 1)


@main.command()
def doctor() -> None:
    """Look at everything the bot needs and say what to mend; exit code 1 if something is wrong."""
    from bot.doctor import examine

    findings = asyncio.run(examine(_settings()))
    for finding in findings:
        mark = click.style("ok  ", fg="green") if finding.ok else click.style("ill ", fg="red")
        click.echo(f"{mark} {finding.name}: {finding.message}" + (f"; {finding.mend}" if finding.mend else ""))
    sys.exit(0 if all(finding.ok for finding in findings) else 1)


@main.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Copy the store into a new FILE, also while the bot runs."""
    from bot.storage import backup as copying

    with _store_faults():
        click.echo(f"{file}: {copying.backup(_store_address(), file)} bytes")


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(file: Path) -> None:
    """Put the backup FILE in the store's place; stop the bot first."""
    from bot.storage import backup as copying

    with _store_faults():
        click.echo(f"restored; what was there is kept as {copying.restore(_store_address(), file)}")


@main.command()
@click.argument("question", required=False)
@click.option("--jsonl", is_flag=True, help="Read a JSON object a line, write one a line.")
@click.option("--language", default=None, help="The asker's language code, as Telegram would give it.")
@_knowledge
@_articles
def ask(question: str | None, *, jsonl: bool, language: str | None, knowledge: Path, articles: Path | None) -> None:
    """Answer one QUESTION, or with --jsonl every question of the input."""
    from bot.answering.conversation import Asker

    engine = _engine(knowledge, articles)
    if jsonl:
        from bot.contract import answer_lines

        for line in answer_lines(engine, sys.stdin, time.monotonic):
            click.echo(line)
            sys.stdout.flush()
        return
    if question is None:
        question = sys.stdin.read()
    _show(engine.ask(question, Asker(language_code=language)).reply)


@main.command()
@click.option("--language", default=None, help="The asker's language code, as Telegram would give it.")
@_knowledge
@_articles
def chat(*, language: str | None, knowledge: Path, articles: Path | None) -> None:
    """Talk to the bot in the terminal."""
    from bot.terminal import converse

    engine = _engine(knowledge, articles)
    converse(engine, sys.stdin, language=language or _terminal_language(), show=_show)


@main.command()
@click.option("--record", is_flag=True, help="Write the proof's record; needs --articles.")
@_knowledge
@_articles
def check(*, record: bool, knowledge: Path, articles: Path | None) -> None:
    """Check the knowledge: format, consistency, proof, and every known question."""
    from bot.answering.engine import Engine
    from bot.curation import proven, rehearse
    from bot.knowledge.proof import write_record

    if record and articles is None:
        raise click.UsageError("--record proves from the texts: name them with --articles or ARTICLES_DIR")
    started = time.perf_counter()
    try:
        found = proven(knowledge, articles)
        if record:
            write_record(knowledge, found)
        problems = tuple(rehearse(Engine(found)))
    except KnowledgeError as error:
        problems = error.problems
    if problems:
        for problem in problems:
            click.echo(str(problem), err=True)
        click.echo(f"{len(problems)} problem{'s' if len(problems) > 1 else ''} in {knowledge}", err=True)
        sys.exit(1)
    questions = sum(len(wording.questions) for entry in found.entries.values() for wording in entry.wordings.values())
    proof = "proven from the articles" if articles is not None else "as recorded when last proven"
    click.echo(
        f"{len(found.entries)} entries in {len(found.languages)} languages, {questions} known questions,"
        f" every figure {proof}; version {found.version}, {time.perf_counter() - started:.1f} s"
    )


@main.command()
@click.argument("trials", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--precision", type=click.FloatRange(0.5, 1), default=0.99, show_default=True, help="Share of right answers."
)
@_knowledge
def calibrate(trials: tuple[Path, ...], *, precision: float, knowledge: Path) -> None:
    """Choose each language's limit by the TRIALS (JSON lines: question, lang, expect) and write limits.toml."""
    from bot import calibration

    engine = _engine(knowledge, None)
    try:
        chosen = calibration.calibrate(engine, tuple(calibration.read_trials(trials)), precision)
    except calibration.TrialError as error:
        raise click.ClickException(str(error)) from None
    calibration.write_limits(knowledge, engine.knowledge.limits, chosen, precision)
    for language, one in chosen.items():
        click.echo(
            f"{language}: answer {one.limit}, {one.answered} of {one.answerable} answered,"
            f" {one.wrong} of {one.replied} answers wrong"
        )


@main.command()
@click.argument("question")
@click.option("--language", default=None, help="The asker's language code, as Telegram would give it.")
@_knowledge
def explain(question: str, *, language: str | None, knowledge: Path) -> None:
    """Show how the reply to QUESTION comes about, step by step."""
    from bot.answering.conversation import Asker
    from bot.answering.explaining import describe

    engine = _engine(knowledge, None)
    for line in describe(engine, question, Asker(language_code=language)):
        click.echo(line)


@main.command()
@click.option("--jsonl", is_flag=True, required=True, help="Write a JSON object a line.")
@_knowledge
def export(*, jsonl: bool, knowledge: Path) -> None:
    """Write every known question with its entry and language."""
    assert jsonl  # noqa: S101 - click requires the flag; other formats may join it
    engine = _engine(knowledge, None)
    for entry in engine.knowledge.entries.values():
        for language, wording in entry.wordings.items():
            for question in wording.questions:
                click.echo(
                    json.dumps({"entry": entry.id, "language": language, "question": question}, ensure_ascii=False)
                )


def _store_address() -> str | None:
    url = _settings().database_url
    return None if url is None else url.get_secret_value()


@contextmanager
def _store_faults() -> Iterator[None]:
    from bot.storage.store import StoreError

    try:
        yield
    except StoreError as error:
        raise click.ClickException(str(error)) from None


def _settings() -> "Settings":
    from bot.settings import Settings, SettingsError

    try:
        return Settings.load()
    except SettingsError as error:
        raise click.ClickException(str(error)) from None


def _engine(knowledge: Path, articles: Path | None) -> "Engine":
    from bot.curation import start

    try:
        return start(knowledge, articles)
    except KnowledgeError as error:
        raise click.ClickException(f"the knowledge can't be used:\n{error}") from None


def _show(reply: "Reply") -> None:
    """Print a reply; its figures stand out on a terminal that can show it."""
    for line in reply.lines:
        click.echo("".join(click.style(span.text, bold=True) if span.emphasised else span.text for span in line))


def _terminal_language() -> str | None:
    """Return the language of the terminal's locale, as a hint like the one Telegram gives."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name)
        if value and value not in ("C", "POSIX") and not value.startswith("C."):
            return value.split("_", 1)[0].split(".", 1)[0]
    return None
