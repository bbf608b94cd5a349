"""With a folder the world survives its process, however that ends."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from reconciler.errors import CloudError
from reconciler.sandbox import Sandbox
from tests.sandbox import stories
from tests.sandbox.callers import Official, Wire
from tests.sandbox.stories import AT, EMAIL, HOW

CHILD = """
import sys, threading
from pathlib import Path
from reconciler.sandbox import Sandbox
sandbox = Sandbox(data=Path(sys.argv[1])).start()
print(sandbox.url, sandbox.access_key_id, sandbox.access_key_secret, flush=True)
threading.Event().wait()
"""


class _Elsewhere:
    """A sandbox in another process, as far as callers need it."""

    def __init__(self, line: str) -> None:
        self.url, self.access_key_id, self.access_key_secret = line.split()


@contextmanager
def _child(folder: Path) -> Iterator[_Elsewhere]:
    """Killed at the end, so that no `finally` runs in it."""
    with subprocess.Popen([sys.executable, "-c", CHILD, str(folder)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield _Elsewhere(process.stdout.readline())
        finally:
            os.kill(process.pid, signal.SIGKILL)


def test_a_killed_sandbox_goes_on_where_it_was(tmp_path: Path) -> None:
    """Key, numbers, codes, contacts, clock, settings, ledger, violations: all as before, and the code still works."""
    with _child(tmp_path) as before:
        call, wire = Official(before), Wire(before)
        wire.tell("clock", advance_s=86_400)
        wire.tell("settings", code_wrong="A.B")
        stories.linked(call)
        stories.asked(call, wire)
        call("GetChatappVerifyCode", **AT, **HOW)
        newest, ledger, inbox = wire.code(), wire.see("ledger"), wire.see("inbox")
    assert [violation["invariant"] for violation in ledger["violations"]] == ["I1", "I2"]
    with Sandbox(data=tmp_path) as after:
        call, wire = Official(after), Wire(after)
        assert (after.access_key_id, after.access_key_secret) == (before.access_key_id, before.access_key_secret)
        assert wire.see("ledger") == ledger
        assert json.loads(json.dumps(wire.see("inbox")).replace(after.url, before.url)) == inbox
        assert call.refused("ChatappVerifyAndRegister", **AT, VerifyCode="wrong") == "A.B"
        call("ChatappVerifyAndRegister", **AT, VerifyCode=newest)
        wire.tell("confirm", to=EMAIL)
        times = [call["at"] for call in wire.see("ledger")["calls"]]
        assert times == sorted(times)


def test_killed_in_the_middle_of_a_line(tmp_path: Path) -> None:
    """A line that was cut short was never answered: wherever it is cut, the world is the one before it."""
    with Sandbox(data=tmp_path) as sandbox:
        stories.added(Official(sandbox))
    file = tmp_path / "events.jsonl"
    whole = file.read_bytes()
    last = whole.rindex(b"\n", 0, -1) + 1
    for cut in (last, last + 1, len(whole) - 1):
        file.write_bytes(whole[:cut])
        with Sandbox(data=tmp_path) as sandbox:
            assert Wire(sandbox).see("ledger") == {"calls": [], "messages": 0, "violations": []}


def test_figures_may_change_between_starts(tmp_path: Path) -> None:
    """What is asked for at the start holds; settings made meanwhile stay."""
    with Sandbox(data=tmp_path) as sandbox:
        Wire(sandbox).tell("settings", contact_exists="A.B")
    with Sandbox(data=tmp_path, contact_messages_per_day=1) as sandbox:
        call = Official(sandbox)
        id = stories.contact(call)
        assert call.refused("AddMessageContact", **stories.TOM) == "A.B"
        call("SendEmailVerificationForMessageContact", ContactId=id, EmailAddress=EMAIL)
        refused = call.refused("SendPhoneVerificationForMessageContact", ContactId=id, PhoneNumber=stories.PHONE)
        assert refused == "SendValidateCodeExceedsLimitForAccount"


def test_reset_empties_the_folder_too(tmp_path: Path) -> None:
    """Nothing comes back after a reset but the access key."""
    with Sandbox(data=tmp_path) as sandbox:
        wire, key = Wire(sandbox), sandbox.access_key_id
        stories.asked(Official(sandbox), wire)
        wire.tell("reset")
        assert wire.see("ledger") == {"calls": [], "messages": 0, "violations": []}
    with Sandbox(data=tmp_path) as sandbox:
        assert Wire(sandbox).see("inbox") == {"messages": []}
        assert sandbox.access_key_id == key


def test_the_folder_is_private_and_not_shared(tmp_path: Path) -> None:
    """Readable for its owner alone; a second sandbox on it is refused by name, and one after the first is not."""
    with Sandbox(data=tmp_path):
        assert stat.S_IMODE((tmp_path / "events.jsonl").stat().st_mode) == 0o600
        with pytest.raises(CloudError) as refused:
            Sandbox(data=tmp_path)
        assert [problem.code for problem in refused.value.problems] == ["sandbox-data-busy"]
    Sandbox(data=tmp_path).stop()


@pytest.mark.parametrize(
    "content", [b"not an event\ncut", b'{"seed": 1}\n', b'{"key": ["a", "b"], "seed": 1}\n{"x": 1}\n']
)
def test_damaged_data_is_refused(tmp_path: Path, content: bytes) -> None:
    """It is never taken for an empty world, and not a byte of it changes."""
    file = tmp_path / "events.jsonl"
    file.write_bytes(content)
    for _ in range(2):
        with pytest.raises(CloudError) as refused:
            Sandbox(data=tmp_path)
        assert [problem.code for problem in refused.value.problems] == ["sandbox-data-damaged"]
    assert file.read_bytes() == content


def test_a_folder_that_cannot_be(tmp_path: Path) -> None:
    """A file where the folder should be is an error with a name."""
    (tmp_path / "file").write_text("")
    with pytest.raises(CloudError) as refused:
        Sandbox(data=tmp_path / "file")
    assert [problem.code for problem in refused.value.problems] == ["sandbox-data-unusable"]
