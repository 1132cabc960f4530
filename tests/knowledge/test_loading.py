"""A broken knowledge folder is refused with every fault, its place and the way to mend it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.knowledge.loading import load_knowledge, load_record
from bot.knowledge.problems import KnowledgeError, Problem

ENTRY = "entries/production/nickel-output.toml"


def _problems(folder: Path) -> tuple[Problem, ...]:
    with pytest.raises(KnowledgeError) as caught:
        load_knowledge(folder)
    return caught.value.problems


def _replace(old: str, new: str) -> Callable[[str], str]:
    return lambda text: text.replace(old, new, 1)


@pytest.mark.parametrize(
    ("file", "change", "place", "expected_error"),
    [
        pytest.param(ENTRY, _replace("paragraph = 2", "paragraph = "), "", "broken TOML", id="broken TOML"),
        pytest.param(
            ENTRY, _replace("paragraph = 2", "paragraph = -2"), "paragraph", "greater", id="a negative paragraph"
        ),
        pytest.param(ENTRY, _replace("paragraph = 2", "page = 2"), "page", "Extra inputs", id="an unknown key"),
        pytest.param(ENTRY, _replace("value = ", "amount = "), "amount", "Extra inputs", id="a misspelt key"),
        pytest.param(ENTRY, _replace('unit = "t"', 'unit = "pound"'), "unit", "no unit 'pound'", id="an unknown unit"),
        pytest.param(ENTRY, _replace('unit = "t"\n', ""), "", "value and unit go together", id="a value without unit"),
        pytest.param(ENTRY, _replace("[ar]", "[arabic]"), "ar", "language is missing", id="a missing language"),
        pytest.param(
            ENTRY, _replace('["nickel"]', '["nickle"]'), "match.needs", "no concept 'nickle'", id="an unknown concept"
        ),
        pytest.param(ENTRY, _replace('["nickel"]', '["price"]'), "match.needs", "foreign", id="a foreign concept"),
        pytest.param(
            ENTRY, _replace("{value}", "{amount}"), "en.answer", "{amount} is no field", id="an unknown placeholder"
        ),
        pytest.param(ENTRY, _replace("{value}", ""), "en.answer", "is not shown", id="an answer without its figure"),
        pytest.param(ENTRY, _replace("[{value}", "{value}"), "en.answer", "unbalanced", id="a lone bracket"),
        pytest.param(
            "limits.toml", _replace("answer = 0", "answer = 7"), "answer", "less than", id="a limit above one"
        ),
        pytest.param(
            "knowledge.toml",
            _replace('default_language = "en"', 'default_language = "xx"'),
            "default_language",
            "not among",
            id="an unknown default",
        ),
        pytest.param(
            "messages/en.toml", _replace("thanks = ", "thnks = "), "thanks", "Field required", id="a missing message"
        ),
        pytest.param(
            "messages/en.toml",
            _replace("{title}", "{titel}"),
            "source",
            "{titel} is not known",
            id="a misspelt placeholder of a message",
        ),
        pytest.param(
            "lexicon/en.toml",
            _replace("[forms]", "[forms]\nnonsense = ['blah']"),
            "forms.nonsense",
            "no concept 'nonsense'",
            id="a form of no concept",
        ),
        pytest.param(
            "lexicon/en.toml",
            _replace("[numerals]", "[numerals]\nnickel = 2"),
            "forms.nickel and numerals",
            "means two things",
            id="a word of two meanings",
        ),
    ],
)
def test_a_fault_is_told_with_its_place(
    folder: Path, file: str, change: Callable[[str], str], place: str, expected_error: str
) -> None:
    """Each kind of fault is refused, naming its file and the key inside it."""
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert change(text) != text
    path.write_text(change(text), encoding="utf-8")
    assert any(
        problem.file == file and problem.place == place and expected_error in problem.message
        for problem in _problems(folder)
    ), "\n".join(map(str, _problems(folder)))


def test_all_faults_are_told_at_once(folder: Path) -> None:
    """Faults in several files are reported together."""
    for name in ("nickel-output", "copper-output"):
        path = folder / f"entries/production/{name}.toml"
        path.write_text(
            path.read_text(encoding="utf-8").replace("paragraph = 2", 'paragraph = "two"'), encoding="utf-8"
        )
    assert {Path(problem.file).stem for problem in _problems(folder)} == {"nickel-output", "copper-output"}


def test_two_entries_may_not_claim_one_question(folder: Path) -> None:
    """The same question in two entries is refused, whatever its case and punctuation."""
    other = folder / "entries/production/copper-output.toml"
    text = other.read_text(encoding="utf-8")
    first = load_knowledge(folder).entries["nickel-output"].wordings["en"].questions[0]
    other.write_text(text.replace("questions = [\n", f'questions = [\n  "{first.upper()}",\n', 1), encoding="utf-8")
    assert any("claims the same question" in problem.message for problem in _problems(folder))


def test_one_id_belongs_to_one_entry(folder: Path) -> None:
    """Two files of one name in different topics are refused."""
    text = (folder / ENTRY).read_bytes()
    (folder / "entries/city/nickel-output.toml").write_bytes(text)
    assert any("exists already" in problem.message for problem in _problems(folder))


@pytest.mark.parametrize(
    ("content", "expected_error"),
    [
        pytest.param(b"\xff\xfe", "not UTF-8", id="another encoding"),
        pytest.param(b"a = " + b"[" * 100_000, "nested too deeply", id="deep nesting"),
        pytest.param(b"#" * (4 * 2**20 + 1), "larger than 4 MiB", id="huge"),
    ],
)
def test_an_unreadable_file_is_a_problem_of_its_own(folder: Path, content: bytes, expected_error: str) -> None:
    """A file that can't be read as TOML is reported, and harms nothing else."""
    (folder / ENTRY).write_bytes(content)
    assert any(problem.file == ENTRY and expected_error in problem.message for problem in _problems(folder))


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    """A directory without knowledge.toml is refused, saying how to name another."""
    (problem,) = _problems(tmp_path)
    assert "there is no knowledge folder" in problem.message


def test_a_broken_record_is_refused(folder: Path) -> None:
    """A proof.toml that is not a record is refused."""
    (folder / "proof.toml").write_text("entries = 3", encoding="utf-8")
    with pytest.raises(KnowledgeError):
        load_record(folder)


def test_the_version_follows_the_content(folder: Path) -> None:
    """A changed file gives another version, an unchanged folder the same."""
    before = load_knowledge(folder).version
    assert load_knowledge(folder).version == before
    path = folder / ENTRY
    path.write_text(path.read_text(encoding="utf-8") + "\n# a comment\n", encoding="utf-8")
    assert load_knowledge(folder).version != before
