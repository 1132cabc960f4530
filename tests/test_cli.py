"""The command line: what each command prints, where it complains, and with which exit code it ends."""

import io
import json
import os
import shutil
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.answering.engine import Engine
from bot.answering.reply import Reply
from bot.cli import main
from bot.curation import proven, start
from bot.knowledge.proof import write_record
from bot.terminal import converse
from tests.answering.orchard import ARTICLES, KNOWLEDGE

ROOT = Path(__file__).parent.parent
PLUMS = "How many tonnes of plums do the orchards gather?"
PLUMS_ANSWER = (
    "The orchards of Marl bring in 950 tonnes of plums a year.\n"
    "Source: The Orchards of Marl, The Marl Courier, June 4, 2021, paragraph 1; printed there: “950 tonnes of plums”\n"
)
_SETTINGS = ("BOT_TOKEN", "BOT_ADMINS", "KNOWLEDGE_DIR", "ARTICLES_DIR", "LC_ALL", "LC_MESSAGES", "LANG")


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in _SETTINGS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def orchard(tmp_path: Path) -> Path:
    """Return a copy of the orchard's folder with its proof recorded, that a test may break."""
    folder = Path(shutil.copytree(KNOWLEDGE, tmp_path / "orchard"))
    write_record(folder, proven(folder, ARTICLES))
    return folder


def _run(*arguments: str | Path, text: str | bytes = "") -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments], input=text)


def _environment(**settings: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in _SETTINGS}
    return {**kept, "PYTHONPATH": str(ROOT), **settings}


