"""Prepares a knowledge folder for answering: read, proven, and rehearsed with its own known questions."""

from collections.abc import Iterator
from pathlib import Path

from bot.answering.engine import Engine
from bot.knowledge.changes import Changes, compare
from bot.knowledge.loading import load_knowledge, load_record
from bot.knowledge.model import Knowledge
from bot.knowledge.problems import KnowledgeError, Problem
from bot.knowledge.proof import find_unproven, find_unrecorded, read_texts

__all__ = ["Changes", "compare", "prepare", "proven", "rehearse", "start"]


def proven(directory: Path, articles: Path | None) -> Knowledge:
    """Return the folder's knowledge with its figures proven, by the texts or by the record.

    Raises KnowledgeError with every problem found.
    """
    knowledge = load_knowledge(directory)
    if articles is None:
        problems = tuple(find_unrecorded(knowledge, load_record(directory)))
    else:
        problems = tuple(find_unproven(knowledge, read_texts(articles, knowledge)))
    if problems:
        raise KnowledgeError(problems)
    return knowledge


def start(directory: Path, articles: Path | None) -> Engine:
    """Return an engine on proven knowledge, without the rehearsal: what a start of the bot needs."""
    return Engine(proven(directory, articles))


def prepare(directory: Path, articles: Path | None) -> Engine:
    """Return an engine on proven and rehearsed knowledge; raises KnowledgeError with every problem."""
    engine = start(directory, articles)
    problems = tuple(rehearse(engine))
    if problems:
        raise KnowledgeError(problems)
    return engine


def rehearse(engine: Engine) -> Iterator[Problem]:
    """Yield every known question that the live matcher does not give its own entry."""
    for entry in engine.knowledge.entries.values():
        for language, wording in entry.wordings.items():
            for index, question in enumerate(wording.questions):
                decision, read_as = engine.rehearse(question, language)
                if decision.answers != (entry.id,):
                    got = ", ".join(decision.answers) or ", ".join(decision.choices) or "nothing"
                    yield Problem(
                        file=entry.file,
                        place=f"{language}.questions[{index}]",
                        message=f"the question {question!r} gets {got}",
                        mend="see `nickelbot explain`; add words to the lexicon or concepts to match.allows",
                    )
                elif read_as != language:
                    yield Problem(
                        file=entry.file,
                        place=f"{language}.questions[{index}]",
                        message=f"the question {question!r} is taken for {read_as}",
                        mend="use words of its own language, or add them to its lexicon",
                    )
