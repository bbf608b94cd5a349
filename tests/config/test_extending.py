"""A space file that is there gains blocks: what it has stays as it is, or nothing is written."""

from __future__ import annotations

import pytest

from reconciler.config.formatting.extend import Blocks, extended

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
    ],
)
def test_no_place_is_an_answer(text: str) -> None:
    """A file whose lines cannot take blocks is not extended; it is no crash."""
    assert extended(text, BLOCKS) is None
