"""Reads a knowledge folder into one Knowledge, or tells every fault at once. The one place with file reading."""

import hashlib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

import tomli
from pydantic import BaseModel, ValidationError

from bot.knowledge.consistency import find_inconsistencies
from bot.knowledge.model import (
    Article,
    Concept,
    Entry,
    Frozen,
    Knowledge,
    Lexicon,
    Limits,
    Messages,
    Settings,
    Wording,
)
from bot.knowledge.problems import KnowledgeError, Problem

RECORD_FILE = "proof.toml"
_LARGEST_FILE = 4 * 2**20
"""Bytes; a larger file is surely a mistake, and reading it could stall the bot."""

_Model = TypeVar("_Model", bound=BaseModel)


def shipped_knowledge() -> Path:
    """Return the folder that comes with the program, in a wheel as in a checkout."""
    return Path(__file__).parent.parent.parent / "knowledge"


class _Reader:
    """Reads the files of one folder once, keeping the faults and a hash of all content."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.problems: list[Problem] = []
        self._hash = hashlib.sha256()

    @property
    def version(self) -> str:
        return self._hash.hexdigest()[:12]

    def names(self, pattern: str) -> list[str]:
        """Return the files that fit the pattern, relative to the folder, in a stable order."""
        return sorted(path.relative_to(self.directory).as_posix() for path in self.directory.glob(pattern))

    def table(self, name: str) -> dict[str, Any]:  # Any: TOML holds what the curator wrote
        """Return the parsed file, or an empty table and a problem."""
        path = self.directory / name
        try:
            if path.stat().st_size > _LARGEST_FILE:
                self._problem(name, "", "the file is larger than 4 MiB", "split it")
                return {}
            content = path.read_bytes()
            text = content.decode("utf-8")
        except UnicodeDecodeError as error:
            self._problem(name, f"byte {error.start}", "not UTF-8", "save the file as UTF-8")
            return {}
        except OSError as error:
            self._problem(name, "", f"can't be read ({error.strerror})", "restore the file")
            return {}
        self._hash.update(name.encode() + b"\0" + content + b"\0")
        try:
            return tomli.loads(text, parse_float=Decimal)
        except tomli.TOMLDecodeError as error:
            self._problem(name, "", f"broken TOML: {error}", "mend the line that is named")
        except RecursionError:
            self._problem(name, "", "broken TOML: nested too deeply", "flatten it")
        return {}

    def parse(self, model: type[_Model], name: str, data: Mapping[str, object], place: str = "") -> _Model | None:
        """Return the typed data, or None and one problem for each fault in it."""
        try:
            return model.model_validate(data)
        except ValidationError as error:
            for fault in error.errors(include_url=False, include_context=False, include_input=False):
                where = ".".join(str(part) for part in fault["loc"])
                message = fault["msg"].removeprefix("Value error, ")
                mend = "remove it or mend its spelling" if fault["type"] == "extra_forbidden" else ""
                self._problem(name, ".".join(filter(None, (place, where))), message, mend)
        return None

    def _problem(self, name: str, place: str, message: str, mend: str) -> None:
        self.problems.append(Problem(file=name, place=place, message=message, mend=mend))


def load_knowledge(directory: Path) -> Knowledge:
    """Return the folder's knowledge, valid and consistent, its figures not yet proven.

    Raises KnowledgeError with every problem found.
    """
    reader = _Reader(directory)
    if not (directory / "knowledge.toml").is_file():
        problem = Problem(
            file="knowledge.toml",
            message=f"there is no knowledge folder at {directory}",
            mend="name one with --knowledge or KNOWLEDGE_DIR",
        )
        raise KnowledgeError([problem])
    settings = reader.parse(Settings, "knowledge.toml", reader.table("knowledge.toml"))
    limits = reader.parse(Limits, "limits.toml", reader.table("limits.toml"))
    if settings is None:
        raise KnowledgeError(reader.problems)
    concepts = dict(_tables(reader, Concept, "lexicon/concepts.toml"))
    languages = settings.languages
    lexicons = {tag: reader.parse(Lexicon, name := f"lexicon/{tag}.toml", reader.table(name)) for tag in languages}
    messages = {tag: reader.parse(Messages, name := f"messages/{tag}.toml", reader.table(name)) for tag in languages}
    articles = dict(_articles(reader))
    entries = dict(_entries(reader, languages))
    if reader.problems or limits is None:
        raise KnowledgeError(reader.problems)
    knowledge = Knowledge.model_construct(
        version=reader.version,
        settings=settings,
        limits=limits,
        articles=articles,
        entries=entries,
        concepts=concepts,
        lexicons={tag: lexicon for tag, lexicon in lexicons.items() if lexicon},
        messages={tag: message for tag, message in messages.items() if message},
    )
    problems = tuple(find_inconsistencies(knowledge))
    if problems:
        raise KnowledgeError(problems)
    return knowledge


def load_record(directory: Path) -> Mapping[str, Mapping[str, str]]:
    """Return the recorded proof, empty where there is none; raises KnowledgeError when broken."""
    if not (directory / RECORD_FILE).is_file():
        return {}
    reader = _Reader(directory)
    data = reader.table(RECORD_FILE)
    record = reader.parse(Record, RECORD_FILE, data)
    if record is None or reader.problems:
        raise KnowledgeError(reader.problems)
    return {"articles": record.articles, "entries": record.entries}


class Record(Frozen):
    """proof.toml: the hash that each article and each entry had when it was last proven."""

    articles: Mapping[str, str]
    entries: Mapping[str, str]


def _tables(reader: _Reader, model: type[_Model], name: str) -> Iterator[tuple[str, _Model]]:
    for key, data in reader.table(name).items():
        parsed = reader.parse(model, name, data if isinstance(data, dict) else {}, key)
        if parsed is not None:
            yield key, parsed


def _articles(reader: _Reader) -> Iterator[tuple[str, Article]]:
    for name in reader.names("articles/*.toml"):
        identifier = Path(name).stem
        article = reader.parse(Article, name, {"id": identifier, **reader.table(name)})
        if article is not None:
            yield identifier, article


def _entries(reader: _Reader, languages: tuple[str, ...]) -> Iterator[tuple[str, Entry]]:
    seen: set[str] = set()
    for name in reader.names("entries/**/*.toml"):
        identifier, topic = Path(name).stem, Path(name).parent.name
        if identifier in seen:
            reader.problems.append(
                Problem(file=name, message=f"an entry {identifier!r} exists already", mend="rename one file")
            )
        seen.add(identifier)
        data = reader.table(name)
        wordings: dict[str, Wording] = {}
        for tag in languages:
            if tag not in data:
                reader.problems.append(
                    Problem(file=name, place=tag, message="the language is missing", mend=f"add a table [{tag}]")
                )
                continue
            wording = reader.parse(Wording, name, data.pop(tag), tag)
            if wording is not None:
                wordings[tag] = wording
        if not data:
            continue
        entry = reader.parse(Entry, name, {**data, "id": identifier, "topic": topic, "wordings": wordings})
        if entry is not None:
            yield identifier, entry
