"""A knowledge folder is prepared for answering: read, proven, and rehearsed with its own known questions."""

import shutil
from pathlib import Path

import pytest

from bot.answering.engine import Engine
from bot.curation import prepare, proven, rehearse, start
from bot.knowledge.problems import KnowledgeError
from bot.knowledge.proof import write_record
from tests.answering.orchard import ARTICLES, KNOWLEDGE


@pytest.fixture
def orchard(tmp_path: Path) -> Path:
    """Return a copy of the orchard's folder with its proof recorded, that a test may break."""
    folder = Path(shutil.copytree(KNOWLEDGE, tmp_path / "orchard"))
    write_record(folder, proven(folder, ARTICLES))
    return folder


def _change(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize("articles", [None, ARTICLES], ids=["recorded", "from the texts"])
def test_a_good_folder_is_prepared(orchard: Path, articles: Path | None) -> None:
    """A proven folder whose known questions find their entries gives an engine on its version."""
    engine = prepare(orchard, articles)
    assert engine.knowledge.version == proven(orchard, articles).version
    assert list(rehearse(engine)) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "problem"),
    [
        pytest.param(
            "entries/harvest/plum-harvest.toml",
            '"tonnes of plums a year"',
            '"tonnes of pears that they hope to gather"',
            "gets pear-goal",
            id="another entry's question",
        ),
        pytest.param(
            "entries/harvest/plum-harvest.toml",
            '"tonnes of plums a year"',
            '"harvest"',
            "gets pear-harvest",
            id="choices",
        ),
        pytest.param(
            "entries/harvest/plum-harvest.toml",
            '"tonnes of plums a year"',
            '"tonnes of cherries a year"',
            "gets nothing",
            id="no answer",
        ),
        pytest.param(
            "entries/harvest/plum-harvest.toml",
            '"tonnes of plums a year"',
            '"李子收成"',
            "gets nothing",
            id="a question in another script",
        ),
    ],
)
def test_a_known_question_that_misses_its_entry_is_a_problem(
    orchard: Path, file: str, old: str, new: str, problem: str
) -> None:
    """A known question that gets another entry, choices or nothing keeps the folder from being used."""
    _change(orchard, file, old, new)
    with pytest.raises(KnowledgeError) as caught:
        prepare(orchard, None)
    (found, *_) = caught.value.problems
    assert (found.file, found.place) == (file, "en.questions[1]")
    assert problem in found.message
    assert found.mend


def test_a_start_does_without_the_rehearsal(orchard: Path) -> None:
    """The bot starts on a proven folder even when one of its known questions misses its entry."""
    _change(orchard, "entries/harvest/plum-harvest.toml", '"tonnes of plums a year"', '"plum zeppelins"')
    assert isinstance(start(orchard, None), Engine)


@pytest.mark.parametrize("prepared", [start, prepare])
def test_a_folder_that_is_not_proven_is_not_used(orchard: Path, prepared: object) -> None:
    """Neither a start nor a reload takes a figure that changed since it was proven."""
    assert callable(prepared)
    _change(orchard, "entries/harvest/plum-harvest.toml", "950 tonnes", "960 tonnes")
    with pytest.raises(KnowledgeError) as caught:
        prepared(orchard, None)
    assert [problem.file for problem in caught.value.problems] == ["entries/harvest/plum-harvest.toml"]