def _process(*arguments: str | Path, text: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
    """Run the real program; its output is read as UTF-8, whatever the environment says."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *map(str, arguments)],
        input=text,
        capture_output=True,
        encoding="utf-8",
        check=False,
        env=_environment(**settings),
    )


# -- ask --------------------------------------------------------------------


def test_ask_prints_what_the_asker_sees(orchard: Path) -> None:
    """`ask` prints the reply's text and nothing else, without colours where there is no terminal."""
    result = _run("ask", PLUMS, "--knowledge", orchard)
    assert (result.exit_code, result.stdout, result.stderr) == (0, PLUMS_ANSWER, "")


@pytest.mark.parametrize(
    ("question", "shown"),
    [
        pytest.param("harvest", "• Harvest of pears\n• Harvest of plums\n", id="choices"),
        pytest.param("plums in Norway", "The articles are about Marl only.\n", id="unknown"),
        pytest.param("hello", "Hello! Ask me about the orchards of Marl.\n", id="social"),
        pytest.param("", "Please ask in words.\n", id="an empty question"),
        pytest.param("🙂", "Please ask in words.\n", id="an emoji"),
        pytest.param("pears " * 1_667, "Please shorten your question.\n", id="ten thousand characters"),
        pytest.param("李子的收成", "马尔的果园每年收获950吨李子。\n", id="Chinese"),
    ],
)
def test_ask_answers_every_kind_of_question(orchard: Path, question: str, shown: str) -> None:
    """Every outcome is a reply with exit code zero."""
    result = _run("ask", question, "--knowledge", orchard)
    assert result.exit_code == 0
    assert shown in result.stdout


def test_ask_reads_the_question_from_the_input(orchard: Path) -> None:
    """Without a question as an argument the whole input is the question."""
    assert _run("ask", "--knowledge", orchard, text=PLUMS + "\n").stdout == PLUMS_ANSWER


def test_ask_takes_the_askers_language_as_a_hint(orchard: Path) -> None:
    """`--language` serves where the question's own language does not tell."""
    assert "文章" in _run("ask", "2019", "--language", "zh-TW", "--knowledge", orchard).stdout
    assert _run("ask", PLUMS, "--language", "zh-TW", "--knowledge", orchard).stdout == PLUMS_ANSWER


def test_ask_proves_from_the_articles(orchard: Path) -> None:
    """With the articles' texts at hand the figures are proven by them, recorded or not."""
    (orchard / "proof.toml").unlink()
    assert _run("ask", PLUMS, "--knowledge", orchard, "--articles", ARTICLES).stdout == PLUMS_ANSWER
    refused = _run("ask", PLUMS, "--knowledge", orchard)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "nickelbot check --articles DIR --record" in refused.stderr


def test_the_folder_may_be_set_in_the_environment(orchard: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """KNOWLEDGE_DIR names the folder where --knowledge does not; the option is stronger."""
    monkeypatch.setenv("KNOWLEDGE_DIR", str(orchard))
    assert _run("ask", PLUMS).stdout == PLUMS_ANSWER
    monkeypatch.setenv("KNOWLEDGE_DIR", str(orchard.parent / "nowhere"))
    assert _run("ask", PLUMS, "--knowledge", orchard).stdout == PLUMS_ANSWER
    assert "there is no knowledge folder at" in _run("ask", PLUMS).stderr


def test_ask_jsonl_answers_line_by_line(orchard: Path) -> None:
    """`ask --jsonl` writes an object for each line of the input, errors among them."""
    lines = [json.dumps({"id": "1", "question": PLUMS}), "nonsense", json.dumps({"id": "3", "question": "梨"})]
    result = _run("ask", "--jsonl", "--knowledge", orchard, text="\n".join(lines))
    replies = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 0
    assert [(reply["id"], reply["outcome"]) for reply in replies] == [
        ("1", "answer"),
        (None, "error"),
        ("3", "choices"),
    ]


def test_ask_jsonl_survives_bytes_that_are_no_text(orchard: Path) -> None:
    """A line that is not UTF-8 gets a reply or an error, and the run goes on."""
    good = json.dumps({"id": "2", "question": PLUMS}).encode()
    result = _run("ask", "--jsonl", "--knowledge", orchard, text=b'{"id": "1", "question": "\xff"}\n' + good)
    assert result.exit_code == 0
    assert [json.loads(line)["id"] for line in result.stdout.splitlines()] == ["1", "2"]


def test_each_line_is_answered_before_the_next_is_written(orchard: Path) -> None:
    """Another program can hold a conversation over pipes: each reply is flushed at once."""
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "ask", "--jsonl", "--knowledge", str(orchard)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        env=_environment(),
    ) as program:
        assert program.stdin is not None
        assert program.stdout is not None
        for number in range(3):
            print(json.dumps({"id": str(number), "question": PLUMS}), file=program.stdin, flush=True)
            assert json.loads(program.stdout.readline())["id"] == str(number)
        program.stdin.close()
        assert program.wait(timeout=60) == 0


@pytest.mark.parametrize("settings", [{"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C"}], ids=["ascii", "C locale"])
def test_the_real_program_writes_utf_8(orchard: Path, settings: dict[str, str]) -> None:
    """Started as a process, the program writes UTF-8 whatever the environment's encoding is."""
    result = _process("ask", "李子的收成", "--knowledge", orchard, **settings)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("马尔的果园每年收获950吨李子。\n")


def test_the_shipped_knowledge_is_the_default() -> None:
    """Without a folder the program answers from the one that comes with it."""
    result = _process("ask", "How much nickel does Jinchuan produce?")
    assert result.returncode == 0
    assert "200,000" in result.stdout


# -- a folder that can't be used --------------------------------------------


def _break(folder: Path) -> None:
    path = folder / "entries/harvest/plum-harvest.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("value = 950", "value = 960"), encoding="utf-8")


def _break_toml(folder: Path) -> None:
    (folder / "lexicon/en.toml").write_text("forms = [", encoding="utf-8")


@pytest.mark.parametrize(
    "command", [["ask", PLUMS], ["ask", "--jsonl"], ["chat"], ["explain", PLUMS], ["export", "--jsonl"], ["check"]]
)
@pytest.mark.parametrize(
    ("change", "problem"),
    [
        pytest.param(_break, "plum-harvest.toml: printed: changed since it was proven", id="a changed figure"),
        pytest.param(_break_toml, "lexicon/en.toml: broken TOML", id="broken TOML"),
    ],
)
def test_a_folder_with_a_problem_is_refused(orchard: Path, command: list[str], change: object, problem: str) -> None:
    """Every command refuses a folder with a problem, says which, and ends with exit code one."""
    assert callable(change)
    change(orchard)
    result = _run(*command, "--knowledge", orchard)
    assert (result.exit_code, result.stdout) == (1, "")
    assert problem in result.stderr
    assert "Traceback" not in result.stderr


# -- chat -------------------------------------------------------------------


def _chat(orchard: Path, *lines: str) -> list[str]:
    """Return what is shown for each line of a piped conversation."""
    result = _run("chat", "--knowledge", orchard, text="".join(line + "\n" for line in lines))
    assert result.exit_code == 0, result.output
    shown = ("\n" + result.stdout).split("\n> ")[1:]
    assert [block.split("\n", 1)[0] for block in shown] == [line for line in lines if line.strip()]
    return [block.split("\n", 1)[1].strip() for block in shown]


def test_a_piped_chat_shows_questions_and_replies(orchard: Path) -> None:
    """Piped questions are repeated behind a prompt, each with its reply below and an empty line after it."""
    result = _run("chat", "--knowledge", orchard, text=f"{PLUMS}\n\nhello")
    assert result.stdout == (f"> {PLUMS}\n{PLUMS_ANSWER}\n> hello\nHello! Ask me about the orchards of Marl.\n\n")


def test_choices_are_numbered_and_picked_by_number(orchard: Path) -> None:
    """Choices have numbers, and a number picks its entry."""
    choices, second = _chat(orchard, "harvest", "2")
    assert "1. Harvest of pears" in choices
    assert "2. Harvest of plums" in choices
    assert second + "\n" == PLUMS_ANSWER


@pytest.mark.parametrize("number", ["0", "3", "99999999999999999999"])
def test_a_number_that_was_not_offered_is_a_question(orchard: Path, number: str) -> None:
    """A number beyond the choices is taken for a question, and answered as one."""
    _, reply = _chat(orchard, "harvest", number)
    assert "The articles" in reply


def test_a_number_without_choices_is_a_question(orchard: Path) -> None:
    """After an answer there is nothing to pick."""
    *_, reply = _chat(orchard, "harvest", PLUMS, "1")
    assert "tonnes" not in reply


@pytest.mark.parametrize(
    ("lines", "figure"),
    [
        pytest.param(["How much is the pear harvest?", "and the plums?"], "950 tonnes", id="after an answer"),
        pytest.param(["harvest", "1", "what about the goal?"], "6,500 tonnes", id="after a picked choice"),
        pytest.param(
            ["How much is the pear harvest?", "/help", "and the plums?"], "950 tonnes", id="a command between"
        ),
    ],
)
def test_a_chat_is_a_conversation(orchard: Path, lines: list[str], figure: str) -> None:
    """Follow-ups complete what was shown last."""
    assert figure in _chat(orchard, *lines)[-1]


def test_the_language_of_a_chat_can_be_chosen(orchard: Path) -> None:
    """`/language` sets the language of the replies, and back to that of each question."""
    chosen, reply, automatic, again = _chat(orchard, "/language zh", PLUMS, "/language auto", PLUMS)
    assert chosen.endswith("以后用中文回答。")
    assert reply.startswith("马尔的果园每年收获950吨李子。")
    assert automatic == "From now on I answer in the language of the question."
    assert again + "\n" == PLUMS_ANSWER


@pytest.mark.parametrize("command", ["/language", "/language sw", "/language zh en"])
def test_the_languages_are_listed(orchard: Path, command: str) -> None:
    """`/language` without one of the folder's languages lists them."""
    (shown,) = _chat(orchard, command)
    assert shown.splitlines()[0] == "Choose a language:"
    assert "/language en  English" in shown
    assert "/language zh  中文" in shown
    assert "/language auto" in shown


@pytest.mark.parametrize("command", ["/help", "/start", "/nonsense", "/"])
def test_other_commands_show_the_help(orchard: Path, command: str) -> None:
    """`/help`, and whatever is no command, shows what the bot knows."""
    (shown,) = _chat(orchard, command)
    assert shown == "I know what the articles tell about the orchards of Marl."


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        pytest.param({"LANG": "zh_CN.UTF-8"}, "文章", id="from the locale"),
        pytest.param({"LANG": "en_GB.UTF-8", "LC_ALL": "zh_CN"}, "文章", id="the stronger setting"),
        pytest.param({"LC_ALL": "C.UTF-8", "LANG": "zh_CN"}, "文章", id="a locale of no language is passed over"),
        pytest.param({"LC_ALL": "C"}, "The articles", id="none"),
    ],
)
def test_the_terminals_language_is_a_hint(
    orchard: Path, monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], expected: str
) -> None:
    """The locale's language serves where the question's own does not tell."""
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    assert expected in _chat(orchard, "2019")[0]


