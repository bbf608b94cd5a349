"""The machine as it may be: no credentials, no network, no home, no locale, no room to write, nobody reading."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time

import pytest

from tests.programs import needs
from tests.stage.cloud import Cloud
from tests.stage.project import APPLY, COMMAND, SUPPORT, Done, Project

NO_KEY: dict[str, str | None] = {"ALIBABA_CLOUD_ACCESS_KEY_ID": None, "ALIBABA_CLOUD_ACCESS_KEY_SECRET": None}
CLOSED = "error[cannot-write] standard output cannot be written: it is closed"
ADDRESS = "acme/phone_number/support"


@pytest.fixture
def one(project: Project) -> Project:
    project.declare("support")
    return project


def timed(project: Project, *arguments: str, **env: str | None) -> tuple[Done, float]:
    started = time.monotonic()
    return project.run(*arguments, **env), time.monotonic() - started


def test_without_credentials_apply_says_so_at_once(one: Project, cloud: Cloud) -> None:
    """Exit 1 within seconds, by name, before a lease is taken or anything is recorded."""
    done, seconds = timed(one, *APPLY, **NO_KEY)
    assert (done.code, seconds < 5) == (1, True)
    assert "error[no-credentials] " in done.err
    assert (cloud.calls(), one.run("log").out) == ([], "")


def test_a_wrong_secret_is_refused_and_not_echoed(one: Project, cloud: Cloud) -> None:
    """The cloud's refusal is explained; what was signed is shown nowhere."""
    done = one.run(*APPLY, ALIBABA_CLOUD_ACCESS_KEY_SECRET="wrong-secret-canary")
    assert (done.code, "error[credentials-refused] " in done.err + done.out) == (1, True)
    assert "wrong-secret-canary" not in done.err + done.out
    assert cloud.messages() == []


