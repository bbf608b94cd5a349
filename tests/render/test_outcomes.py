"""What became of a run, as text: nothing is left out because something else is at the same address."""

from __future__ import annotations

from reconciler.core.outcome import Challenge, Outcome
from reconciler.errors import Problem
from reconciler.render.text.outcome import outcome_text

NOW, AT = "2026-11-20T10:31:00.000Z", "acme/contact/tom"


def test_two_outcomes_at_one_address_are_two() -> None:
    """The old one that leaves something behind, and the new one that waits."""
    waits = Challenge(AT, "tom@example.com", "confirmation", "GetMessageContact", NOW)
    said = outcome_text(
        [Outcome(AT, "delete", "done", left="the old one"), Outcome(AT, "create", "paused", challenge=waits)], NOW
    )
    assert said.splitlines()[:2] == [
        f"{AT}: done; to clean up by hand: the old one (Message Center of the console, contacts)",
        f"{AT}: paused, waits for the links sent 10:31 UTC to be followed",
    ]


def test_other_errors_are_not_equal() -> None:
    """What is said of each differs in more than the address."""
    outcomes = [Outcome(f"acme/contact/{n}", "create", "failed", Problem("parameter-refused", f"{n} no")) for n in "ab"]
    assert outcome_text(outcomes, NOW).count("error[parameter-refused]") == 2
