"""Photos and documents: uploading them, sending one again by its id, downloading."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.botapi.refusals import bad_request
from tests.botapi.sending import caption_content, deliver
from tests.botapi.state import StoredFile

if TYPE_CHECKING:
    from tests.botapi.api import Api
    from tests.botapi.json_fields import JsonObject, JsonValue
    from tests.botapi.parameters import Parameters, Upload
    from tests.botapi.state import World

MEGABYTE = 1024 * 1024
BIGGEST_PHOTO = 10 * MEGABYTE
BIGGEST_UPLOAD = 50 * MEGABYTE
BIGGEST_DOWNLOAD = 20 * MEGABYTE
# Width and height together, and how much one may exceed the other.
MOST_PIXELS_AROUND = 10_000
MOST_STRETCH = 20
IMAGE_STARTS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"BM")
PNG_HEADER_END = 24


def send_photo(api: Api, parameters: Parameters) -> JsonValue:
    """Send an image with an optional caption."""
    stored = _file_of(api, parameters, "photo")
    caption, refusal = caption_content(api, parameters)
    width, height = _size(stored.content)
    photo = [{**stored.to_json(), "width": width, "height": height}]
    refusal = refusal or _photo_refusal(stored, width, height)
    return deliver(api, parameters, {"photo": photo, **caption}, refusal=refusal)


def send_document(api: Api, parameters: Parameters) -> JsonValue:
    """Send a file with an optional caption."""
    stored = _file_of(api, parameters, "document")
    caption, refusal = caption_content(api, parameters)
    document = {**stored.to_json(), "file_name": stored.name, "mime_type": stored.content_type}
    if len(stored.content) > BIGGEST_UPLOAD:
        refusal = refusal or bad_request("file is too big")
    return deliver(api, parameters, {"document": document, **caption}, refusal=refusal)


def get_file(api: Api, parameters: Parameters) -> JsonValue:
    """Return where a file can be downloaded."""
    file_id = parameters.text("file_id")
    if not file_id:
        reason = "file_id not specified"
        raise bad_request(reason)
    stored = api.world.files.get(file_id)
    if stored is None:
        reason = "invalid file_id"
        raise bad_request(reason)
    if len(stored.content) > BIGGEST_DOWNLOAD:
        reason = "file is too big"
        raise bad_request(reason)
    return {**stored.to_json(), "file_path": stored.path}


def keep_file(world: World, upload: Upload) -> StoredFile:
    """Store a file and give it an id."""
    file_id = f"BQACAgQAAxkB{len(world.files) + 1:012d}"
    stored = StoredFile(file_id=file_id, content=upload.content, name=upload.name, content_type=upload.content_type)
    world.files[file_id] = stored
    return stored


def _file_of(api: Api, parameters: Parameters, name: str) -> StoredFile:
    given = parameters.text(name)
    attached = given.removeprefix("attach://") if given.startswith("attach://") else name
    upload = parameters.files.get(attached)
    if upload is not None:
        if not upload.content:
            reason = "file must be non-empty"
            raise bad_request(reason)
        return keep_file(api.world, upload)
    if not given or given.startswith("attach://"):
        reason = f"there is no {name} in the request"
        raise bad_request(reason)
    if given.startswith(("http://", "https://")):
        # The tests stay on this machine: nothing behind an address can be fetched.
        reason = "failed to get HTTP URL content"
        raise bad_request(reason)
    if given not in api.world.files:
        reason = "wrong file identifier/HTTP URL specified"
        raise bad_request(reason)
    return api.world.files[given]


def _photo_refusal(stored: StoredFile, width: int, height: int) -> Exception | None:
    if not stored.content.startswith(IMAGE_STARTS):
        return bad_request("IMAGE_PROCESS_FAILED")
    if len(stored.content) > BIGGEST_PHOTO:
        return bad_request("file is too big")
    stretched = max(width, height) > MOST_STRETCH * min(width, height)
    if width + height > MOST_PIXELS_AROUND or stretched:
        return bad_request("PHOTO_INVALID_DIMENSIONS")
    return None


def _size(content: bytes) -> tuple[int, int]:
    # Only PNG is measured; for others any allowed size will do.
    if content.startswith(IMAGE_STARTS[0]) and len(content) >= PNG_HEADER_END:
        return int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big")
    return 640, 480


def photo_json(stored: StoredFile) -> JsonObject:
    """Return a `PhotoSize` for a photo that a user sent."""
    return {**stored.to_json(), "width": 640, "height": 480}
