"""Phones of the five countries with two spellings: each is one, whichever is declared and whichever is listed."""

from __future__ import annotations

import pytest

from tests.stage.cloud import Cloud
from tests.stage.project import APPLY, Project

# What is dialled or listed in one spelling, in the other, and what only the first of them has.
PHONES = (
    ("+5511987654321", "+551187654321", "9 after +5511"),
    ("+5585988887777", "+558588887777", "9 after +5585"),
    ("+5215512345678", "+525512345678", "1 after +52"),
    ("+5216561234567", "+526561234567", "1 after +52"),
    ("+5491123456789", "+541123456789", "9 after +54"),
    ("+5492994123456", "+542994123456", "9 after +54"),
    ("+2250707234567", "+22507234567", "07 after +225"),
    ("+2250140123456", "+22540123456", "01 after +225"),
    ("+2250544123456", "+22544123456", "05 after +225"),
    ("+2290197123456", "+22997123456", "01 after +229"),
    ("+2290142123456", "+22942123456", "01 after +229"),
)
BOTH_WAYS = pytest.mark.parametrize("declared", [0, 1], ids=["the longer declared", "the shorter declared"])


def declare(project: Project, numbers: list[str], onboarding: str = "register") -> None:
    name = ", display_name: Acme" if onboarding == "register" else ""
    blocks = [
        f'  n{at:02}: {{number: "{number}", onboarding: {onboarding}{name}}}\n' for at, number in enumerate(numbers)
    ]
    project.write("reconciler.yaml", "guards: {max_messages: 100}\nlimits: {calls_per_second: 0}\n")
    project.write("spaces/acme.yaml", f"space: acme\nspace_id: cams-e2e\nphone_numbers:\n{''.join(blocks)}")


def spelled(which: int) -> list[str]:
    return [phone[which] for phone in PHONES]


def words(which: int) -> list[str]:
    return [f"with{('', 'out')[which]} {mark}" for *_, mark in PHONES]


@pytest.fixture
def otherwise(cloud: Cloud) -> Cloud:
    """A cloud that lists every number in its other spelling, and is in no hurry to be asked slowly."""
    cloud.tell("settings", spelling="other", calls_per_second=0, watched_calls_per_second=0)
    return cloud


@BOTH_WAYS
def test_a_phone_declared_in_both_spellings_is_declared_twice(project: Project, declared: int) -> None:
    """Either is sound by itself; the second is refused, and the hint says in what the two differ."""
    here, there = spelled(1 - declared), spelled(declared)
    declare(project, there)
    assert project.run("validate").out == f"Valid: 1 space, {len(PHONES)} resources.\n"
    declare(project, there + here)
    told = zip(words(declared), words(1 - declared), strict=True)
    what = [
        f"error[number-twice] spaces/acme.yaml:{4 + len(PHONES) + at}:17: "
        f"this phone number is already at spaces/acme.yaml:{4 + at}:17\n"
        f"  hint: It is the same phone, there {first} and here {second}: keep one of the two.\n"
        for at, (first, second) in enumerate(told)
    ]
    done = project.run("validate")
    said = "".join(line for line in done.err.splitlines(keepends=True) if not line.startswith("  found: "))
    assert (done.code, done.out, said) == (1, "", "".join(what))


@BOTH_WAYS
def test_a_lost_answer_is_found_in_the_listing_whatever_it_is_called(
    project: Project, otherwise: Cloud, declared: int
) -> None:
    """Each number is added once and sent one code; declared otherwise than recorded it is refused with a hint; and the
    code is taken for the number in its other spelling."""
    here, there = spelled(declared), spelled(1 - declared)
    otherwise.fault("AddChatappPhoneNumber", "drop_after", times=len(PHONES))
    declare(project, here)
    assert project.run(*APPLY).code == 3
    assert len(otherwise.calls("AddChatappPhoneNumber")) == len(otherwise.messages()) == len(PHONES)

    declare(project, there)
    refused = [
        f"[number-respelled] spaces/acme.yaml:{4 + at}:3: "
        f"acme/phone_number/n{at:02} is acme/phone_number/n{at:02}, which is recorded in another spelling\n"
        f"  hint: Declare it as it is recorded, {word}: the same phone would be sent another message.\n"
        for at, word in enumerate(words(declared))
    ]
    planned = project.run("plan", "--full").out
    found = [f"[number-respelled]{each}" for each in planned.split("refused[number-respelled]")[1:]]
    assert [each.partition("\nDigest:")[0].partition("\nrefused[")[0].rstrip("\n") + "\n" for each in found] == refused
    assert project.run(*APPLY, "--allow-messages", "100").code == 6
    assert len(otherwise.messages()) == len(PHONES)

    declare(project, here)
    lines = "".join(f"{listed},{otherwise.code(number)}\n" for number, listed in zip(here, there, strict=True))
    done = project.run("verify", "-", given=lines)
    ready = "".join(f"acme/phone_number/n{at:02}: ready.\n" for at in range(len(PHONES)))
    assert (done.code, done.out, done.err) == (0, ready, "")
    assert project.run("plan").out.splitlines()[0] == "No changes. Your infrastructure matches the configuration."
    assert len(otherwise.messages()) == len(PHONES)


@BOTH_WAYS
def test_what_is_listed_otherwise_is_taken_over(project: Project, otherwise: Cloud, declared: int) -> None:
    """Without --adopt it is said to exist already, and with it each is registered: nothing is added, nobody is sent
    anything."""
    for number in spelled(declared):
        otherwise.tell("numbers", number=number, state="verified", space="cams-e2e")
    declare(project, spelled(declared))
    done = project.run(*APPLY, "--full")
    assert (done.code, done.out.count("error[already-there]")) == (1, len(PHONES)), done.out
    assert project.run(*APPLY, "--adopt").code == 0
    assert (otherwise.messages(), otherwise.calls("AddChatappPhoneNumber")) == ([], [])
    assert len(otherwise.calls("ChatappPhoneNumberRegister")) == len(PHONES)


@BOTH_WAYS
def test_one_number_is_verified_by_its_other_spelling(project: Project, otherwise: Cloud, declared: int) -> None:
    """`verify +…` finds it by either, from a pipe as at a terminal."""
    phone = PHONES[0]
    declare(project, [phone[declared]])
    assert project.run(*APPLY).code == 3
    done = project.run("verify", phone[1 - declared], given=otherwise.code(phone[declared]))
    assert (done.code, done.out, done.err) == (0, "acme/phone_number/n00: ready.\n", "")
