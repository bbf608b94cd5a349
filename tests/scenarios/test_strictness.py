"""The runner finds out what a scenario leaves unsaid, so that a scenario that passes says everything."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scenarios.leaks import leaks
from tests.scenarios.player import staged
from tests.scenarios.rewriting import rewrite
from tests.scenarios.scenario import Scenario, parse

TEXT = """\
law: A purchase code gives the id of a bought number.
given:
  config:
    acme: |
      phone_numbers:
        hotline: {number: "+6581234567", onboarding: prevalidated}
  recorded:
    acme/phone_number/hotline: declared
runs:
  - verify: acme/phone_number/hotline
    people: {acme/phone_number/hotline: 123-830}
    cloud:
      GetPreValidatePhoneId: {Data: {PhoneNumberId: "4711"}}
    then:
      outcomes: 'acme/phone_number/hotline: done'
"""


def play(scenario: Scenario, root: Path) -> None:
    with staged(scenario, root) as stage:
        for run in scenario.runs:
            stage.play(run)


def test_a_complete_scenario_plays(tmp_path: Path) -> None:
    """The text that the others spoil is sound."""
    play(parse(TEXT), tmp_path)


@pytest.mark.parametrize(
    ("said", "instead", "complaint"),
    [
        ("GetPreValidatePhoneId:", "GetMessageContact:", "nothing was scripted for"),
        ("{Data: {PhoneNumberId: ", "[ok, ok, {Data: {PhoneNumberId: ", "no call asked for"),
        (
            "people: {acme/phone_number/hotline: 123-830",
            "people: {acme/phone_number/sales: 123-830",
            "no call asked for",
        ),
        (": 123-830", ": [123-830, 123-831]", "nobody asked for"),
        ("hotline: declared", "sales: declared", "recorded, but in no file"),
    ],
)
def test_what_was_left_out_is_found_out(said: str, instead: str, complaint: str, tmp_path: Path) -> None:
    """A call without an answer, an answer without a call, a code nobody waits for, a record of nothing: each fails."""
    text = TEXT.replace(said, instead)
    text = text.replace('"4711"}}', '"4711"}}]') if "[ok" in instead else text
    with pytest.raises(AssertionError, match=complaint):
        play(parse(text), tmp_path)


@pytest.mark.parametrize("key", ["given", "recorded", "people", "cloud", "verify"])
def test_unknown_keys_are_refused(key: str) -> None:
    """A key that is spelt wrong is no key that is silently passed over."""
    with pytest.raises((TypeError, KeyError, AssertionError)):
        parse(TEXT.replace(f"{key}:", f"{key}s:"))


def test_only_what_came_of_it_is_rewritten(tmp_path: Path) -> None:
    """UPDATE leaves all but the `then` of each run as it was written."""
    file = tmp_path / "case.yaml"
    file.write_text(TEXT, encoding="utf-8")
    rewrite(file, [{"outcomes": "another\n\nstory", "exit": 3}])
    head = TEXT.partition("    then:\n")[0]
    then = "    then:\n      outcomes: |-\n        another\n\n        story\n      exit: 3\n"
    assert file.read_text(encoding="utf-8") == head + then


def test_a_leak_is_found(tmp_path: Path) -> None:
    """A code in a file, however written, and a number in a text: both are seen."""
    number = "+6581234567"
    (tmp_path / "log").write_text(f"{number} 123830", encoding="utf-8")
    found = list(leaks(parse(TEXT), [{"plan": f"call {number}"}], tmp_path))
    assert found == ["the code 123-830 is on disk", f"{number} is shown whole"]
