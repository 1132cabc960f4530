"""python-telegram-bot works against the server and maps its refusals to its own errors."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from telegram import (
    Bot,
    BotCommand,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputTextMessageContent,
    ReplyParameters,
    Update,
)
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from tests.botapi import BotApiServer

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


def run(scenario: Callable[[BotApiServer, Bot], Awaitable[None]], *, token: str | None = None) -> None:
    """Run a scenario with a server and PTB's bot in one event loop."""

    async def main() -> None:
        server = BotApiServer()
        await server.start()
        try:
            bot = Bot(token or server.token, base_url=server.bot_url, base_file_url=server.file_url)
            async with bot:
                await scenario(server, bot)
        finally:
            await server.stop()

    asyncio.run(main())


def test_a_conversation() -> None:
    """Update, typing, answer with a keyboard, press, answer to the press, edit: all objects are read."""

    async def scenario(server: BotApiServer, bot: Bot) -> None:
        alice = server.add_user("Alice", language_code="en")
        written = alice.say("how much nickel?")
        (update,) = await bot.get_updates(timeout=1)
        assert update.message is not None
        assert update.message.text == "how much nickel?"
        await bot.send_chat_action(alice.id, "typing")
        markup = InlineKeyboardMarkup([[InlineKeyboardButton("More", callback_data="more")]])
        message = await bot.send_message(
            alice.id,
            "<b>330,000</b> t",
            parse_mode="HTML",
            reply_markup=markup,
            reply_parameters=ReplyParameters(written.message_id),
        )
        assert message.text_html == "<b>330,000</b> t"
        reply = await alice.private.next_reply_async()
        asked = alice.press(reply, "More")
        (update,) = await bot.get_updates(offset=update.update_id + 1)
        assert update.callback_query is not None
        assert await update.callback_query.answer("Here") is True
        edited = await update.callback_query.edit_message_text("More of it")
        assert isinstance(edited, type(message))
        assert edited.reply_markup is None
        assert asked.query_id == update.callback_query.id

    run(scenario)


def test_chats_members_and_profile() -> None:
    """Full chats, members, commands and descriptions are read."""

    async def scenario(server: BotApiServer, bot: Bot) -> None:
        alice = server.add_user("Alice", started=True)
        group = server.add_group("Team", [alice])
        assert (await bot.get_me()).can_read_all_group_messages is False
        assert (await bot.get_chat(group.id)).title == "Team"
        assert (await bot.get_chat_member(group.id, alice.id)).status == "creator"
        assert len(await bot.get_chat_administrators(group.id)) == 1
        await bot.set_my_commands([BotCommand("help", "Help")], language_code="fr")
        assert (await bot.get_my_commands(language_code="fr"))[0].command == "help"
        await bot.set_my_description("Nickel")
        assert (await bot.get_my_description()).description == "Nickel"
        await bot.set_message_reaction(alice.id, alice.say("hi").message_id, "👍")
        sent = await bot.send_document(alice.id, b"hello", filename="a.txt", caption="x")
        assert sent.document is not None
        file = await bot.get_file(sent.document.file_id)
        assert bytes(await file.download_as_bytearray()) == b"hello"

    run(scenario)


def test_an_inline_answer() -> None:
    """Inline results are sent and taken."""

    async def scenario(server: BotApiServer, bot: Bot) -> None:
        alice = server.add_user("Alice")
        asked = alice.ask_inline("nickel")
        result = InlineQueryResultArticle("1", "Nickel", InputTextMessageContent("330,000 t"))
        assert await bot.answer_inline_query(asked.query_id, [result]) is True
        with pytest.raises(BadRequest, match="Query is too old"):
            await bot.answer_inline_query(asked.query_id, [result])

    run(scenario)


