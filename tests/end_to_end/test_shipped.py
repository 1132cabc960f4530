"""The program with the knowledge that it ships, in every language of it."""

from collections.abc import Iterator

import pytest

from bot.knowledge.loading import load_knowledge, shipped_knowledge
from bot.knowledge.model import Knowledge
from tests.botapi import BotApiServer
from tests.end_to_end.program import Program, running, settings_for

KNOWLEDGE = load_knowledge(shipped_knowledge())


@pytest.fixture(scope="module")
def program(server: BotApiServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """Return a bot on the shipped knowledge, proven by the record."""
    settings = settings_for(server, BOT_RATE_LIMIT="0")
    shipped = {name: value for name, value in settings.items() if name not in {"KNOWLEDGE_DIR", "ARTICLES_DIR"}}
    with running(shipped, tmp_path_factory.mktemp("shipped")) as program:
        yield program


@pytest.mark.usefixtures("program")
@pytest.mark.parametrize("language", KNOWLEDGE.languages)
def test_question_in_each_language_gets_its_cited_figure(
    server: BotApiServer, knowledge: Knowledge, language: str
) -> None:
    """A known question of every entry is answered in its language: one run in bold, and the figure as printed below."""
    # Somebody new for each, so that no question is taken for a continuation of another.
    askers = {entry: server.add_user("Asker", language_code=language) for entry in knowledge.entries}
    for entry, asker in askers.items():
        asker.say(knowledge.entries[entry].wordings[language].questions[0])
    for entry, asker in askers.items():
        reply = asker.private.next_reply()
        assert len(reply.marked("bold")) == 1, (entry, reply.text)
        (source,) = reply.marked("expandable_blockquote")
        assert knowledge.entries[entry].printed in source.replace("\u2068", "").replace("\u2069", "")


@pytest.mark.usefixtures("program")
@pytest.mark.parametrize("language", KNOWLEDGE.languages)
def test_menus_and_help_are_taken_by_telegram(server: BotApiServer, language: str) -> None:
    """The help, the language menu and the words for odd messages arrive in each language."""
    asker = server.add_user("Asker", language_code=language)
    for text in ("/start", "/help", "/language", "/ask", "👍", "/reload"):
        asker.say(text)
        assert asker.private.next_reply().text
    assert [call for call in server.refused if call.chat_id == asker.id] == []
