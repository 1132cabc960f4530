"""The table of methods that answer at once; fetching updates has modules of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.botapi import api, chats, editing, files, profile, queries, sending

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.botapi.json_fields import JsonValue
    from tests.botapi.parameters import Parameters

# Telegram does not mind upper and lower case in method names.
METHODS: Mapping[str, Callable[[api.Api, Parameters], JsonValue]] = {
    "getme": profile.get_me,
    "logout": api.log_out,
    "close": api.close,
    "sendmessage": sending.send_message,
    "sendphoto": files.send_photo,
    "senddocument": files.send_document,
    "sendchataction": sending.send_chat_action,
    "editmessagetext": editing.edit_message_text,
    "editmessagereplymarkup": editing.edit_message_reply_markup,
    "deletemessage": editing.delete_message,
    "setmessagereaction": editing.set_message_reaction,
    "answercallbackquery": queries.answer_callback_query,
    "answerinlinequery": queries.answer_inline_query,
    "setmycommands": profile.set_my_commands,
    "getmycommands": profile.get_my_commands,
    "deletemycommands": profile.delete_my_commands,
    "setmyname": profile.set_my_name,
    "getmyname": profile.get_my_name,
    "setmydescription": profile.set_my_description,
    "getmydescription": profile.get_my_description,
    "setmyshortdescription": profile.set_my_short_description,
    "getmyshortdescription": profile.get_my_short_description,
    "getchat": chats.get_chat,
    "getchatmember": chats.get_chat_member,
    "getchatadministrators": chats.get_chat_administrators,
    "getfile": files.get_file,
}
