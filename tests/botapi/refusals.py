"""What the server answers when it refuses: status, description and parameters in Telegram's words.

Which call is refused is decided by the modules that know the rule; this one only words it.
"""

from __future__ import annotations

from http import HTTPStatus

PREFIXES = {
    HTTPStatus.BAD_REQUEST: "Bad Request",
    HTTPStatus.FORBIDDEN: "Forbidden",
}


class RefusedError(Exception):
    """A call that Telegram does not carry out; becomes the JSON envelope with `ok: false`."""

    def __init__(self, status: int, description: str, parameters: dict[str, int] | None = None) -> None:
        """Keep the facts of the refusal; `parameters` is Telegram's `ResponseParameters`."""
        super().__init__(f"{status} {description}")
        self.status = status
        self.description = description
        self.parameters = parameters or {}


class ControlError(Exception):
    """A test asked for something that could not happen on Telegram, such as pressing a missing button."""


def bad_request(reason: str, **parameters: int) -> RefusedError:
    """Return a 400 in the server's wording: the prefix, then the reason with a small first letter."""
    return _prefixed(HTTPStatus.BAD_REQUEST, reason, parameters)


def forbidden(reason: str) -> RefusedError:
    """Return a 403 in the server's wording."""
    return _prefixed(HTTPStatus.FORBIDDEN, reason, {})


def too_many_requests(retry_after: int) -> RefusedError:
    """Return the 429 that tells the bot how many seconds to wait."""
    return RefusedError(
        HTTPStatus.TOO_MANY_REQUESTS,
        f"Too Many Requests: retry after {retry_after}",
        {"retry_after": retry_after},
    )


def conflict(reason: str) -> RefusedError:
    """Return the 409 of two pollers, or of a poller beside a webhook."""
    return RefusedError(HTTPStatus.CONFLICT, f"Conflict: {reason}")


def _prefixed(status: HTTPStatus, reason: str, parameters: dict[str, int]) -> RefusedError:
    return RefusedError(status, f"{PREFIXES[status]}: {_small_first(reason)}", parameters)


def _small_first(reason: str) -> str:
    # The server keeps errors that are constants (MESSAGE_TOO_LONG) and lowers the first letter of sentences.
    if len(reason) > 1 and (reason[1] == "_" or "A" <= reason[1] <= "Z"):
        return reason
    return reason[:1].lower() + reason[1:]
