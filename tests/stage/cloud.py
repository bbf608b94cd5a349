"""A sandbox as tests drive it: told and seen through its endpoints, as anybody on this machine could."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from reconciler.operations import OPERATIONS, Effect
from reconciler.sandbox import Sandbox
from reconciler.sandbox.people.visitor import Visitor
from tests.stage.project import COMMAND


class Cloud(Visitor):
    """typed: codes that tests typed and nobody was sent. Numbers are E.164."""

    def __init__(self, url: str, access_key_id: str, access_key_secret: str) -> None:
        super().__init__(url)
        self.url, self.secret = url, access_key_secret
        self.environment = {
            "RECONCILER_ENDPOINT": url,
            "ALIBABA_CLOUD_ACCESS_KEY_ID": access_key_id,
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET": access_key_secret,
        }
        self.typed: list[str] = []

    def tell(self, path: str, **body: Any) -> Any:
        return self._post(path, body)

    def see(self, path: str) -> Any:
        return self._get(path)

    def begin(self) -> None:
        self.reset()
        self.typed.clear()

    def hurry(self) -> None:
        """No call is too soon after another, until the next beginning."""
        self.tell("settings", calls_per_second=0, watched_calls_per_second=0)

    def purchase(self, number: str) -> str:
        self.typed.append(super().purchase(number))
        return self.typed[-1]

    def messages(self, to: str = "") -> list[dict[str, Any]]:
        return [message for message in self.inbox() if to in ("", message["to"])]

    def wrong(self, number: str) -> str:
        """A code that the number was never sent."""
        code = f"{(int(str(self.code(number)).replace('-', '')) + 271828) % 1_000_000:06}"
        self.typed.append(code)
        return code

    def codes(self) -> list[str]:
        return [*self.typed, *(message["code"] for message in self.messages() if message["code"])]

    def calls(self, operation: str = "") -> list[dict[str, str]]:
        return [call for call in self.ledger()["calls"] if operation in ("", call["operation"])]

    def changes(self) -> list[str]:
        """The operations that were called and are no mere reads, in order."""
        names = [call["operation"] for call in self.calls()]
        return [name for name in names if OPERATIONS[name].effect is not Effect.READ]

    def violations(self) -> list[dict[str, str]]:
        found: list[dict[str, str]] = self.ledger()["violations"]
        return found


@contextmanager
def local(**settings: Any) -> Iterator[Cloud]:
    """A sandbox in this process, for whoever needs many of them or one that is not as it comes."""
    with Sandbox(**settings) as sandbox:
        yield Cloud(sandbox.url, sandbox.access_key_id, sandbox.access_key_secret)


@contextmanager
def serving(folder: Path, *arguments: str) -> Iterator[Cloud]:
    """`reconciler sandbox`, a process of its own, from its ready file until it is told to end."""
    ready = folder / "ready.json"
    command = [COMMAND, "sandbox", "--ready-file", str(ready), *arguments]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until(ready.exists)
        yield Cloud(**json.loads(ready.read_text()))
    finally:
        process.terminate()
        assert process.wait(60) == 0


def until(true: Callable[[], object], seconds: float = 60.0) -> None:
    """Waits for something that must come."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not come in time"
        time.sleep(0.02)
