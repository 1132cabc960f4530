"""The shipped knowledge is whole, proven, and can't be falsified unnoticed."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.answering.engine import Engine
from bot.curation import proven, rehearse
from bot.knowledge.model import Knowledge
from bot.knowledge.problems import KnowledgeError, Problem

FEWEST_QUESTIONS = 10


def _problems(folder: Path, articles: Path | None) -> tuple[Problem, ...]:
    with pytest.raises(KnowledgeError) as caught:
        proven(folder, articles)
    return caught.value.problems


def _change(path: Path, change: Callable[[str], str]) -> None:
    text = path.read_text(encoding="utf-8")
    changed = change(text)
    assert changed != text
    path.write_text(changed, encoding="utf-8")


def _entry(folder: Path, name: str) -> Path:
    (path,) = folder.glob(f"entries/*/{name}.toml")
    return path


def test_every_known_question_gets_its_own_entry(engine: Engine) -> None:
    """The live matcher gives every known question its own entry, in its own language."""
    assert [str(problem) for problem in rehearse(engine)] == []


def test_every_language_has_enough_questions(knowledge: Knowledge) -> None:
    """Each entry has at least ten known questions in each language."""
    few = [
        (entry.id, tag)
        for entry in knowledge.entries.values()
        for tag, wording in entry.wordings.items()
        if len(wording.questions) < FEWEST_QUESTIONS
    ]
    assert few == []


def test_every_figure_stands_in_its_article(folder: Path, articles: Path) -> None:
    """With the texts at hand, every figure is proven and every number accounted for."""
    proven(folder, articles)


def test_a_changed_digit_of_a_printed_figure_is_refused(folder: Path, knowledge: Knowledge) -> None:
    """An entry whose printed figure differs in one digit from the proven one is refused, for every entry."""
    for entry in knowledge.entries.values():
        if not re.search(r"\d", entry.printed):
            continue
        path = _entry(folder, entry.id)
        original = path.read_text(encoding="utf-8")
        _change(
            path, lambda text: re.sub(r"(?m)^(printed = \D*)(\d)", lambda m: m[1] + str((int(m[2]) + 1) % 10), text)
        )
        assert any(problem.file == entry.file for problem in _problems(folder, None)), entry.id
        path.write_text(original, encoding="utf-8")


def test_a_changed_digit_of_a_value_is_refused(folder: Path, knowledge: Knowledge) -> None:
    """An entry whose value differs in one digit from the proven one is refused, for every entry."""
    for entry in knowledge.entries.values():
        if entry.value is None:
            continue
        path = _entry(folder, entry.id)
        original = path.read_text(encoding="utf-8")
        _change(
            path, lambda text: re.sub(r"(?m)^(value = )(\d)", lambda m: m[1] + str(int(m[2]) % 9 + 1), text, count=1)
        )
        assert any(problem.file == entry.file for problem in _problems(folder, None)), entry.id
        path.write_text(original, encoding="utf-8")


@pytest.mark.parametrize("key", ["printed", "value"])
def test_a_changed_digit_is_found_in_the_articles(folder: Path, articles: Path, knowledge: Knowledge, key: str) -> None:
    """With the texts at hand, a changed digit fails at its own entry."""
    for name in ("nickel-output", "target-copper", "strip-thickness", "fortune-global", "productivity-growth"):
        path = _entry(folder, name)
        original = path.read_text(encoding="utf-8")
        _change(
            path,
            lambda text: re.sub(rf"(?m)^({key} = \D*)(\d)", lambda m: m[1] + str(int(m[2]) % 9 + 1), text, count=1),
        )
        assert any(problem.file == knowledge.entries[name].file for problem in _problems(folder, articles)), name
        path.write_text(original, encoding="utf-8")


@pytest.mark.parametrize("kind", ["output", "target"])
def test_swapped_figures_are_refused(folder: Path, kind: str) -> None:
    """Copper's and cobalt's figures swapped are refused by the record at both entries."""
    _swap(folder, kind)
    files = {Path(problem.file).stem for problem in _problems(folder, None)}
    assert files >= {_named("copper", kind), _named("cobalt", kind)}


@pytest.mark.parametrize("kind", ["output", "target"])
def test_swapped_figures_are_found_in_the_articles(folder: Path, articles: Path, kind: str) -> None:
    """Copper's and cobalt's figures swapped stand beside the wrong words in the texts."""
    _swap(folder, kind)
    files = {Path(problem.file).stem for problem in _problems(folder, articles)}
    assert files >= {_named("copper", kind), _named("cobalt", kind)}


def _named(metal: str, kind: str) -> str:
    return f"target-{metal}" if kind == "target" else f"{metal}-output"


def _swap(folder: Path, kind: str) -> None:
    paths = [_entry(folder, _named(metal, kind)) for metal in ("copper", "cobalt")]
    texts = [path.read_text(encoding="utf-8") for path in paths]
    figure = re.compile(r"(?m)^(?:printed|value) = .*$")
    found = [figure.findall(text) for text in texts]
    for path, text, others in zip(paths, texts, reversed(found), strict=True):
        swapped = text
        for own, other in zip(figure.findall(text), others, strict=True):
            swapped = swapped.replace(own, other, 1)
        path.write_text(swapped, encoding="utf-8")


@pytest.mark.parametrize(
    ("language", "inserted"),
    [
        pytest.param("en", "12 ", id="a digit in English"),
        pytest.param("en", "twelve ", id="a number word in English"),
        pytest.param("ar", "٣ ", id="a digit in Arabic"),
        pytest.param("ar", "ستة ", id="a number word in Arabic"),
    ],
)
@pytest.mark.parametrize("key", ["answer", "label"])
def test_a_number_of_its_own_is_refused_in_a_wording(folder: Path, language: str, inserted: str, key: str) -> None:
    """A digit or number word that is no typed field's is refused, with its place."""
    path = _entry(folder, "nickel-output")

    def insert(text: str) -> str:
        before, table, after = text.partition(f"\n[{language}]\n")
        return before + table + after.replace(f'{key} = "', f'{key} = "{inserted}', 1)

    _change(path, insert)
    assert any(
        problem.place == f"{language}.{key}" and "no typed field's" in problem.message
        for problem in _problems(folder, None)
    )