def test_every_kind_of_update_is_read() -> None:
    """PTB reads what the server builds for people, groups, forums and channels, and keeps unknown fields."""

    async def scenario(server: BotApiServer, bot: Bot) -> None:
        server.set_privacy(reads_all=True)
        alice, bob = server.add_user("Alice"), server.add_user("Bob")
        forum = server.add_forum("Forum", [alice])
        topic = forum.add_topic(alice, "Nickel")
        alice.send(forum, "hi", topic=topic)
        alice.edit(alice.say("a"), "b")
        alice.send_photo(alice.private, "x")
        alice.send_sticker(alice.private)
        group = server.add_group("Team", [alice])
        group.add_members(alice, [bob])
        group.pin(alice, alice.send(group, "pin me"))
        group.migrate(alice)
        server.add_channel("News").post("p")
        alice.block()
        server.raw_update({"brand_new_thing": {}})
        updates = await bot.get_updates()
        assert len(updates) == 14
        assert all(isinstance(update, Update) for update in updates)

    run(scenario)


@pytest.mark.parametrize(
    ("text", "words"),
    [("<b>", "Can't parse entities"), ("", "Message text is empty"), ("a" * 4097, "Message is too long")],
)
def test_bad_requests(text: str, words: str) -> None:
    """A 400 is PTB's BadRequest."""

    async def scenario(server: BotApiServer, bot: Bot) -> None:
        alice = server.add_user("Alice", started=True)
        with pytest.raises(BadRequest, match=words):
            await bot.send_message(alice.id, text, parse_mode="HTML")

    run(scenario)


def test_forbidden() -> None:
    """A 403 is PTB's Forbidden."""

    async def scenario(server: BotApiServer, bot: Bot) -> None:
        alice = server.add_user("Alice", started=True)
        alice.block()
        with pytest.raises(Forbidden, match="bot was blocked by the user"):
            await bot.send_message(alice.id, "a")

    run(scenario)


def test_retry_after(monkeypatch: pytest.MonkeyPatch) -> None:
    """A 429 is PTB's RetryAfter with the seconds."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")

    async def scenario(server: BotApiServer, bot: Bot) -> None:
        server.faults.too_many(retry_after=3)
        with pytest.raises(RetryAfter) as caught:
            await bot.get_me()
        assert caught.value.retry_after == timedelta(seconds=3)

    run(scenario)


def test_chat_migrated() -> None:
    """A migration is PTB's ChatMigrated with the new id."""

    async def scenario(server: BotApiServer, bot: Bot) -> None:
        alice = server.add_user("Alice")
        group = server.add_group("Team", [alice])
        new = group.migrate(alice)
        with pytest.raises(ChatMigrated) as caught:
            await bot.send_message(group.id, "a")
        assert caught.value.new_chat_id == new.id

    run(scenario)


def test_conflict() -> None:
    """A 409 is PTB's Conflict."""

    async def scenario(_server: BotApiServer, bot: Bot) -> None:
        await bot.set_webhook("http://127.0.0.1:9/x")
        with pytest.raises(Conflict):
            await bot.get_updates()
        assert (await bot.get_webhook_info()).url == "http://127.0.0.1:9/x"

    run(scenario)


def test_a_wrong_token() -> None:
    """A 401 is PTB's InvalidToken, already when the bot starts."""

    async def scenario(server: BotApiServer, bot: Bot) -> None:
        raise AssertionError((server, bot))

    with pytest.raises(InvalidToken):
        run(scenario, token="1:wrong")  # noqa: S106 - wrong on purpose


@pytest.mark.parametrize("way", ["fail", "drop_before", "drop_after", "cut_halfway"])
def test_network_trouble(way: str) -> None:
    """Broken answers and connections are PTB's NetworkError."""

    async def scenario(server: BotApiServer, bot: Bot) -> None:
        alice = server.add_user("Alice", started=True)
        getattr(server.faults, way)()
        with pytest.raises((NetworkError, TelegramError)):
            await bot.send_message(alice.id, "a")

    run(scenario)