@pytest.mark.parametrize("text", ["", "\n\n  \n"], ids=["empty", "blank"])
def test_an_empty_input_shows_one_exchange(text: str) -> None:
    """A newcomer who starts the program without input sees how to run it, and one real answer with its source."""
    result = _run(text=text)
    assert result.exit_code == 0
    assert "BOT_TOKEN" in result.stdout
    assert "\n> " in result.stdout
    assert "\nSource: " in result.stdout


def test_the_exchange_is_about_the_folders_own_subject(orchard: Path) -> None:
    """Another folder shows an exchange of its own: the program knows no subject."""
    result = _run("chat", "--knowledge", orchard, text="")
    assert "\nSource: " in result.stdout
    assert "nickel" not in result.stdout.lower()


class _Terminal(io.StringIO):
    """Input that says it is a terminal."""

    def isatty(self) -> bool:
        """Say so."""
        return True


def _interact(engine: Engine, text: str, capsys: pytest.CaptureFixture[str], language: str | None = None) -> str:
    def show(reply: Reply) -> None:
        print(reply.text)  # noqa: T201 - as the command line does

    converse(engine, _Terminal(text), language=language, show=show)
    return capsys.readouterr().out


def test_a_terminal_gets_hints_and_prompts(capsys: pytest.CaptureFixture[str]) -> None:
    """On a terminal the chat opens with how to run the bot and what it knows, then prompts for each line."""
    out = _interact(start(KNOWLEDGE, ARTICLES), "harvest\n2\n", capsys)
    assert "BOT_TOKEN" in out.splitlines()[0]
    assert "I know what the articles tell about the orchards of Marl." in out
    assert out.count("> ") == 3
    assert "> harvest" not in out
    assert "950 tonnes of plums" in out


