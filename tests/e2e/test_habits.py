"""What Terraform's users type: taken where there is the same here, else answered with the way to the same end."""

from __future__ import annotations

import json

import pytest

from reconciler.cli import habits
from reconciler.cli.main import SECTIONS, VERBS
from tests.stage.cloud import Cloud
from tests.stage.project import NUMBERS, Project


@pytest.mark.parametrize(
    ("typed", "ours"),
    [
        ("plan -out=p -json -detailed-exitcode", "plan --out p --json --detailed-exitcode"),
        ("plan -out p -compact-warnings -no-color", "plan --out p --no-color"),
        ("apply -auto-approve -input=false -lock-timeout=30s", "apply --auto-approve --no-input --lock-wait 30s"),
        ("apply -input=true -json=false", "apply"),
        ("-chdir=customers plan -json=true", "-C customers plan --json"),
        ("-C customers verify - --resend", "-C customers verify - --resend"),
        ("verify -- -out", "verify -- -out"),
    ],
)
def test_one_dash_is_taken_for_two(typed: str, ours: str) -> None:
    """With a value behind `=` or after it, and as a flag that is switched on or off; our own options are left alone."""
    assert list(habits.in_our_words(typed.split())) == ours.split()


@pytest.mark.parametrize("name", habits.OPTIONS)
def test_an_option_that_is_not_here_is_answered_with_the_way(project: Project, name: str) -> None:
    """Nothing is run, with and without a value."""
    said = f"Error: No such option: -{name}. {habits.OPTIONS[name]}\n"
    for typed in (f"-{name}", f"-{name}=a"):
        done = project.run("plan", typed)
        assert (done.code, done.out, done.err) == (64, "", said)


def test_a_verb_that_is_not_here_is_answered_with_the_way(project: Project) -> None:
    """Not with the nearest spelling; and none of ours is among them."""
    assert not habits.VERBS.keys() & VERBS.keys()
    for verb, way in habits.VERBS.items():
        done = project.run(verb)
        assert (done.code, done.out) == (64, "")
        assert done.err.endswith(f"\n\nError: No such command '{verb}'. {way}\n")


def test_what_terraforms_users_type_works(project: Project, cloud: Cloud) -> None:
    """A plan saved, the files judged as JSON, the plan applied: in their spelling."""
    project.declare("support")
    assert project.run("plan", "-out=p", "-no-color", "-detailed-exitcode").code == 2
    assert json.loads(project.run("validate", "-json").out)["valid"] is True
    assert project.run("apply", "-input=false", "-lock-timeout=5s", "p").code == 3


def test_a_key_alone_is_an_address_while_no_other_has_it(project: Project, cloud: Cloud) -> None:
    """Where two have it both are named, and nothing is looked up or sent for either."""
    project.declare("support")
    project.run("apply", "--auto-approve", "--no-input")
    shown = project.run("state", "show", "support")
    assert shown == project.run("state", "show", "acme/phone_number/support")
    assert shown == project.run("state", "show", "phone_number/support")
    assert project.run("verify", "support", given=cloud.code(NUMBERS["support"]) or "").out == (
        "acme/phone_number/support: ready.\n"
    )
    project.write(
        "spaces/other.yaml",
        "space: other\nspace_id: cams-other\nphone_numbers:\n  support:\n"
        '    number: "+8613800009999"\n    onboarding: register\n    display_name: Other\n',
    )
    project.run("apply", "--auto-approve", "--no-input")
    calls = len(cloud.calls())
    both = project.run("verify", "support", "--no-input")
    assert (both.code, both.out) == (64, "")
    assert both.err == (
        "error[ambiguous-address] 2 resources are called so\n  found: support\n"
        "  hint: Name one of them: acme/phone_number/support, other/phone_number/support.\n"
    )
    assert len(cloud.calls()) == calls
    close = project.run("verify", "suport", "--no-input")
    assert close.err.endswith("  hint: Did you mean acme/phone_number/support?\n")


def test_help_lists_each_verb_on_a_line_of_its_own(project: Project) -> None:
    """In sections, the everyday ones first; at 80 columns no summary is cut or wrapped."""
    shown = project.run("--help", COLUMNS="80").out
    widest = max(map(len, VERBS))
    lists = [
        f"{title}:\n" + "".join(f"  {name:<{widest}}  {summary}\n" for name, (_, summary) in verbs.items())
        for title, verbs in SECTIONS.items()
    ]
    assert "\n".join(lists) in shown
