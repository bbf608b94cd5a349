"""Terminals and pipes that lack letters: what they cannot say is spelled as JSON spells it, and no run ends of it."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from tests.heavy import heavy
from tests.programs import needs
from tests.stage.cloud import Cloud
from tests.stage.project import APPLY, SUPPORT, Project, finished

MING = "contacts:\n  王小明: {email: ming@example.com, title: CEO, message_types: [FaultMessage]}\n"
ADDRESS, CONTACT = "acme/phone_number/support", "acme/contact/王小明"
WIDE = {"PYTHONIOENCODING": "utf-8"}
LOCALES = {"gbk": ("zh_CN", "GBK"), "latin-1": ("de_DE", "ISO-8859-1"), "cp1252": ("en_US", "CP1252")}
APPLIED = f"""{ADDRESS}: paused, waits for the code sent by sms at TIME UTC to +86 138****1234
{CONTACT}: paused, waits for the links sent TIME UTC to be followed

To continue, one command each:
  reconciler verify {ADDRESS}
  reconciler verify '{CONTACT}'

Apply paused: 0 added, 0 changed, 0 destroyed, 2 paused, 0 failed, 0 unknown, 0 not started.
"""


def spelled(text: str, encoding: str) -> str:
    """The law: what a stream of this encoding shows of a text."""
    return "".join(each if sayable(each, encoding) else json.dumps(each)[1:-1] for each in text)


def sayable(letter: str, encoding: str) -> bool:
    try:
        letter.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def timeless(text: str) -> str:
    return re.sub("[0-9]{2}:[0-9]{2}(?![0-9:])", "TIME", re.sub("just now|1 min ago", "AGE", text))


@pytest.fixture(params=["latin-1", "gbk", heavy("cp1252"), heavy("ascii")])
def narrow(request: pytest.FixtureRequest, project: Project) -> Project:
    """A number and a contact, and streams of this encoding."""
    project.encoding = project.environment["PYTHONIOENCODING"] = str(request.param)
    project.declare("support", extra=MING)
    declared = (project.root / "spaces/acme.yaml").read_text("utf-8")
    project.write("spaces/acme.yaml", declared.replace("Acme support", "Café Größe 😀"))
    return project


def in_utf_8(project: Project, *arguments: str) -> tuple[int, str, str]:
    """The same command where every letter can be said, as the narrow streams have to show it."""
    narrow, project.encoding = project.encoding, "utf-8"
    done = project.run(*arguments, **WIDE)
    project.encoding = narrow
    return done.code, timeless(spelled(done.out, narrow)), spelled(done.err, narrow)


def test_reading(narrow: Project) -> None:
    """Plans in every form, what waits, the log, records, a problem: each is the text of UTF-8, its letters spelled."""
    assert narrow.run(*APPLY).code == 3
    narrow.write("broken/spaces/a.yaml", "space: 王\nspace_id: cams-a\nphone_numbers: {é😀: 王}\n")
    for arguments in (
        *(("plan", "--format", form) for form in ("text", "terraform", "markdown", "code-quality", "github")),
        ("pending",),
        ("check",),
        ("log",),
        ("state", "list"),
        ("state", "show", CONTACT),
        ("verify", "acme/contact/nobody-王"),
        ("-C", "broken", "validate"),
        ("-C", "broken", "validate", "--format", "code-quality"),
    ):
        done = narrow.run(*arguments)
        assert (done.code, timeless(done.out), done.err) == in_utf_8(narrow, *arguments)
        assert done.code in (0, 1, 64)


def test_what_was_sent_is_said(narrow: Project, cloud: Cloud) -> None:
    """An apply that sent its messages ends with 3 and with its whole summary; so does one that has nothing left."""
    for _ in range(2):
        done = narrow.run(*APPLY)
        assert done.code == 3
        assert timeless(done.out).endswith(spelled(APPLIED, narrow.encoding))
    assert len(cloud.messages()) == 2
    assert narrow.run("verify", ADDRESS, given=cloud.code(SUPPORT)).out == f"{ADDRESS}: ready.\n"


def test_json_stays_json(narrow: Project, cloud: Cloud) -> None:
    """What programs read is ASCII, whatever letters are in it."""
    for arguments in (
        ("apply", "--auto-approve", "--json"),
        ("plan", "--format", "json"),
        ("pending", "--json"),
        ("log", "--json"),
        ("state", "pull"),
    ):
        out = narrow.run(*arguments).out
        assert out.isascii()
        assert "王小明" in json.dumps([json.loads(line) for line in lines_of(out)], ensure_ascii=False)


def lines_of(out: str) -> list[str]:
    """Of a stream each line is a document; of everything else the whole is."""
    lines = out.splitlines()
    return lines if all(line.startswith("{") and line.endswith("}") for line in lines) else [out]


def test_progress_and_prompts_at_a_terminal(narrow: Project, cloud: Cloud) -> None:
    """The bar, the question and the cloud's own words are shown as far as the terminal can."""
    person = narrow.terminal("apply")
    person.expect_exact(spelled("Café Größe 😀", narrow.encoding))
    person.expect("Type yes: ")
    person.sendline("yes")
    person.expect("6-digit code \\(Enter = skip for now\\): ")
    person.sendline(cloud.code(SUPPORT))
    person.expect_exact(spelled(CONTACT, narrow.encoding))
    person.expect_exact("Apply paused: 1 added, 0 changed, 0 destroyed, 1 paused")
    assert finished(person) == 3


def test_a_code_among_bytes_that_are_no_text(narrow: Project, cloud: Cloud) -> None:
    """What is piped and no text is no code: an error by name, and nothing was submitted."""
    assert narrow.run(*APPLY).code == 3
    for given in (b"\xff\xfe\x81\n", b"\x81"):
        done = narrow.run("verify", ADDRESS, given=given)
        assert (done.code, done.err.startswith("error[code-malformed] ")) == (1, True)
    assert cloud.calls("ChatappVerifyAndRegister") == []


@needs("localedef")
@pytest.mark.parametrize("encoding", LOCALES)
def test_locales(encoding: str, project: Project, tmp_path: Path) -> None:
    """The same where the locale itself, by LC_ALL, is of such an encoding."""
    language, charmap = LOCALES[encoding]
    subprocess.run(["localedef", "-i", language, "-f", charmap, f"{tmp_path}/narrow"], capture_output=True, check=False)
    project.environment |= {"LOCPATH": str(tmp_path), "LC_ALL": "narrow"}
    project.encoding = encoding
    project.declare("support", extra=MING)
    done = project.run(*APPLY)
    assert (done.code, timeless(done.out).endswith(spelled(APPLIED, encoding))) == (3, True)


def test_every_help_is_ascii(project: Project) -> None:
    """Help is written before anything is known of the terminal."""
    from reconciler.cli.main import VERBS

    assert [verb for verb in VERBS if not project.run(verb, "--help").out.isascii()] == []
