"""Codes from a pipe: every spelling of the right one, every kind of wrong one, and no message but those asked for."""

from __future__ import annotations

import json

import pytest

from tests.stage.canary import files, leaks, spellings, unmasked
from tests.stage.cloud import Cloud
from tests.stage.project import DESK, SALES, SUPPORT, Project, Said

ADDRESS = "acme/phone_number/support"


@pytest.fixture
def waiting(project: Project) -> Project:
    """One number that waits for its code."""
    project.declare("support")
    assert project.run("apply", "--auto-approve", "--no-input").code == 3
    return project


def challenge(project: Project) -> dict[str, object]:
    (row,) = json.loads(project.run("pending", "--json").out)
    assert isinstance(row, dict)
    return row


SPELLINGS = (
    *("{0}-{1}\n", "{0} {1}\n", "{0}{1}\n", "  {0}{1}", "{0}-{1}\r\nrest\n"),
    *("\ufeff{0}{1}\n", "{0}–{1}\n", "{0}\u2212{1}\n", "{0}\xa0{1}\n", "\u200b{0}\u2011{1}\n"),
)
# Full-width digits, and those of Arabic.
SCRIPTS = (0xFF10, 0x0660)
MALFORMED: dict[str, str | bytes] = {
    "empty": "",
    "an empty line": "\n",
    "short": "12345\n",
    "long": "1234567\n",
    "letters": "abcdef\n",
    "full-width digits, one too few": "１２３８３\n",
    "digits in circles": "①②③⑧③⓪\n",
    "raised digits": "¹²³⁸³⁰\n",
    "not UTF-8": b"\xff\xfe123830\n",
    "a NUL": "1\x0023830\n",
    "a megabyte": "7" * 1_000_000,
    "a megabyte of lines": "7\n" * 500_000,
}


def test_every_spelling_of_a_code_is_the_code(project: Project, cloud: Cloud) -> None:
    """123-830, 123 830 and 123830, with or without an end of line, after a byte order mark, with any dash and in any
    script, make a number ready: exit 0."""
    numbers = project.declare_many(range(len(SPELLINGS) + len(SCRIPTS)))
    assert project.run("apply", "--auto-approve", "--no-input").code == 3
    scripts = [{ord("0") + digit: zero + digit for digit in range(10)} for zero in SCRIPTS]
    writings = [spelling.format for spelling in SPELLINGS]
    writings += [lambda a, b, script=script: f"{a}{b}\n".translate(script) for script in scripts]
    for (name, number), writing in zip(numbers.items(), writings, strict=True):
        address, given = f"acme/phone_number/{name}", writing(*cloud.code(number).split("-"))
        done = project.run("verify", address, given=given)
        assert (done.code, done.out, done.err) == (0, f"{address}: ready.\n", ""), given
    assert project.run("pending").out == "Nothing waits for a human.\n"


def test_what_is_no_code_is_never_submitted(waiting: Project, cloud: Cloud) -> None:
    """Exit 1, said by name, nothing called that takes a code, nothing counted as a try, nothing sent."""
    for name, typed in MALFORMED.items():
        done = waiting.run("verify", ADDRESS, given=typed)
        said = (done.code, done.err.splitlines()[0])
        assert said == (1, "error[code-malformed] a code has 6 digits, as in 123-830"), name
    assert (challenge(waiting)["attempts"], len(cloud.messages())) == (0, 1)
    assert cloud.calls("ChatappVerifyAndRegister") == []


def test_resend_without_a_terminal_reads_nothing(waiting: Project, cloud: Cloud) -> None:
    """Whatever is piped belongs to an older message: exactly one message more, no code submitted, exit 3."""
    old = cloud.code(SUPPORT)
    cloud.tell("allow", to=SUPPORT, messages=1)
    done = waiting.run("verify", ADDRESS, "--resend", given=old)
    assert (done.code, len(cloud.messages())) == (3, 2)
    assert cloud.calls("ChatappVerifyAndRegister") == []


def test_verify_of_many_lines_answers_each(project: Project, cloud: Cloud) -> None:
    """`verify -`: each line on its own, the worst outcome is the exit code, a wrong line stops no other."""
    project.declare("support", "sales", "desk")
    assert project.run("apply", "--auto-approve", "--no-input").code == 3
    lines = [
        f"{ADDRESS} {cloud.code(SUPPORT)}",
        f"acme/phone_number/sales {cloud.wrong(SALES)}",
        "acme/phone_number/nobody 123-456",
        "",
        f"acme/phone_number/desk {cloud.code(DESK).replace('-', ' ')}",
    ]
    done = project.run("verify", "-", given="\n".join(lines) + "\n")
    assert done.code == 1
    assert done.out.splitlines()[0] == f"{ADDRESS}: ready."
    assert done.out.splitlines()[-1] == "acme/phone_number/desk: ready."
    assert [row["address"] for row in json.loads(project.run("pending", "--json").out)] == ["acme/phone_number/sales"]
    assert len(cloud.messages()) == 3


BETWEEN = (" ", ",", ", ", ":", ": ", "=", " = ", ";", "\t", "，")


