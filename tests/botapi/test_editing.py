"""Messages are changed and deleted under Telegram's rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.botapi import BotApiServer, MemberStatus, Person

if TYPE_CHECKING:
    from tests.botapi.caller import Caller

KEYBOARD = {"inline_keyboard": [[{"text": "a", "callback_data": "b"}]]}
NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


def sent(bot: Caller, person: Person, text: str = "<b>old</b>") -> int:
    """Send a message with a keyboard and return its id."""
    answer = bot.call("sendMessage", chat_id=person.id, text=text, parse_mode="HTML", reply_markup=KEYBOARD)
    return int(answer.result["message_id"])


def test_an_edit_replaces_the_text_and_drops_the_keyboard(bot: Caller, alice: Person) -> None:
    """An edit without reply_markup takes the keyboard away, one with it keeps it."""
    message_id = sent(bot, alice)
    kept = bot.call("editMessageText", chat_id=alice.id, message_id=message_id, text="new", reply_markup=KEYBOARD)
    assert kept.result["reply_markup"] == KEYBOARD
    result = bot.call("editMessageText", chat_id=alice.id, message_id=message_id, text="newer").result
    assert result["text"] == "newer"
    assert "edit_date" in result
    assert not {"reply_markup", "entities"} & set(result)


def test_an_edit_that_changes_nothing_is_refused(bot: Caller, alice: Person) -> None:
    """The same text, entities and keyboard are not modified, however they were written."""
    message_id = sent(bot, alice)
    answer = bot.call(
        "editMessageText",
        chat_id=alice.id,
        message_id=message_id,
        text="<strong>old</strong>",
        parse_mode="HTML",
        reply_markup=KEYBOARD,
    )
    assert answer.refusal == (400, NOT_MODIFIED)
    other = bot.call("editMessageText", chat_id=alice.id, message_id=message_id, text="old", reply_markup=KEYBOARD)
    assert other.status == 200


def test_the_keyboard_alone_can_be_edited(bot: Caller, alice: Person) -> None:
    """The keyboard is replaced or removed; removing it twice changes nothing."""
    message_id = sent(bot, alice)
    place = {"chat_id": alice.id, "message_id": message_id}
    assert bot.call("editMessageReplyMarkup", **place, reply_markup=KEYBOARD).refusal == (400, NOT_MODIFIED)
    assert "reply_markup" not in bot.call("editMessageReplyMarkup", **place).result
    assert bot.call("editMessageReplyMarkup", **place).refusal == (400, NOT_MODIFIED)


def test_an_edit_that_is_too_long_has_a_constant_for_an_error(bot: Caller, alice: Person) -> None:
    """A too long edit is worded differently from a too long message."""
    message_id = sent(bot, alice)
    answer = bot.call("editMessageText", chat_id=alice.id, message_id=message_id, text="a" * 4097)
    assert answer.refusal == (400, "Bad Request: MESSAGE_TOO_LONG")


def test_only_own_existing_messages_can_be_edited(bot: Caller, alice: Person) -> None:
    """A message that is gone, somebody else's, or not named at all is refused."""
    written = alice.say("mine")
    edit = {"chat_id": alice.id, "text": "a"}
    refusal = bot.call("editMessageText", **edit, message_id=999).refusal
    assert refusal == (400, "Bad Request: message to edit not found")
    refusal = bot.call("editMessageText", **edit, message_id=written.message_id).refusal
    assert refusal == (400, "Bad Request: message can't be edited")
    refusal = bot.call("editMessageText", text="a").refusal
    assert refusal == (400, "Bad Request: message identifier is not specified")
    refusal = bot.call("editMessageText", text="a", inline_message_id="nonsense").refusal
    assert refusal == (400, "Bad Request: MESSAGE_ID_INVALID")


def test_a_photo_has_no_text_to_edit(bot: Caller, alice: Person) -> None:
    """EditMessageText is for texts."""
    files = {"document": ("a.txt", b"hello")}
    message_id = bot.call_multipart("sendDocument", files, chat_id=str(alice.id)).result["message_id"]
    refusal = bot.call("editMessageText", chat_id=alice.id, message_id=message_id, text="a").refusal
    assert refusal == (400, "Bad Request: there is no text in the message to edit")


def test_a_blocked_bot_cannot_edit(bot: Caller, alice: Person) -> None:
    """Blocking the bot ends editing too."""
    message_id = sent(bot, alice)
    alice.block()
    answer = bot.call("editMessageText", chat_id=alice.id, message_id=message_id, text="a")
    assert answer.refusal == (403, "Forbidden: bot was blocked by the user")


def test_messages_are_deleted_once(bot: Caller, alice: Person) -> None:
    """A deleted message is gone; in private the bot may delete the user's too."""
    message_id = sent(bot, alice)
    written = alice.say("mine")
    for deleted in (message_id, written.message_id):
        assert bot.call("deleteMessage", chat_id=alice.id, message_id=deleted).result is True
        refusal = bot.call("deleteMessage", chat_id=alice.id, message_id=deleted).refusal
        assert refusal == (400, "Bad Request: message to delete not found")


def test_deleting_others_needs_an_administrator(server: BotApiServer, bot: Caller, alice: Person) -> None:
    """In a group the bot deletes others' messages only as an administrator."""
    group = server.add_group("Team", [alice])
    written = alice.send(group, "mine")
    refusal = bot.call("deleteMessage", chat_id=group.id, message_id=written.message_id).refusal
    assert refusal == (400, "Bad Request: message can't be deleted")
    group.set_bot_status(alice, MemberStatus.ADMINISTRATOR)
    assert bot.call("deleteMessage", chat_id=group.id, message_id=written.message_id).result is True
    assert not group.exists(written)


def test_old_messages_stay(server: BotApiServer, bot: Caller, alice: Person) -> None:
    """After 48 hours a message can no longer be deleted."""
    message_id = sent(bot, alice)
    server.clock.advance(48 * 3600 + 1)
    refusal = bot.call("deleteMessage", chat_id=alice.id, message_id=message_id).refusal
    assert refusal == (400, "Bad Request: message can't be deleted for everyone")


@pytest.mark.parametrize(
    ("reaction", "description"),
    [
        pytest.param([{"type": "emoji", "emoji": "🚗"}], "Bad Request: REACTION_INVALID", id="unknown"),
        pytest.param([{"type": "emoji", "emoji": "👍"}] * 2, "Bad Request: REACTIONS_TOO_MANY", id="two"),
    ],
)
def test_reactions(bot: Caller, alice: Person, reaction: list[dict[str, str]], description: str) -> None:
    """A bot reacts with one of Telegram's emoji, to a message that is there."""
    written = alice.say("hi")
    place = {"chat_id": alice.id, "message_id": written.message_id}
    assert bot.call("setMessageReaction", **place, reaction=reaction[:1] and [{"type": "emoji", "emoji": "👀"}]).result
    assert bot.call("setMessageReaction", **place, reaction=[]).result is True
    assert bot.call("setMessageReaction", **place, reaction=reaction).refusal == (400, description)
    refusal = bot.call("setMessageReaction", chat_id=alice.id, message_id=999, reaction=[]).refusal
    assert refusal == (400, "Bad Request: message to react not found")
