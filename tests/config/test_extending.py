"""A space file that is there gains blocks: what it has stays as it is, or nothing is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from reconciler.config.formatting.extend import Blocks, extended, to_move
from reconciler.config.formatting.offboard import offboarded

HEAD = "space: acme\nspace_id: cams-1\n"
BLOCKS = Blocks({"sales": {"number": "+8613800001235", "onboarding": "embedded"}}, {}, {})
SALES = '  sales:\n    number: "+8613800001235"\n    onboarding: embedded\n'
SUPPORT = '  support: {number: "+8613800001234", onboarding: embedded}\n'
SHORT = '  sales: {number: "+8613800001235", onboarding: embedded}\n'


@pytest.mark.parametrize("section", ["phone_numbers :", '"phone_numbers" :', "'phone_numbers':"])
@pytest.mark.parametrize("imports", ["import : [", "'import' : ["])
def test_a_key_may_be_written_in_each_way(section: str, imports: str) -> None:
    """With a blank before its colon, and in quotes."""
    text = f"{HEAD}{section}\n{SUPPORT}{imports}support]\n"
    assert extended(text, BLOCKS) == f"{HEAD}{section}\n{SUPPORT}{SHORT}{imports}support, sales]\n"


@pytest.mark.parametrize(
    "text",
    [
        "{space: acme, space_id: cams-1, phone_numbers: {}}\n",
        '{"space": "acme", "space_id": "cams-1", "import": "all"}\n',
        f"{HEAD}? phone_numbers\n:\n{SUPPORT}",
        f"{HEAD}import: [\n  support,\n]\nphone_numbers:\n{SUPPORT}",
        f"{HEAD}phone_numbers: {{support: {{number: '+8613800001234', onboarding: embedded}}}}  # one\n",
        f"{HEAD}phone_numbers: {{\n}}\n",
    ],
)
def test_no_place_is_an_answer(text: str) -> None:
    """A file whose lines cannot take blocks is not extended; it is no crash."""
    assert extended(text, BLOCKS) is None


@pytest.mark.parametrize(("text", "about"), [(HEAD, "Pay ${word}"), (f"{HEAD}template: shop.yaml\n", "Pay $${word}")])
def test_blocks_to_move_mean_the_same_where_they_go(text: str, about: str) -> None:
    """They import themselves and nothing else of that file, and hold no placeholder of a template that it fills."""
    block = {**BLOCKS.phone_numbers["sales"], "profile": {"about": "Pay ${word}"}}
    contacts = {"sales": {"email": "sales@example.com"}}
    assert to_move(text, Blocks({"sales": block}, contacts, {}), "acme", "cams-1") == (
        f'{HEAD}phone_numbers:\n{SALES}    profile:\n      about: "{about}"\n'
        "contacts:\n  sales:\n    email: sales@example.com\nimport: [phone_number/sales, contact/sales]\n"
    )


def test_an_empty_section_in_braces_becomes_one_in_lines() -> None:
    """Its questions are asked, and all other lines and comments stay, however they are indented."""
    text = "space: acme\ncontacts: {}\n\n# ours\nphone_numbers: { }   # none yet\nspace_id:     cams-1 # checked\n"
    questions = {"phone_numbers": {"": "Is that right?", "sales": "Is it wanted?"}}
    asked = SALES.replace("  sales", "  # Is that right?\n  # Is it wanted?\n  sales")
    assert extended(text, BLOCKS._replace(questions=questions)) == (
        text.replace(": { }   # none yet\n", f":   # none yet\n{asked}") + "import: [sales]\n"
    )


@pytest.mark.parametrize("more", ["", f"phone_numbers:\n{SUPPORT}", "phone_numbers: {}\n", "import: []\n"])
def test_line_ends_are_those_of_the_file(more: str) -> None:
    """What is added to a file of another system ends as its lines do; where they differ, each stays as it is."""
    text = f"{HEAD}{more}"
    made = extended(text, BLOCKS)
    assert made
    assert extended(text.replace("\n", "\r\n"), BLOCKS) == made.replace("\n", "\r\n")
    mixed = extended(text.replace("\n", "\r\n", 1), BLOCKS)
    assert mixed == made.replace("\n", "\r\n", 1)


def test_an_instance_keeps_its_line_ends() -> None:
    """As any other lines of its file."""
    text = "template: shop.yaml\ninstances:\n  acme:\n    space_id: cams-1\n"
    made = extended(text, BLOCKS, "acme")
    assert made
    assert extended(text.replace("\n", "\r\n"), BLOCKS, "acme") == made.replace("\n", "\r\n")


def test_what_is_left_of_a_customer_keeps_its_line_ends(tmp_path: Path) -> None:
    """The lines that stay, and those that are written."""
    (tmp_path / "acme.yaml").write_bytes(f"{HEAD}phone_numbers:\n{SUPPORT}".replace("\n", "\r\n").encode())
    left = offboarded(tmp_path, "acme.yaml", {"support": "forget"}, "acme")
    assert left == f"{HEAD}\nremoved:\n  support: forget\n".replace("\n", "\r\n")