def test_a_line_is_an_address_and_a_code_however_they_are_kept_apart(project: Project, cloud: Cloud) -> None:
    """By a blank, comma, colon, equals sign, or as a table is exported, with the number, its address or its key."""
    numbers = project.declare_many(range(len(BETWEEN) + 3))
    assert project.run("apply", "--auto-approve", "--no-input").code == 3
    table, by_number, by_key = list(numbers)[len(BETWEEN) :]
    kept = dict(zip(numbers, BETWEEN, strict=False))
    lines = [f"acme/phone_number/{name}{between}{cloud.code(numbers[name])}" for name, between in kept.items()]
    lines += [f'"acme/phone_number/{table}","{cloud.code(numbers[table])}"']
    lines += [f"{numbers[by_number]},{cloud.code(numbers[by_number])}", f"{by_key} {cloud.code(numbers[by_key])}"]
    done = project.run("verify", "-", given="\ufeff" + "\r\n".join(lines))
    ready = "".join(f"acme/phone_number/{name}: ready.\n" for name in numbers)
    assert (done.code, done.out, done.err) == (0, ready, "")


HINT = "  hint: Give the six digits; a dash or spaces between them are fine.\n"
LINES = {
    "acme/phone_number/support,12383": "error[code-malformed] line 1, acme/phone_number/support: "
    f"a code has 6 digits, as in 123-830\n{HINT}",
    "acme/phone_number/support,nobody:123830": "error[code-malformed] line 1, acme/phone_number/support: "
    f"a code has 6 digits, as in 123-830\n{HINT}",
    "\nacme/phone_number/nobody=123830": "error[unknown-address] line 2: nothing is recorded at this address\n"
    "  found: acme/phone_number/nobody\n  hint: Did you mean acme/phone_number/support?\n",
    "acme/phone_number/support-123830": "error[unknown-address] line 1: nothing is recorded at this address\n"
    "  found: acme/phone_number/support-…\n  hint: Did you mean acme/phone_number/support?\n",
    "acme/phone_number/support１２３–８３０": "error[unknown-address] line 1: nothing is recorded at this address\n"
    "  found: acme/phone_number/support…\n  hint: Did you mean acme/phone_number/support?\n",
    "123-830 acme/phone_number/support": "error[unknown-address] line 1: nothing is recorded at this address\n"
    "  found: …\n  hint: See `reconciler state list` for what is.\n",
    "+8613800001299 123-830": "error[unknown-address] line 1: nothing is recorded at this address\n"
    "  found: +…\n  hint: See `reconciler state list` for what is.\n",
}


@pytest.mark.parametrize("line", LINES)
def test_what_is_said_of_a_line_names_it_and_never_the_code(waiting: Project, cloud: Cloud, line: str) -> None:
    """Whatever stands where: the line's number and the address are shown, no digit of what may be a code is."""
    done = waiting.run("verify", "-", given=f"{line}\n")
    assert (done.code, done.out, done.err) == (1, "", LINES[line])
    assert cloud.calls("ChatappVerifyAndRegister") == []


def test_an_address_that_holds_a_code_is_not_shown_either(waiting: Project) -> None:
    """`verify ADDRESS:CODE` is no address; and the code, which is in the shell's history by now, goes nowhere else."""
    done = waiting.run("verify", f"{ADDRESS}:123830")
    said = "error[unknown-address] nothing is recorded at this address"
    assert (done.code, done.err) == (64, f"{said}\n  found: {ADDRESS}:…\n  hint: Did you mean {ADDRESS}?\n")


def test_verify_of_what_waits_for_nobody_is_1(waiting: Project, cloud: Cloud) -> None:
    """A ready number takes no code: said so, and nothing is called."""
    assert waiting.run("verify", ADDRESS, given=cloud.code(SUPPORT)).code == 0
    calls = len(cloud.calls())
    done = waiting.run("verify", ADDRESS, given=cloud.code(SUPPORT))
    assert (done.code, done.err.splitlines()[0]) == (1, f"error[already-ready] {ADDRESS} is registered already")
    assert len(cloud.calls()) == calls


def test_the_canary_finds_what_is_planted() -> None:
    """A code in any spelling, the secret and a whole number are found; a hash that holds the digits is none."""
    hidden = [("here", f"x{spelling}y".encode()) for spelling in spellings("123-830")]
    assert leaks(hidden, ["123830"], "secret") == ["a code in here"] * 4
    assert leaks([("there", b"a secret.")], [], "secret") == ["the secret in there"]
    assert leaks([("hash", b"0123830abcdef0123830")], ["123830"], "secret") == []
    assert unmasked([Said(("log",), "to +86 138 0000 1234.")], [SUPPORT]) == ["log"]
    assert unmasked([Said(("pending", "--json"), SUPPORT), Said(("log",), "+86 138****1234")], [SUPPORT]) == []


def test_the_canary_sweeps_what_commands_write(project: Project, cloud: Cloud) -> None:
    """Planted in a file that only a command wrote, it is found there: the sweep reads what it says it reads."""
    project.write("spaces/acme.yaml", 'space: acme\nspace_id: "123830"\n')
    project.run("plan", "--out", "plan.out")
    assert [where for where in leaks(files(project.root), ["123830"], cloud.secret) if "plan.out" in where]
