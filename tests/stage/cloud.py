"""A sandbox in a process of its own, told and seen through its endpoints for tests. It must never share our memory."""

from __future__ import annotations

import http.client
import json
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from reconciler.operations import OPERATIONS, Effect
from tests.stage.project import COMMAND


class Cloud:
    """typed: codes that tests typed and nobody was sent. Numbers are E.164."""

    def __init__(self, ready: Mapping[str, str]) -> None:
        self.url, self.key_id, self.secret = ready["url"], ready["access_key_id"], ready["access_key_secret"]
        self.typed: list[str] = []

    @property
    def environment(self) -> dict[str, str]:
        return {
            "RECONCILER_ENDPOINT": self.url,
            "ALIBABA_CLOUD_ACCESS_KEY_ID": self.key_id,
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET": self.secret,
        }

    def tell(self, path: str, **body: Any) -> Any:
        return self._asked("POST", path, json.dumps(body))

    def see(self, path: str) -> Any:
        return self._asked("GET", path, "")

    def begin(self) -> None:
        self.tell("reset")
        self.typed.clear()

    def fault(self, operation: str, fault: str, times: int = 1) -> None:
        self.tell("faults", operation=operation, fault=fault, times=times)

    def purchase(self, number: str) -> str:
        """The code that came with a pre-validated number."""
        code = str(self.tell("numbers", number=number, state="prevalidated")["purchase_code"])
        self.typed.append(code)
        return code

    def messages(self, to: str = "") -> list[dict[str, Any]]:
        return [message for message in self.see("inbox")["messages"] if to in ("", message["to"])]

    def code(self, number: str) -> str:
        """The newest one sent to a number, as its owner sees it: 123-830."""
        return str(self.messages(number)[-1]["code"])

    def wrong(self, number: str) -> str:
        """A code that the number was never sent."""
        code = f"{(int(self.code(number).replace('-', '')) + 271828) % 1_000_000:06}"
        self.typed.append(code)
        return code

    def codes(self) -> list[str]:
        return [*self.typed, *(message["code"] for message in self.messages() if message["code"])]

    def calls(self, operation: str = "") -> list[dict[str, str]]:
        return [call for call in self.see("ledger")["calls"] if operation in ("", call["operation"])]

    def changes(self) -> list[str]:
        """The operations that were called and are no mere reads, in order."""
        names = [call["operation"] for call in self.calls()]
        return [name for name in names if OPERATIONS[name].effect is not Effect.READ]

    def violations(self) -> list[dict[str, str]]:
        found: list[dict[str, str]] = self.see("ledger")["violations"]
        return found

    def _asked(self, method: str, path: str, body: str) -> Any:
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=10)
        try:
            connection.request(method, f"/_sandbox/{path}", body, {"content-type": "application/json"})
            answer = connection.getresponse()
            text = answer.read()
            assert answer.status == 200, text
            return json.loads(text)
        finally:
            connection.close()


@contextmanager
def serving(folder: Path, *arguments: str) -> Iterator[Cloud]:
    """`reconciler sandbox`, from its ready file until it is told to end."""
    ready = folder / "ready.json"
    command = [COMMAND, "sandbox", "--ready-file", str(ready), *arguments]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until(ready.exists)
        yield Cloud(json.loads(ready.read_text()))
    finally:
        process.terminate()
        assert process.wait(10) == 0


def until(true: Callable[[], object], seconds: float = 10.0) -> None:
    """Waits for something that must come."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not come in time"
        time.sleep(0.02)
