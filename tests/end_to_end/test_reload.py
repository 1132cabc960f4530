"""The admins' /reload, with a folder that they change."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.botapi import BotApiServer, Person
from tests.end_to_end.conftest import ADMIN
from tests.end_to_end.program import Program, running, settings_for
from tests.telegram.lighthouse import ARTICLES, KNOWLEDGE

ENTRY = "entries/tower/tower-height.toml"


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a directory with a copy of the knowledge and of the articles."""
    directory = tmp_path_factory.mktemp("folders")
    shutil.copytree(KNOWLEDGE, directory / "knowledge")
    shutil.copytree(ARTICLES, directory / "articles")
    return directory


@pytest.fixture(scope="module")
def program(server: BotApiServer, folders: Path) -> Iterator[Program]:
    """Return a bot on the copy."""
    settings = settings_for(
        server,
        BOT_ADMINS=f"{ADMIN}, 4000002",
        KNOWLEDGE_DIR=str(folders / "knowledge"),
        ARTICLES_DIR=str(folders / "articles"),
    )
    with running(settings, folders) as program:
        yield program


@pytest.fixture(scope="module")
def admin(server: BotApiServer) -> Person:
    """Return one of the admins."""
    return server.add_user("Ada", id=ADMIN, language_code="en")


@pytest.fixture
def entry(folders: Path, admin: Person, program: Program) -> Iterator[Path]:
    """Return an entry's file, which is live again as it was when the test is over."""
    path = folders / "knowledge" / ENTRY
    before = path.read_text()
    yield path
    shutil.copytree(KNOWLEDGE, folders / "knowledge", dirs_exist_ok=True)
    path.write_text(before)
    admin.say("/reload")
    admin.private.next_reply()
    assert program.log


def test_good_folder_goes_live_and_is_reported(entry: Path, admin: Person, alice: Person) -> None:
    """A valid change is live after /reload, and the report counts and names what changed."""
    entry.write_text(entry.read_text().replace("[{value} metres] high", "[{value} metres] tall"))
    admin.say("/reload")
    report = admin.private.next_reply().text
    assert "0 added, 1 changed, 0 removed" in report
    assert "~ tower-height" in report
    alice.say("How high is the tower?")
    assert "tall" in alice.private.next_reply().text


def test_unchanged_folder_is_said_to_be_so(entry: Path, admin: Person) -> None:
    """/reload without a change says that nothing changed."""
    assert entry.exists()
    admin.say("/reload")
    assert admin.private.next_reply().text.startswith("Nothing changed")


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        pytest.param("value = 43", "value = 44", "value", id="another value"),
        pytest.param("43 metres", "34 metres", "printed", id="another figure"),
        pytest.param("[match]", "[match", "broken TOML", id="broken file"),
        pytest.param("height of the lighthouse", "price of the flibbertigibbet", "questions", id="failing rehearsal"),
        pytest.param('label = "Height of the tower"', 'labels = "x"', "labels", id="unknown key"),
    ],
)
def test_broken_folder_leaves_the_old_one_live(
    entry: Path, admin: Person, alice: Person, old: str, new: str, place: str
) -> None:
    """A folder with faults is not taken: the report names file and place, and the old answers stay."""
    entry.write_text(entry.read_text().replace(old, new))
    admin.say("/reload")
    report = admin.private.next_reply().text
    assert report.startswith("Not reloaded;")
    assert ENTRY in report
    assert place in report
    alice.say("How high is the tower?")
    assert "The tower is 43 metres high." in alice.private.next_reply().text


def test_folder_that_is_gone_leaves_the_old_one_live(folders: Path, entry: Path, admin: Person, alice: Person) -> None:
    """A folder that vanishes, as while it is replaced, is reported like any fault."""
    assert entry.exists()
    (folders / "knowledge").rename(folders / "away")
    admin.say("/reload")
    report = admin.private.next_reply().text
    (folders / "away").rename(folders / "knowledge")
    assert report.startswith("Not reloaded;")
    alice.say("How high is the tower?")
    assert "43 metres" in alice.private.next_reply().text


def test_long_report_fits_one_message(entry: Path, admin: Person) -> None:
    """A report of many faults is cut at the end of a line."""
    entry.write_text("\n".join(f'key-{number} = "x"' for number in range(200)) + "\n" + entry.read_text())
    admin.say("/reload")
    report = admin.private.next_reply().text
    assert 3000 < len(report) <= 4096
    assert report.endswith("\n…")


def test_two_at_once_come_one_after_the_other(server: BotApiServer, entry: Path, admin: Person) -> None:
    """A second /reload waits for the first, and then finds nothing to do."""
    other = server.add_user("Ann", id=4_000_002, language_code="en")
    entry.write_text(entry.read_text().replace("high.", "high indeed."))
    admin.say("/reload")
    other.say("/reload")
    reports = sorted((admin.private.next_reply().text, other.private.next_reply().text))
    assert [report.split()[0] for report in reports] == ["Nothing", "Reloaded"]


def test_stranger_is_told_their_id(alice: Person) -> None:
    """Who is no admin gets one line with their own id, which an operator would need."""
    alice.say("/reload")
    assert alice.private.next_reply().text == f"Only admins may do this. Your id: {alice.id}"


def test_anonymous_group_admin_is_no_admin(server: BotApiServer, admin: Person) -> None:
    """Who hides behind a group may not reload, whoever it is."""
    group = server.add_supergroup("Harbour", [admin])
    group.send_as_anonymous_admin("/reload@nickel_test_bot")
    assert group.next_reply().text.startswith("Only admins may do this.")