def test_without_a_network_apply_fails_fast_and_says_why(one: Project) -> None:
    """Nothing listens at the endpoint: exit 1, nothing was sent, and a later apply begins where this one stopped."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        done, seconds = timed(one, *APPLY, RECONCILER_ENDPOINT=f"http://127.0.0.1:{closed.getsockname()[1]}")
    assert (done.code, seconds < 10) == (1, True)
    assert "error[cannot-reach] " in done.err + done.out
    assert done.last == "Apply failed: 0 added, 0 changed, 0 destroyed, 0 paused, 1 failed, 0 unknown, 0 not started."
    assert one.run(*APPLY).code == 3


def test_no_home_is_needed(one: Project, cloud: Cloud) -> None:
    """With HOME unset or leading nowhere the whole job runs."""
    assert one.run("plan", HOME=None).code == 0
    assert one.run(*APPLY, HOME="/nonexistent").code == 3
    assert one.run("verify", ADDRESS, given=cloud.code(SUPPORT), HOME=None).code == 0


LOCALES: list[dict[str, str | None]] = [
    {"LANG": "C"},
    {"LC_ALL": "POSIX"},
    {"LANG": None},
    {"LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    {"PYTHONIOENCODING": "ascii"},
]


@pytest.mark.parametrize("env", LOCALES, ids=str)
def test_any_locale_will_do(project: Project, env: dict[str, str | None]) -> None:
    """Names beyond ASCII are read whatever the locale, and printed or escaped; never an error."""
    contact = "contacts:\n  王小明: {email: ming@example.com, title: CEO, message_types: [FaultMessage]}\n"
    project.write("spaces/acme.yaml", f"space: acme\nspace_id: cams-e2e\n{contact}")
    assert project.run("plan", "--out", "plan.out", **env).code == 0
    assert project.run("apply", "plan.out", **env).code == 3
    assert project.run("pending", **env).code == 0
    assert project.run("verify", "acme/contact/nobody", **env).code == 64


def test_nobody_reading_is_no_bug(one: Project) -> None:
    """`| head -1`: the reader leaves, the command ends with a documented code and without a word about pipes."""
    assert one.run("plan", "--out", "plan.out").code == 0
    for arguments in (("plan",), ("--help",), ("apply", "plan.out"), ("state", "pull"), ("log",)):
        reader, writer = os.pipe()
        os.close(reader)
        try:
            done = subprocess.run(
                [COMMAND, *arguments], cwd=one.root, env=one.env({}), stdout=writer, stderr=subprocess.PIPE, text=True
            )
        finally:
            os.close(writer)
        assert done.returncode in (0, 1, 3), (arguments, done)
        assert not re.search("Traceback|BrokenPipe|Exception ignored|error\\[bug", done.stderr), (
            arguments,
            done.stderr,
        )
    assert "code_requested" in one.run("state", "list").out


def without_root() -> tuple[str, ...]:
    """What makes permissions hold, also for root."""
    if os.geteuid():
        return ()
    return ("setpriv", "--bounding-set", "-dac_override,-dac_read_search", "--inh-caps", "-dac_override")


@needs("setpriv", when=os.geteuid() == 0)
def test_a_folder_that_cannot_be_written_is_said_by_name(one: Project, cloud: Cloud) -> None:
    """plan still works; apply fails before any call, naming the state that cannot be used."""
    before = without_root()
    one.root.chmod(0o500)
    try:
        assert one.run("plan", before=before).code == 0
        done = one.run(*APPLY, before=before)
        saved = one.run("plan", "--out", "plan.out", before=before)
    finally:
        one.root.chmod(0o700)
    assert (done.code, "error[state-unusable] " in done.err, cloud.calls()) == (1, True, [])
    assert (saved.code, "error[cannot-write] plan.out: Permission denied" in saved.err) == (64, True)


def test_dash_C_runs_as_if_started_there(one: Project, cloud: Cloud) -> None:
    """Configuration, state, plan files: all of them are found from DIR, wherever one stands."""
    one.here = one.scratch / "elsewhere"
    one.here.mkdir()
    here = ("-C", os.path.relpath(one.root, one.here))
    assert one.run(*here, "plan", "--out", "plan.out").code == 0
    assert (one.root / "plan.out").exists()
    assert one.run(*here, "show", "plan.out").code == 0
    assert one.run(*here, "apply", "plan.out").code == 3
    assert one.run(*here, "verify", ADDRESS, given=cloud.code(SUPPORT)).code == 0
    assert (one.root / ".reconciler/state.db").exists()
    assert list(one.here.iterdir()) == []


def test_options_come_from_the_environment_too(one: Project, cloud: Cloud) -> None:
    """RECONCILER_<OPTION> is the option; one on the command line goes before it."""
    assert one.run("plan", RECONCILER_DETAILED_EXITCODE="1").code == 2
    assert one.run("plan", RECONCILER_JSON="1").out.startswith('{"@level"')
    assert one.run("plan", RECONCILER_OUT="env.json").code == 0
    assert (one.root / "env.json").exists()
    assert one.run("plan", RECONCILER_SPACE="nosuch").code == 64
    assert one.run("plan", "--space", "acme", RECONCILER_SPACE="nosuch").code == 0
    assert one.run("apply", "env.json", RECONCILER_STATE="sqlite:other.db").code == 3
    assert (one.root / "other.db").exists()
    assert one.run("apply", "env.json", RECONCILER_LOCK_WAIT="soon").code == 64


def test_words_of_consent_do_not_come_from_the_environment(one: Project, cloud: Cloud) -> None:
    """What lets something happen that would not otherwise is typed by somebody, each time."""
    consent: dict[str, str | None] = {
        f"RECONCILER_{name}": value
        for name, value in {
            "AUTO_APPROVE": "1",
            "ADOPT": "1",
            "RESEND": "1",
            "ALLOW_MESSAGES": "99",
            "ALLOW_DELETES": "100",
            "ALLOW_COUNTRY": "86",
            "WHOLE": "1",
        }.items()
    }
    assert one.run("apply", **consent).code == 1
    assert cloud.calls() == []
    one.write("reconciler.yaml", "guards: {max_messages: 0}\n")
    assert one.run(*APPLY, **consent).code == 6
    one.write("reconciler.yaml", "guards: {max_messages: 1}\n")
    cloud.tell("numbers", number=SUPPORT, state="unverified", space="cams-e2e")
    assert one.run(*APPLY, **consent).code == 1
    assert one.run(*APPLY, "--adopt", **consent).code == 3
    assert one.run("verify", ADDRESS, given=cloud.wrong(SUPPORT), **consent).code == 1
    assert len(cloud.messages()) == 1
    assert SUPPORT not in one.run("state", "show", ADDRESS, **consent).out


@pytest.mark.parametrize(
    "words", ["plan", "apply --auto-approve --no-input", "explain acme/phone_number/support", "check"]
)
def test_a_closed_output_is_an_error_with_a_code(project: Project, cloud: Cloud, words: str) -> None:
    """Nothing is called where nobody could read what was done."""
    project.declare("support")
    done = project.run(*words.split(), before=("sh", "-c", 'exec "$0" "$@" >&-'))
    assert (done.code, done.err.splitlines()[0]) == (1, CLOSED)
    assert cloud.calls() == []


def test_no_room_for_temporary_files_is_said_by_name(project: Project) -> None:
    """An image that cannot be written, a full disk: what needs a scratch folder says so, and what names another."""
    done = project.run("demo", before=("sh", "-c", 'ulimit -f 0; exec "$0" "$@"'))
    said = "error[no-scratch-folder] a scratch folder is needed: No usable temporary directory found in "
    assert (done.code, done.out, done.err.startswith(said)) == (1, "", True)


def test_the_folder_one_stands_in_may_be_gone(one: Project) -> None:
    """As after a checkout that removed it: with -C nothing else is needed."""
    done = one.run(
        "-C", str(one.root), "plan", before=("sh", "-c", 'cd "$(mktemp -d)" && rmdir "$PWD"; exec "$0" "$@"')
    )
    assert (done.code, done.err) == (0, "")


def test_a_file_of_the_project_is_no_module(one: Project) -> None:
    """Also with `python -m`, which looks for modules in the working folder first."""
    for name in ("click.py", "numbers.py", "yaml.py"):
        one.write(name, "raise SystemExit('a file of the project was run')\n")
    command = [sys.executable, "-m", "reconciler", "plan"]
    done = subprocess.run(command, cwd=one.root, env=one.env({}), capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
