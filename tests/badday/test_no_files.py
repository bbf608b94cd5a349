"""What is no file, where one belongs: said to be none, by code and hint; never waited for, never read without end."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from reconciler.store.safety.emergency import Emergency, Kept
from tests.stage.cloud import Cloud
from tests.stage.failing import Failing, codes
from tests.stage.project import APPLY, Done, Project
from tests.stage.repository import Repository

HANGS = 20


def sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(1 << 40)


KINDS: dict[str, Callable[[Path], object]] = {
    "a link to itself": lambda path: path.symlink_to(path.name),
    "a link to nothing": lambda path: path.symlink_to("not-there"),
    "a directory": Path.mkdir,
    "endless zeros": lambda path: path.symlink_to("/dev/zero"),
    "a pipe": os.mkfifo,
    "a socket": lambda path: os.mknod(path, stat.S_IFSOCK | 0o600),
    "a terabyte": sparse,
    "noise": lambda path: path.write_bytes(b"\xff\0{[" * 99),
}


@dataclass(frozen=True)
class Where:
    """file: below the root, put in place of what is there. argv: what meets it. codes: one of these is said."""

    file: str
    argv: str
    codes: str
    env: str = ""


PLACES = {
    "settings": Where("reconciler.yaml", "validate", "file- not-utf8"),
    "a space": Where("spaces/acme.yaml", "plan", "file- not-utf8"),
    "plan to apply": Where("plan.out", "apply plan.out --no-input", "no-such-plan plan-unreadable"),
    "plan to show": Where("plan.out", "show plan.out", "no-such-plan plan-unreadable"),
    "plan to check": Where("plan.out", "plan check plan.out", "no-such-plan plan-unreadable"),
    "plan to rehearse": Where("plan.out", "rehearse plan.out", "no-such-plan plan-unreadable"),
    "plan to comment": Where(
        "plan.out", "comment github plan.out --pull 1", "no-such-plan plan-unreadable document-too-large"
    ),
    "rehearsal": Where(
        "r.json", "comment github saved.json --rehearsal r.json --pull 1", "rehearsal-unreadable document-too-large"
    ),
    "outcome": Where("o.jsonl", "comment github --outcome o.jsonl --pull 1", "outcome-unreadable document-too-large"),
    "event": Where("event.json", "comment github saved.json", "comment- forge-", "GITHUB_EVENT_PATH"),
    "snapshot": Where("s.json", "plan --state s.json", "snapshot-"),
    "sqlite": Where("s.db", "plan --state sqlite:s.db", "state-unusable state-foreign"),
    "sqlite to apply": Where(
        "s.db", "apply --auto-approve --no-input --state sqlite:s.db", "state-unusable state-foreign"
    ),
    "dir": Where("journals", "plan --state dir:journals", "state-unusable"),
    "dir to apply": Where("journals", "apply --auto-approve --no-input --state dir:journals", "state-unusable"),
    "a space's folder": Where("kept/cams-e2e", "plan --state dir:kept", "state-"),
    "an entry": Where("kept/cams-e2e/000000000001.json", "plan --state dir:kept", "state-"),
    "the own folder": Where(".reconciler", "plan", "state- file-outside"),
    "emergency, plan": Where(".reconciler-emergency.jsonl", "plan", "emergency-unreadable file-outside"),
    "emergency, against": Where(
        ".reconciler-emergency.jsonl", "plan --against HEAD", "emergency-unreadable file-outside"
    ),
    "emergency, validate": Where(".reconciler-emergency.jsonl", "validate", "emergency-unreadable file-outside"),
    "emergency, apply": Where(
        ".reconciler-emergency.jsonl", "apply --auto-approve --no-input", "emergency-unreadable file-outside"
    ),
    "emergency, recover": Where(".reconciler-emergency.jsonl", "state recover", "emergency-unreadable file-outside"),
    "witness": Where(".reconciler/seen.json", "plan", "witness-unreadable file-outside"),
    "copy": Where("backup.json", "state push backup.json", "pull-"),
    "key": Where("key", "plan", "key-unusable", "RECONCILER_AGE_IDENTITY"),
    "recipients": Where("key", "plan", "key-unusable", "RECONCILER_AGE_RECIPIENTS"),
    "folder": Where("elsewhere", "-C elsewhere plan", "no-such-folder no-spaces"),
    "stream": Where("stream", "plan --json-into stream", "cannot-write"),
    "out": Where("out", "plan --out out", "cannot-write"),
    "snapshot out": Where("out", "state snapshot --out out", "cannot-write"),
    "kept rehearsal": Where("out", "rehearse saved.json --keep out", "cannot-write"),
    "sandbox": Where("world/events.jsonl", "sandbox --data world", "sandbox-data-"),
    "ready": Where("ready", "sandbox --ready-file ready", "cannot-write"),
}
# What is as good as a file to write to, or is replaced by one.
FILES = {"a terabyte", "noise"}
FINE = {
    "stream": FILES | {"a link to nothing", "endless zeros"},
    "out": FILES | {"a link to nothing"},
    "snapshot out": FILES | {"a link to nothing"},
    "ready": FILES,
    # A folder is what belongs there; and another file beside the spaces' folders is nobody's.
    **{name: {"a directory"} for name in ("dir", "dir to apply", "the own folder")},
    "a space's folder": FILES | {"a directory"},
    "kept rehearsal": {"a directory", "a link to nothing"},
    # What nobody remembered, and what no line was written to.
    "witness": {"a link to nothing"},
    "sandbox": {"noise"},
}


@contextmanager
def instead(path: Path, make: Callable[[Path], object]) -> Iterator[None]:
    """Something else where a file or folder belongs; afterwards all is as before."""
    aside = path.with_name(f"{path.name}.aside")
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        path.rename(aside)
    make(path)
    try:
        yield
    finally:
        for each in (path, path.with_name("not-there")):
            shutil.rmtree(each) if each.is_dir() and not each.is_symlink() else each.unlink(missing_ok=True)
        if aside.exists():
            aside.rename(path)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_file_is_said_to_be_none(failing: Failing, project: Project, cloud: Cloud, kind: str) -> None:
    """Wherever a path is given or found: an error by its code, with a hint, soon, and in bounded memory."""
    project.declare("support")
    Repository(project.root)
    assert failing(*APPLY).code == 3
    project.write("copy.json", failing("state", "pull").out)
    assert failing("state", "push", "copy.json", "--state", "dir:kept").code == 0
    assert failing("plan", "--out", "saved.json").code == 0
    wrong = {}
    for name, place in PLACES.items():
        if kind not in FINE.get(name, ()):
            with instead(project.root / place.file, KINDS[kind]):
                env = {place.env: place.file} if place.env else {}
                done = failing.forks.run(project.root, project.env(env), place.argv.split(), seconds=HANGS)
            if not is_told(done, place):
                wrong[name] = (done.code, done.err[-600:], done.out[-200:])
    assert not wrong, "\n".join(f"{name}: {said}" for name, said in wrong.items())


def is_told(done: Done, place: Where) -> bool:
    found = codes(done.err)
    fit = [code for code in found if code.startswith(tuple(place.codes.split()))]
    return done.code in (1, 5, 64) and bool(found) and fit == found and "hint: " in done.err


@pytest.mark.parametrize(
    ("address", "said"), [("acme/phone_number/support", "code-malformed"), ("-", "unknown-address")]
)
def test_codes_that_never_end_are_none(project: Project, cloud: Cloud, address: str, said: str) -> None:
    """What comes by standard input without a line's end is given up, and no code is submitted."""
    project.declare("support")
    assert project.run(*APPLY).code == 3
    done = project.run("verify", address, before=("sh", "-c", 'exec "$0" "$@" < /dev/zero'))
    assert (done.code, codes(done.err), "hint: " in done.err) == (1, [said], True)


