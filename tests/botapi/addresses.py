"""Which web addresses Telegram takes in links and buttons."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

TELEGRAM_SCHEMES = ("tg:", "ton:", "tonsite:")
USER_LINK = re.compile(r"tg:(?://)?user/?\?(?:[^#]*&)?id=(?P<id>[0-9]{1,18})(?:[&#].*)?", re.IGNORECASE)


class AddressError(Exception):
    """The address is refused; the message is TDLib's."""


def user_of_link(address: str) -> int | None:
    """Return the user a `tg://user?id=` link names, None for every other address."""
    match = USER_LINK.fullmatch(address)
    return int(match["id"]) if match and int(match["id"]) > 0 else None


def checked_address(address: str) -> str:
    """Return the address as Telegram keeps it, empty when it is none: a link around it is dropped."""
    try:
        return check_address(address)
    except AddressError:
        return ""


def check_address(address: str) -> str:
    """Return the address as Telegram keeps it; raises `AddressError` for one it refuses."""
    lowered = address.lower()
    for scheme in TELEGRAM_SCHEMES:
        if lowered.startswith(scheme):
            rest = address[len(scheme) :].removeprefix("//")
            if not re.match(r"[A-Za-z0-9_-]+", rest):
                message = f"Wrong {scheme.removesuffix(':')} URL"
                raise AddressError(message)
            return f"{scheme}//{rest}"
    return _check_web(address)


def _check_web(address: str) -> str:
    scheme, separator, rest = address.partition("://")
    if not separator:
        scheme, rest = "http", address
    if scheme.lower() not in {"http", "https"}:
        message = "Unsupported URL protocol"
        raise AddressError(message)
    if any(ord(character) <= ord(" ") for character in address):
        message = "Wrong HTTP URL" if address.strip() else "URL host is empty"
        raise AddressError(message)
    try:
        parts = urlsplit(f"{scheme.lower()}://{rest}")
        port = parts.port
    except ValueError as error:
        message = "Wrong port number specified in the URL"
        raise AddressError(message) from error
    host = parts.hostname or ""
    if not host:
        message = "URL host is empty"
        raise AddressError(message)
    # localhost and other names without a dot are no web addresses for Telegram.
    if "." not in host or host.startswith(".") or host.endswith(".") or ".." in host:
        message = "Wrong HTTP URL"
        raise AddressError(message)
    shown_port = "" if port is None else f":{port}"
    path = parts.path or "/"
    query = f"?{parts.query}" if parts.query else ""
    fragment = f"#{parts.fragment}" if parts.fragment else ""
    return f"{parts.scheme}://{host}{shown_port}{path}{query}{fragment}"
