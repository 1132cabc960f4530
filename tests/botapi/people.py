"""People as a test handles them: what they write, press, ask inline, block."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.botapi.api import OpenQuery
from tests.botapi.files import keep_file, photo_json
from tests.botapi.incoming import CALLBACK_LINE, INLINE_LINE, Draft, Wording, worded
from tests.botapi.parameters import Upload
from tests.botapi.places import Target, Written, id_of, is_present, tell_of_bot
from tests.botapi.refusals import ControlError
from tests.botapi.state import ChatKind, MemberStatus, Message, Topic, User

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.botapi.api import Api
    from tests.botapi.journal import Call
    from tests.botapi.json_fields import JsonObject
    from tests.botapi.places import Place

FIRST_QUERY_ID = 4_300_000_000_000_000_000
PIXEL = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A pressed button or an inline query; `update_id` is None when the bot did not ask for such updates."""

    query_id: str
    update_id: int | None


class Person:
    """A user of Telegram, seen from outside the bot."""

    def __init__(self, api: Api, user: User, private: Place) -> None:
        """Take over a user of the world; use `BotApiServer.add_user` to get one."""
        self._api = api
        self.user = user
        self.private = private

    @property
    def id(self) -> int:
        """Return the user's id."""
        return self.user.id

    def start(self, payload: str = "") -> Written:
        """Press START in the private chat, or open a deep link with a payload."""
        if self.user.blocked:
            self.unblock()
        return self.say(f"/start {payload}".rstrip())

    def say(
        self,
        text: str,
        *,
        reply_to: Target | None = None,
        text_mentions: Sequence[tuple[str, Person]] = (),
    ) -> Written:
        """Write to the bot in private; whoever writes has started it."""
        return self.send(self.private, text, reply_to=reply_to, text_mentions=text_mentions)

    def send(
        self,
        place: Place,
        text: str,
        *,
        reply_to: Target | None = None,
        topic: Topic | None = None,
        text_mentions: Sequence[tuple[str, Person]] = (),
    ) -> Written:
        """Write a text in a chat; its entities are what Telegram would find, plus `text_mentions`."""
        mentions = tuple((shown, person.id) for shown, person in text_mentions)
        content = worded(self._api, Wording(text=text, text_mentions=mentions))
        return self._put(place, content, reply_to=reply_to, topic=topic)

    def send_photo(
        self,
        place: Place,
        caption: str = "",
        *,
        reply_to: Target | None = None,
        topic: Topic | None = None,
    ) -> Written:
        """Send a photo with an optional caption."""
        upload = Upload(name="photo.png", content=PIXEL, content_type="image/png")
        content: JsonObject = {"photo": [photo_json(keep_file(self._api.world, upload))]}
        if caption:
            content.update(worded(self._api, Wording(text=caption), name="caption"))
        return self._put(place, content, reply_to=reply_to, topic=topic)

    def send_document(self, place: Place, content: bytes, *, name: str, caption: str = "") -> Written:
        """Send a file with an optional caption."""
        stored = keep_file(self._api.world, Upload(name=name, content=content, content_type="application/octet-stream"))
        shown: JsonObject = {"document": {**stored.to_json(), "file_name": name}}
        if caption:
            shown.update(worded(self._api, Wording(text=caption), name="caption"))
        return self._put(place, shown)

    def send_sticker(self, place: Place, *, reply_to: Target | None = None, topic: Topic | None = None) -> Written:
        """Send a sticker."""
        stored = keep_file(self._api.world, Upload(name="s.webp", content=b"RIFF", content_type="image/webp"))
        sticker = {
            **stored.to_json(),
            "type": "regular",
            "width": 512,
            "height": 512,
            "is_animated": False,
            "is_video": False,
        }
        return self._put(place, {"sticker": sticker}, reply_to=reply_to, topic=topic)

    def send_content(
        self,
        place: Place,
        content: JsonObject,
        *,
        reply_to: Target | None = None,
        topic: Topic | None = None,
    ) -> Written:
        """Send a message with any fields, for the kinds that have no method here."""
        return self._put(place, content, reply_to=reply_to, topic=topic)

    def edit(self, written: Written, text: str) -> Written:
        """Change one's own text."""
        message = written.place.find(written)
        if message.sender_id != self.id:
            problem = "nobody can edit another's message"
            raise ControlError(problem)
        return written.place.edited(message, worded(self._api, Wording(text=text)))

    def press(self, target: Call | Written, button: str, *, forged: bool = False) -> Asked:
        """Press the inline button with this text or callback data.

        A button that the message does not have now is a `ControlError`, unless the press is `forged`: modified
        clients send any data they like.
        """
        place = self._place_of(target)
        message = place.chat.messages.get(id_of(target))
        if message is None:
            problem = "there never was such a message"
            raise ControlError(problem)
        data = button if forged else self._data_of(message, button)
        content: JsonObject = {"message": self._shown(message), "chat_instance": str(place.id), "data": data}
        return self._call_back(content)

    def press_inline(self, inline_message_id: str, button: str) -> Asked:
        """Press a button under a message that was sent through the bot."""
        message = self._api.world.inline_messages[inline_message_id]
        data = self._data_of(message, button)
        return self._call_back({"inline_message_id": inline_message_id, "chat_instance": "inline", "data": data})

    def ask_inline(self, query: str, *, offset: str = "", chat_type: str = "private") -> Asked:
        """Type a query behind the bot's name."""
        with self._api.world.lock:
            query_id = self._open(self._api.inline_queries.waiting, self._api.inline_queries.lifetime)
            content = {
                "id": query_id,
                "from": self.user.to_json(),
                "query": query,
                "offset": offset,
                "chat_type": chat_type,
            }
            update_id = self._api.updates.add("inline_query", content, line=INLINE_LINE + self.id)
        return Asked(query_id=query_id, update_id=update_id)

    def choose(self, asked: Asked, result_id: str, place: Place, *, query: str = "") -> str:
        """Send a result of an answered inline query to a chat; returns the `inline_message_id`."""
        results = self._api.inline_answers.get(asked.query_id, [])
        result = next((result for result in results if result["id"] == result_id), None)
        if result is None:
            problem = f"there is no result {result_id!r} to choose"
            raise ControlError(problem)
        inline_id = f"inline-{asked.query_id}-{result_id}"
        keyboard = {"reply_markup": result["markup"]} if result["markup"] else {}
        content: JsonObject = {**result["message"], **keyboard, "via_bot": self._api.world.bot.to_json()}
        written = self._put(place, content)
        self._api.world.inline_messages[inline_id] = place.find(written)
        chosen: JsonObject = {"result_id": result_id, "from": self.user.to_json(), "query": query}
        if keyboard:
            # Telegram names the message only when it has a keyboard.
            chosen["inline_message_id"] = inline_id
        self._api.updates.add("chosen_inline_result", chosen, line=INLINE_LINE + self.id)
        return inline_id

    def block(self) -> int | None:
        """Block the bot; returns the id of the `my_chat_member` update."""
        self.user.blocked = True
        chat = self.private.chat
        return tell_of_bot(self._api, chat, self.user, MemberStatus.MEMBER, MemberStatus.KICKED)

    def unblock(self) -> int | None:
        """Unblock the bot; returns the id of the `my_chat_member` update."""
        self.user.blocked = False
        chat = self.private.chat
        return tell_of_bot(self._api, chat, self.user, MemberStatus.KICKED, MemberStatus.MEMBER)

    def _put(
        self,
        place: Place,
        content: JsonObject,
        *,
        reply_to: Target | None = None,
        topic: Topic | None = None,
    ) -> Written:
        if not is_present(place, self.user):
            problem = f"{self.user.first_name} is not in the chat"
            raise ControlError(problem)
        if place.chat.kind is ChatKind.CHANNEL:
            problem = "in a channel use post()"
            raise ControlError(problem)
        if place.chat.kind is ChatKind.PRIVATE:
            if self.user.blocked:
                problem = "who blocked the bot must unblock() or start() first"
                raise ControlError(problem)
            self.user.started = True
        draft = Draft(
            sender={"from": self.user.to_json()},
            sender_id=self.id,
            content=content,
            reply_to=None if reply_to is None else id_of(reply_to),
            thread_id=None if topic is None else topic.thread_id,
        )
        return place.put(draft)

    def _call_back(self, content: JsonObject) -> Asked:
        with self._api.world.lock:
            query_id = self._open(self._api.callbacks.waiting, self._api.callbacks.lifetime)
            whole = {"id": query_id, "from": self.user.to_json(), **content}
            update_id = self._api.updates.add("callback_query", whole, line=CALLBACK_LINE + self.id)
        return Asked(query_id=query_id, update_id=update_id)

    def _open(self, waiting: dict[str, OpenQuery], lifetime: float) -> str:
        self._api.last_query_id += 1
        query_id = str(FIRST_QUERY_ID + self._api.last_query_id)
        expires_at = self._api.clock.now() + lifetime
        waiting[query_id] = OpenQuery(query_id=query_id, user_id=self.id, expires_at=expires_at)
        return query_id

    def _data_of(self, message: Message, button: str) -> str:
        rows = message.content.get("reply_markup", {}).get("inline_keyboard", [])
        buttons = [] if message.deleted else [b for row in rows for b in row if "callback_data" in b]
        found = [b["callback_data"] for b in buttons if button in {b["text"], b["callback_data"]}]
        if not found:
            shown = [b["text"] for b in buttons]
            problem = f"the message has no button {button!r}, only {shown}"
            raise ControlError(problem)
        return str(found[0])

    def _shown(self, message: Message) -> JsonObject:
        if message.deleted:
            return {"chat": message.chat.to_json(), "message_id": message.message_id, "date": 0}
        return self._api.world.message_json(message)

    def _place_of(self, target: Call | Written) -> Place:
        if isinstance(target, Written):
            return target.place
        chat = self._api.world.chats.get(target.chat_id or 0)
        if chat is None:
            problem = "the call made no message"
            raise ControlError(problem)
        return self.private.of_chat(chat.id)
