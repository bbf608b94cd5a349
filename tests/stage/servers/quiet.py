"""What the small HTTP servers of tests have in common."""

from __future__ import annotations

from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler


class Quiet(BaseHTTPRequestHandler):
    """Prints nothing: addresses hold codes."""

    def reply(self, status: int, body: bytes = b"", headers: Mapping[str, str] | None = None) -> None:
        """Head and body leave in one piece."""
        told = {"Content-Length": str(len(body)), "Date": self.date_time_string(), **(headers or {})}
        head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
        content = b"" if self.command == "HEAD" else body
        self.wfile.write(f"{self.protocol_version} {status} Told\r\n{head}\r\n".encode() + content)

    def log_message(self, *_: object) -> None:
        pass
