"""What a bot can ask about a chat and its members."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.botapi.access import Access, find_chat
from tests.botapi.refusals import bad_request
from tests.botapi.state import ADMINS, ChatKind, MemberStatus

if TYPE_CHECKING:
    from tests.botapi.api import Api
    from tests.botapi.json_fields import JsonObject, JsonValue
    from tests.botapi.parameters import Parameters
    from tests.botapi.state import User

ADMIN_RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
)


def get_chat(api: Api, parameters: Parameters) -> JsonValue:
    """Return the full description of a chat."""
    chat = find_chat(api.world, parameters.text("chat_id"), Access.READ)
    gifts = dict.fromkeys(
        ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False
    )
    return {**chat.to_json(), "accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": gifts}


def get_chat_member(api: Api, parameters: Parameters) -> JsonValue:
    """Return what a user is in a chat."""
    chat = find_chat(api.world, parameters.text("chat_id"), Access.READ)
    user = api.world.users.get(parameters.integer("user_id", 0))
    if user is None:
        reason = "invalid user_id specified" if parameters.integer("user_id", 0) <= 0 else "user not found"
        raise bad_request(reason)
    return member_json(user, chat.members.get(user.id, MemberStatus.LEFT))


def get_chat_administrators(api: Api, parameters: Parameters) -> JsonValue:
    """Return the administrators of a chat, other bots left out."""
    chat = find_chat(api.world, parameters.text("chat_id"), Access.READ)
    if chat.kind is ChatKind.PRIVATE:
        reason = "there are no administrators in the private chat"
        raise bad_request(reason)
    people = ((api.world.users[user_id], status) for user_id, status in chat.members.items() if status in ADMINS)
    return [member_json(user, status) for user, status in people if not user.is_bot or user is api.world.bot]


def member_json(user: User, status: MemberStatus) -> JsonObject:
    """Return the `ChatMember` object with every field its status has."""
    shown: JsonObject = {"user": user.to_json(), "status": str(status)}
    if status is MemberStatus.CREATOR:
        shown["is_anonymous"] = False
    elif status is MemberStatus.ADMINISTRATOR:
        shown.update(dict.fromkeys(ADMIN_RIGHTS, True), can_be_edited=False, is_anonymous=False)
    elif status is MemberStatus.KICKED:
        shown["until_date"] = 0
    return shown
