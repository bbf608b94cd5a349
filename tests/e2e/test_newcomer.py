"""A first file with what people get wrong in it: one round of `validate` and its hints make it right."""

from __future__ import annotations

import pytest

from tests.stage.project import Project

FILE = """\
space: Acme
space_id: cams-kei8s9d0
phone_numbers:
  support:
    number: "0138 0000 1234"
    onboarding: registr
    displayname: Acme Support
  sales:
    number: "+86 138-0000-1235"
    onboarding: register
contacts:
  tom:
    email: tom@example
    title: CEO
    message_types: [Fault]
    onremove: forget
"""
# What the hint says, what stood there, what is written instead. Of numbers the person has the digits.
MENDED = [
    ("For example `acme`.", "space: Acme", "space: acme"),
    ("Write the country code: +86138****1234.", '"0138 0000 1234"', '"+8613800001234"'),
    ("Did you mean `register`?", "registr\n", "register\n"),
    ("Did you mean `display_name`?", "displayname", "display_name"),
    ('Write "+86138****1235".', '"+86 138-0000-1235"', '"+8613800001235"'),
    (
        "Add `display_name: Acme Support`.",
        "    onboarding: register\ncontacts",
        "    onboarding: register\n    display_name: Acme Support\ncontacts",
    ),
    ("Write it like name@example.com.", "tom@example", "tom@example.com"),
    ("Did you mean `FaultMessage`?", "[Fault]", "[FaultMessage]"),
    ("Did you mean `on_remove`?", "onremove", "on_remove"),
]


def test_nine_mistakes_take_one_round(project: Project) -> None:
    """Each is named once, with a hint that is enough; none of them hides another."""
    project.write("spaces/acme.yaml", FILE)
    done = project.run("validate")
    assert done.code == 1
    hints = [line.removeprefix("  hint: ") for line in done.err.splitlines() if line.startswith("  hint: ")]
    assert len(hints) == len(MENDED)
    text = FILE
    for hint, before, after in MENDED:
        assert [each for each in hints if each.startswith(hint) or f" {hint}" in each], hint
        assert text.count(before) == 1
        text = text.replace(before, after)
    project.write("spaces/acme.yaml", text)
    assert project.run("validate").out == "Valid: 1 space, 3 resources.\n"


@pytest.mark.parametrize(("written", "meant"), [("CTO", ""), ("ceo", "CEO"), ("FinanceDirektor", "FinanceDirector")])
def test_only_what_is_near_is_taken_for_a_slip(project: Project, written: str, meant: str) -> None:
    """Another word is no misspelt one."""
    block = f"{{email: tom@example.com, title: {written}, message_types: [FaultMessage]}}"
    project.write("spaces/acme.yaml", f"space: acme\nspace_id: cams-1\ncontacts:\n  tom: {block}\n")
    asked = f"  hint: Did you mean `{meant}`? One of: " if meant else "  hint: One of: "
    assert asked in project.run("validate").err


def test_a_key_that_is_missing_is_missed_whatever_else_is_there(project: Project) -> None:
    """A known key is never taken for a misspelt one, as `space` begins `space_id`: nothing would be reported."""
    project.write("spaces/acme.yaml", "space: acme\n")
    done = project.run("validate")
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith(
        "error[missing-key] spaces/acme.yaml:1:1: `space_id` is missing\n  hint: Add `space_id: cams-kei8s9d0`. "
    )
