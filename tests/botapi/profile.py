"""What the bot says of itself: name, descriptions, and commands per scope and language."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.botapi.access import Access, find_chat
from tests.botapi.json_fields import FieldError, JsonObject, JsonValue, required_integer, required_string
from tests.botapi.refusals import bad_request

if TYPE_CHECKING:
    from tests.botapi.api import Api
    from tests.botapi.parameters import Parameters

LONGEST_NAME = 64
LONGEST_DESCRIPTION = 512
LONGEST_SHORT_DESCRIPTION = 120
MOST_COMMANDS = 100
LONGEST_COMMAND = 32
LONGEST_COMMAND_DESCRIPTION = 256
CHAT_SCOPES = frozenset({"chat", "chat_administrators", "chat_member"})
SCOPES = CHAT_SCOPES | {"default", "all_private_chats", "all_group_chats", "all_chat_administrators"}


def get_me(api: Api, _parameters: Parameters) -> JsonValue:
    """Return the bot itself."""
    return {
        **api.world.bot.to_json(),
        "can_join_groups": True,
        "can_read_all_group_messages": api.world.reads_all_group_messages,
        "supports_inline_queries": api.supports_inline,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def set_my_name(api: Api, parameters: Parameters) -> JsonValue:
    """Set the name for one language, or for all others."""
    language = _language(parameters)
    name = _limited(parameters, "name", LONGEST_NAME, "BOT_TITLE_INVALID")
    _put(api.profile.names, language, name)
    return True


def get_my_name(api: Api, parameters: Parameters) -> JsonValue:
    """Return the name for a language, that for all when it has none."""
    shown = _in_language(api.profile.names, _language(parameters))
    return {"name": shown or api.world.bot.first_name}


def set_my_description(api: Api, parameters: Parameters) -> JsonValue:
    """Set what an empty chat shows."""
    language = _language(parameters)
    text = _limited(parameters, "description", LONGEST_DESCRIPTION, "BOT_DESCRIPTION_INVALID")
    _put(api.profile.descriptions, language, text)
    return True


def get_my_description(api: Api, parameters: Parameters) -> JsonValue:
    """Return what an empty chat shows."""
    return {"description": _in_language(api.profile.descriptions, _language(parameters))}


def set_my_short_description(api: Api, parameters: Parameters) -> JsonValue:
    """Set what the bot's profile shows."""
    language = _language(parameters)
    text = _limited(parameters, "short_description", LONGEST_SHORT_DESCRIPTION, "BOT_ABOUT_INVALID")
    _put(api.profile.short_descriptions, language, text)
    return True


def get_my_short_description(api: Api, parameters: Parameters) -> JsonValue:
    """Return what the bot's profile shows."""
    return {"short_description": _in_language(api.profile.short_descriptions, _language(parameters))}


def set_my_commands(api: Api, parameters: Parameters) -> JsonValue:
    """Replace the commands of one scope and language."""
    value = parameters.decoded("commands", "Can't parse commands JSON object")
    value = [] if value is None else value
    if not isinstance(value, list):
        reason = "Expected an Array of BotCommand"
        raise bad_request(reason)
    parsed = [_parse_command(command) for command in value]
    key = _scope(api, parameters), _language(parameters)
    commands = [_check_command(command) for command in parsed]
    if len(commands) > MOST_COMMANDS:
        reason = "BOT_COMMANDS_TOO_MUCH"
        raise bad_request(reason)
    if commands:
        api.profile.commands[key] = commands
    else:
        api.profile.commands.pop(key, None)
    return True


def get_my_commands(api: Api, parameters: Parameters) -> JsonValue:
    """Return the commands of exactly this scope and language, an empty list when none were set."""
    return api.profile.commands.get((_scope(api, parameters), _language(parameters)), [])


def delete_my_commands(api: Api, parameters: Parameters) -> JsonValue:
    """Forget the commands of one scope and language."""
    api.profile.commands.pop((_scope(api, parameters), _language(parameters)), None)
    return True


def _language(parameters: Parameters) -> str:
    language = parameters.text("language_code")
    if not re.fullmatch(r"(?:[a-z]{2})?", language):
        reason = "invalid language code specified"
        raise bad_request(reason)
    return language


def _limited(parameters: Parameters, name: str, longest: int, refusal: str) -> str:
    text = parameters.text(name).strip()
    if len(text) > longest:
        raise bad_request(refusal)
    return text


def _put(texts: dict[str, str], language: str, text: str) -> None:
    if text:
        texts[language] = text
    else:
        texts.pop(language, None)


def _in_language(texts: dict[str, str], language: str) -> str:
    return texts.get(language) or texts.get("", "")


def _scope(api: Api, parameters: Parameters) -> str:
    value = parameters.decoded("scope", "Can't parse BotCommandScope JSON object")
    if value is None:
        return "default"
    prefix = "Can't parse BotCommandScope: "
    if not isinstance(value, dict):
        reason = f"{prefix}BotCommandScope must be an Object"
        raise bad_request(reason)
    try:
        kind = required_string(value, "type")
        if kind not in SCOPES:
            reason = f"{prefix}Unsupported type specified"
            raise bad_request(reason)
        if kind not in CHAT_SCOPES:
            return kind
        chat = find_chat(api.world, required_string(value, "chat_id"), Access.READ)
        member = f":{required_integer(value, 'user_id')}" if kind == "chat_member" else ""
    except FieldError as error:
        reason = f"{prefix}{error}"
        raise bad_request(reason) from error
    return f"{kind}:{chat.id}{member}"


def _parse_command(command: JsonValue) -> tuple[str, str]:
    prefix = "Can't parse BotCommand: "
    if not isinstance(command, dict):
        reason = f"{prefix}expected an Object"
        raise bad_request(reason)
    try:
        return required_string(command, "command"), required_string(command, "description")
    except FieldError as error:
        reason = f"{prefix}{error}"
        raise bad_request(reason) from error


def _check_command(given: tuple[str, str]) -> JsonObject:
    name, description = given[0].strip().removeprefix("/"), given[1].strip()
    if not name:
        reason = "command must be non-empty"
        raise bad_request(reason)
    if len(name) > LONGEST_COMMAND:
        reason = f"command length must not exceed {LONGEST_COMMAND}"
        raise bad_request(reason)
    if not description:
        reason = "command description must be non-empty"
        raise bad_request(reason)
    if len(description) > LONGEST_COMMAND_DESCRIPTION:
        reason = f"command description length must not exceed {LONGEST_COMMAND_DESCRIPTION}"
        raise bad_request(reason)
    if not re.fullmatch(r"[a-z0-9_]+", name):
        reason = "BOT_COMMAND_INVALID"
        raise bad_request(reason)
    return {"command": name, "description": description}
