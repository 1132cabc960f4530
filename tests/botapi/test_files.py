"""Photos and documents are taken, refused and given back as Telegram does it."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.botapi import Person
    from tests.botapi.caller import Caller


def png(width: int, height: int) -> bytes:
    """Return the beginning of a PNG of this size."""
    return b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + struct.pack(">II", width, height) + b"\0" * 8


def test_a_document_can_be_sent_again_and_downloaded(bot: Caller, alice: Person) -> None:
    """An upload gets an id that sends it again and leads to its bytes."""
    files = {"document": ("a.txt", b"hello")}
    result = bot.call_multipart(
        "sendDocument", files, chat_id=str(alice.id), caption="<b>x</b>", parse_mode="HTML"
    ).result
    assert (result["caption"], result["caption_entities"][0]["type"]) == ("x", "bold")
    file_id = result["document"]["file_id"]
    assert bot.call("sendDocument", chat_id=alice.id, document=file_id).result["document"]["file_id"] == file_id
    path = bot.call("getFile", file_id=file_id).result["file_path"]
    assert bot.get(f"/file/bot{bot.token}/{path}") == (200, b"hello")
    assert bot.get(f"/file/bot{bot.token}/nothing")[0] == 404


def test_a_photo_must_be_an_image_of_a_sane_size(bot: Caller, alice: Person) -> None:
    """A photo is an image, not too big and not too stretched."""
    chat = str(alice.id)
    result = bot.call_multipart("sendPhoto", {"photo": ("a.png", png(800, 600))}, chat_id=chat).result
    assert (result["photo"][0]["width"], result["photo"][0]["height"]) == (800, 600)
    for content, description in (
        (b"text", "IMAGE_PROCESS_FAILED"),
        (png(9000, 2000), "PHOTO_INVALID_DIMENSIONS"),
        (png(2100, 100), "PHOTO_INVALID_DIMENSIONS"),
        (b"", "file must be non-empty"),
    ):
        answer = bot.call_multipart("sendPhoto", {"photo": ("a.png", content)}, chat_id=chat)
        assert answer.refusal == (400, f"Bad Request: {description}")


@pytest.mark.parametrize(
    ("document", "description"),
    [
        pytest.param("", "there is no document in the request", id="none"),
        pytest.param("attach://x", "there is no document in the request", id="not-attached"),
        pytest.param("xyz", "wrong file identifier/HTTP URL specified", id="unknown-id"),
        pytest.param("https://example.com/a", "failed to get HTTP URL content", id="address"),
    ],
)
def test_documents_that_are_refused(bot: Caller, alice: Person, document: str, description: str) -> None:
    """A document is attached, or named by an id that exists."""
    answer = bot.call("sendDocument", chat_id=alice.id, document=document)
    assert answer.refusal == (400, f"Bad Request: {description}")


def test_a_caption_has_its_own_limit(bot: Caller, alice: Person) -> None:
    """A caption may have 1024 characters."""
    files = {"document": ("a.txt", b"hello")}
    assert bot.call_multipart("sendDocument", files, chat_id=str(alice.id), caption="a" * 1024).status == 200
    answer = bot.call_multipart("sendDocument", files, chat_id=str(alice.id), caption="a" * 1025)
    assert answer.refusal == (400, "Bad Request: message caption is too long")


def test_an_unknown_file_is_refused(bot: Caller) -> None:
    """GetFile needs an id that exists."""
    assert bot.call("getFile", file_id="x").refusal == (400, "Bad Request: invalid file_id")
    assert bot.call("getFile").refusal == (400, "Bad Request: file_id not specified")
