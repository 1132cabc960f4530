"""A plain bot for the server's own tests: it calls a method and shows the raw answer."""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

if TYPE_CHECKING:
    from tests.botapi.json_fields import JsonObject, JsonValue
    from tests.botapi.server import BotApiServer

TIMEOUT = 10.0
BOUNDARY = "----test-boundary"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A raw answer; `body` is empty when it was no JSON."""

    status: int
    body: JsonObject
    headers: dict[str, str]

    @property
    def result(self) -> JsonValue:
        """Return the result of a call that worked; fails the test when it was refused."""
        assert self.status == http.HTTPStatus.OK, self.body
        return self.body["result"]

    @property
    def refusal(self) -> tuple[int, str]:
        """Return status and description, checking that the envelope says the same."""
        assert self.body["ok"] is False, self.body
        assert self.body["error_code"] == self.status
        return self.status, str(self.body["description"])


class Caller:
    """Calls over real HTTP, each on a connection of its own."""

    def __init__(self, server: BotApiServer) -> None:
        """Call this server with its own token."""
        self._server = server
        self.token = server.token

    def call(self, method: str, **parameters: JsonValue) -> Answer:
        """Call with a JSON body."""
        body = json.dumps(parameters).encode()
        return self.post(f"/bot{self.token}/{method}", body, "application/json")

    def call_form(self, method: str, **parameters: str) -> Answer:
        """Call with a form, nested objects being JSON texts."""
        body = urlencode(parameters).encode()
        return self.post(f"/bot{self.token}/{method}", body, "application/x-www-form-urlencoded")

    def call_multipart(self, method: str, files: dict[str, tuple[str, bytes]], **parameters: str) -> Answer:
        """Call with files."""
        body = b""
        for name, value in parameters.items():
            body += f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, (filename, content) in files.items():
            head = f'Content-Disposition: form-data; name="{name}"; filename="{filename}"'
            body += f"--{BOUNDARY}\r\n{head}\r\nContent-Type: application/octet-stream\r\n\r\n".encode()
            body += content + b"\r\n"
        body += f"--{BOUNDARY}--\r\n".encode()
        return self.post(f"/bot{self.token}/{method}", body, f"multipart/form-data; boundary={BOUNDARY}")

    def post(self, path: str, body: bytes = b"", content_type: str = "application/json") -> Answer:
        """Send any bytes to any path."""
        connection = http.client.HTTPConnection("127.0.0.1", self._server.port, timeout=TIMEOUT)
        try:
            connection.request("POST", path, body, {"Content-Type": content_type})
            response = connection.getresponse()
            content = response.read()
            is_json = response.headers.get_content_type() == "application/json"
            shown = json.loads(content) if is_json else {}
            return Answer(status=response.status, body=shown, headers=dict(response.headers))
        finally:
            connection.close()

    def get(self, path: str) -> tuple[int, bytes]:
        """Fetch any path."""
        connection = http.client.HTTPConnection("127.0.0.1", self._server.port, timeout=TIMEOUT)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()
