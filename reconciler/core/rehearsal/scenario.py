"""A user's scenario: what is recorded, what happens, and what must come of it. Plain values, as its file has them."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct


class Fault(Struct, frozen=True, forbid_unknown_fields=True):
    """A fault that calls of the sandbox meet.

    operation: whose calls; `*` for any.
    fault: as the sandbox takes it.
    times: how many calls.
    """

    operation: str
    fault: str
    times: int = 1


class CloudChanges(Struct, frozen=True, forbid_unknown_fields=True):
    """What a step changes in the sandbox first.

    settings: name -> value, as text.
    accounts: name of a space -> review status of its account.
    numbers: address -> what the cloud knows of the number.
    faults: in order.
    """

    settings: Mapping[str, str] = {}
    accounts: Mapping[str, str] = {}
    numbers: Mapping[str, str] = {}
    faults: tuple[Fault, ...] = ()


class Expected(Struct, frozen=True, forbid_unknown_fields=True):
    """What must come of a step; None is not compared. Addresses may be patterns.

    plan: address -> action.
    planned_messages: channel -> messages in the forecast.
    refused: codes of the problems for which the plan is refused.
    exit: the exit code.
    calls: operation -> calls.
    exact_calls: all calls, in order.
    messages: channel or address -> messages.
    messages_at_most: the same, as a limit.
    phases: address -> a phase, or several that will do.
    waits: address -> what it waits for.
    errors: address -> code of the error.
    """

    plan: Mapping[str, str] | None = None
    planned_messages: Mapping[str, int] | None = None
    refused: tuple[str, ...] | None = None
    exit: int | None = None
    calls: Mapping[str, int] | None = None
    exact_calls: tuple[str, ...] | None = None
    messages: Mapping[str, int] | None = None
    messages_at_most: Mapping[str, int] | None = None
    phases: Mapping[str, str | tuple[str, ...]] | None = None
    waits: Mapping[str, str] | None = None
    errors: Mapping[str, str] | None = None


class ScenarioStep(Struct, frozen=True, forbid_unknown_fields=True):
    """A step of a scenario.

    expect: what must come of it.
    after: time that passes first, such as `2d`; "" for none.
    spaces: patterns of the space files from now on; empty if they stay as they are.
    cloud: what is changed in the sandbox.
    resend: addresses for which another message is asked for.
    apply: whether the plan is applied.
    adopt: consent.
    allow_messages: consent.
    allow_deletes: consent.
    allow_country: consent.
    allow_metered: consent.
    people: address -> answers, in order.
    wait: whether time passes for reviews and daily limits.
    """

    expect: Expected
    after: str = ""
    spaces: tuple[str, ...] = ()
    cloud: CloudChanges = CloudChanges()
    resend: tuple[str, ...] = ()
    apply: bool = True
    adopt: bool = False
    allow_messages: int | None = None
    allow_deletes: int | None = None
    allow_country: tuple[str, ...] = ()
    allow_metered: bool = False
    people: Mapping[str, str | tuple[str, ...]] = {}
    wait: bool = False


class Scenario(Struct, frozen=True, forbid_unknown_fields=True):
    """A scenario file.

    scenario: what must hold.
    steps: in order.
    environment: its name; "" for the one that is asked for.
    contrary: seeds of contrary sandboxes; empty for a kind one.
    recorded_in: patterns of the space files that what is recorded was declared in; empty for those of the first step.
    recorded: address -> phase; the last line that matches counts.
    """

    scenario: str
    steps: tuple[ScenarioStep, ...]
    environment: str = ""
    contrary: tuple[int, ...] = ()
    recorded_in: tuple[str, ...] = ()
    recorded: Mapping[str, str] = {}


class Mismatch(Struct, frozen=True):
    """Where a step came out differently.

    step: counted from 1; 0 for the whole scenario.
    key: of `expect`.
    expected: lines that were expected and not found.
    found: lines that were found and not expected.
    place: of the expectation, as file:line:column.
    """

    step: int
    key: str
    expected: tuple[str, ...]
    found: tuple[str, ...]
    place: str = ""


class Verdict(Struct, frozen=True):
    """What came of a scenario in one sandbox.

    file: of the scenario.
    scenario: what had to hold.
    seconds: it took.
    mismatches: empty if it holds.
    environment: its name; "" without environments.
    seed: of a contrary sandbox; None for a kind one.
    world: what that seed drew; "" for a kind one.
    """

    file: str
    scenario: str
    seconds: float
    mismatches: tuple[Mismatch, ...]
    environment: str = ""
    seed: int | None = None
    world: str = ""

    @property
    def passed(self) -> bool:
        """Whether all of it came out as expected."""
        return not self.mismatches


def as_list(said: str | tuple[str, ...]) -> tuple[str, ...]:
    """A text alone is a list of one."""
    return (said,) if isinstance(said, str) else said