def test_a_terminal_is_greeted_in_its_language(capsys: pytest.CaptureFixture[str]) -> None:
    """The help at the start comes in the terminal's language, and no exchange is shown where none was asked for."""
    out = _interact(start(KNOWLEDGE, ARTICLES), "", capsys, language="zh")
    assert "我知道文章里关于马尔果园的内容。" in out
    assert "Source" not in out
    assert "来源" not in out


# -- check ------------------------------------------------------------------


def test_check_passes_a_good_folder(orchard: Path) -> None:
    """`check` tells how much was checked, on the recorded proof or on the texts."""
    recorded = _run("check", "--knowledge", orchard)
    assert (recorded.exit_code, recorded.stderr) == (0, "")
    assert recorded.stdout.startswith("9 entries in 2 languages, 36 known questions, every figure as recorded")
    proof = _run("check", "--knowledge", orchard, "--articles", ARTICLES)
    assert "proven from the articles" in proof.stdout


def test_check_lists_every_problem(orchard: Path) -> None:
    """`check` lists each problem on a line of its own, counts them, and ends with exit code one."""
    _break(orchard)
    path = orchard / "entries/grounds/bee-houses.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('"十二座蜂房"', '"十三座蜂房"'), encoding="utf-8")
    result = _run("check", "--knowledge", orchard)
    *problems, count = result.stderr.splitlines()
    assert result.exit_code == 1
    assert [problem.split(": ", 1)[0] for problem in problems] == [
        "entries/grounds/bee-houses.toml",
        "entries/harvest/plum-harvest.toml",
    ]
    assert count == f"2 problems in {orchard}"


def test_check_rehearses_the_known_questions(orchard: Path) -> None:
    """`check` finds a known question that the live matcher does not give its own entry."""
    path = orchard / "entries/harvest/plum-harvest.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"tonnes of plums a year"', '"tonnes of cherries a year"'), encoding="utf-8")
    result = _run("check", "--knowledge", orchard)
    assert result.exit_code == 1
    assert "plum-harvest.toml: en.questions[1]: the question 'tonnes of cherries a year' gets nothing" in result.stderr
    assert "1 problem in" in result.stderr


def test_check_records_what_it_proved(orchard: Path) -> None:
    """`check --record` writes the proof, so that the folder is good without the texts; a later change is found."""
    (orchard / "proof.toml").unlink()
    assert _run("check", "--knowledge", orchard).exit_code == 1
    assert _run("check", "--record", "--knowledge", orchard, "--articles", ARTICLES).exit_code == 0
    assert _run("check", "--knowledge", orchard).exit_code == 0
    _break(orchard)
    assert _run("check", "--knowledge", orchard).exit_code == 1


def test_check_records_nothing_that_it_could_not_prove(orchard: Path) -> None:
    """A folder that the texts do not bear out leaves the record as it was."""
    before = (orchard / "proof.toml").read_bytes()
    _break(orchard)
    result = _run("check", "--record", "--knowledge", orchard, "--articles", ARTICLES)
    assert result.exit_code == 1
    assert "plum-harvest.toml: value: 960 is not the printed '950'" in result.stderr
    assert (orchard / "proof.toml").read_bytes() == before


def test_check_records_only_from_the_texts(orchard: Path) -> None:
    """`check --record` without the texts is a misuse, and says what is missing."""
    before = (orchard / "proof.toml").read_bytes()
    result = _run("check", "--record", "--knowledge", orchard)
    assert result.exit_code == 2
    assert "--articles" in result.stderr
    assert (orchard / "proof.toml").read_bytes() == before