def test_a_plan_says_what_every_apply_would_be_refused_for(failing: Failing, project: Project, cloud: Cloud) -> None:
    """An outcome that waits to be brought home: in the same words, whatever the plan is made against."""
    project.declare("support")
    Repository(project.root)
    outcome = {"type": "outcome", "operation": "GetChatappVerifyCode", "result": "not_sent"}
    Emergency(failing.kept).keep(Kept("cams-e2e", "phone_number/support", "GetChatappVerifyCode", "", outcome))
    refused = failing(*APPLY)
    assert (refused.code, codes(refused.err)) == (1, ["emergency-waiting"])
    for plan in (("plan",), ("plan", "--against", "HEAD")):
        assert (failing(*plan).code, failing(*plan).err) == (1, refused.err)
    assert failing("validate").code == 0


@pytest.mark.parametrize("state", ["sqlite:.reconciler/state.db", "dir:.reconciler"])
def test_nothing_is_written_through_a_link(project: Project, cloud: Cloud, tmp_path: Path, state: str) -> None:
    """A .gitignore that is there already, and leads elsewhere, is left as it is."""
    project.declare("support")
    precious = tmp_path / "precious"
    precious.write_text("precious")
    (project.root / ".reconciler").mkdir()
    (project.root / ".reconciler/.gitignore").symlink_to(precious)
    assert project.run(*APPLY, "--state", state).code == 3
    assert precious.read_text() == "precious"