@pytest.mark.parametrize("command", [["check"], ["ask", PLUMS]])
def test_missing_texts_are_told(orchard: Path, command: list[str], tmp_path: Path) -> None:
    """A folder of texts that lacks an article is told, with the article's file."""
    (tmp_path / "texts").mkdir()
    shutil.copy(ARTICLES / "orchard-page.txt", tmp_path / "texts")
    result = _run(*command, "--knowledge", orchard, "--articles", tmp_path / "texts")
    assert result.exit_code == 1
    assert "articles/orchard-report.toml: " in result.stderr
    assert "can't be read" in result.stderr


# -- explain, export ---------------------------------------------------------


def test_explain_shows_every_step(orchard: Path) -> None:
    """`explain` shows language, pieces, entries, limits and outcome."""
    result = _run("explain", "plmu harvest in 2019", "--knowledge", orchard)
    lines = result.stdout.splitlines()
    assert result.exit_code == 0
    assert lines[0] == "language   en (read: en)"
    assert any(line.split() == ["plmu", "concept", "plum", "(0.68)"] for line in lines)
    assert "    forbidden by '2019' (year)" in lines
    assert lines[-1] == "outcome    unknown (other-year)"


def test_export_writes_every_known_question(orchard: Path) -> None:
    """`export --jsonl` writes entry, language and question of every known question, once each."""
    result = _run("export", "--jsonl", "--knowledge", orchard)
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 0
    assert len(rows) == 36
    assert {tuple(row) for row in rows} == {("entry", "language", "question")}
    assert {"entry": "bee-houses", "language": "zh", "question": "蜂房有多少座"} in rows
    assert len({(row["language"], row["question"]) for row in rows}) == len(rows)


def test_what_export_writes_is_answered(orchard: Path) -> None:
    """Every exported question, asked again, is answered with its own entry."""
    rows = [json.loads(line) for line in _run("export", "--jsonl", "--knowledge", orchard).stdout.splitlines()]
    lines = "\n".join(json.dumps({"id": row["entry"], "question": row["question"]}) for row in rows)
    replies = [
        json.loads(line) for line in _run("ask", "--jsonl", "--knowledge", orchard, text=lines).stdout.splitlines()
    ]
    assert [[answer["entry"] for answer in reply["answers"]] for reply in replies] == [[row["entry"]] for row in rows]


def test_export_names_its_format(orchard: Path) -> None:
    """`export` without a format is a misuse."""
    assert _run("export", "--knowledge", orchard).exit_code == 2


# -- run, and no command at all ----------------------------------------------


def test_run_needs_a_token() -> None:
    """`run` without a token ends with a message that says how to get one."""
    result = _run("run")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "BOT_TOKEN is not set" in result.stderr
    assert "@BotFather" in result.stderr


@pytest.mark.parametrize("arguments", [["run"], []], ids=["run", "no command"])
def test_wrong_settings_are_told_without_their_values(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings that can't be used are told all at once, never with a value; with a token set, no command is `run`."""
    monkeypatch.setenv("BOT_TOKEN", "no-token-at-all")
    monkeypatch.setenv("BOT_ADMINS", "somebody")
    result = _run(*arguments, text="hello\n")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "BOT_TOKEN" in result.stderr
    assert "BOT_ADMINS" in result.stderr
    assert "no-token-at-all" not in result.stderr
    assert "somebody" not in result.stderr


def test_without_a_command_and_a_token_the_chat_starts(orchard: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a command the program is the terminal chat where no token is set."""
    monkeypatch.setenv("KNOWLEDGE_DIR", str(orchard))
    assert PLUMS_ANSWER in _run(text=PLUMS + "\n").stdout


def test_the_version_is_told() -> None:
    """`--version` names the version and ends, where the program is installed."""
    try:
        installed = version("nickel-capital-bot")
    except PackageNotFoundError:
        pytest.skip("the program runs from a checkout that is not installed")
    result = _run("--version")
    assert result.exit_code == 0
    assert installed in result.stdout


def test_a_wrong_command_is_a_misuse() -> None:
    """A command that does not exist is refused with exit code two."""
    result = _run("anwser")
    assert result.exit_code == 2
    assert "anwser" in result.stderr


@pytest.fixture(scope="module")
def shown() -> str:
    """Return the program's help."""
    return _run("--help").stdout


@pytest.mark.parametrize("command", ["run", "ask", "chat", "check", "explain", "export"])
def test_help_names_every_command(shown: str, command: str) -> None:
    """`--help` lists the commands, and each explains itself."""
    assert f"  {command} " in shown
    assert _run(command, "--help").exit_code == 0
