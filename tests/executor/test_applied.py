"""What each sort of change does to its record, in which order, and what it is counted as."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from reconciler.core.answer import Answer, Error, Ok, Unknown
from reconciler.core.journal.record import Record
from reconciler.core.journal.state import State
from reconciler.core.model import Limits
from reconciler.core.outcome import Outcome
from reconciler.core.plan.budget import Budget
from reconciler.core.plan.change import Change, Plan, Removal, SpacePlan
from reconciler.errors import Problem, StateError
from reconciler.executor.apply import apply, how_far
from reconciler.executor.drive import Hands
from reconciler.refusals import Meaning
from tests.core.entries import Entry, intent, opened, run, sealed

NOW = "2026-11-20T10:31:00.000Z"
TOM = {"name": "tom", "email": "tom@example.com", "title": "CEO", "message_types": ["FaultMessage"]}
SUPPORT = {"number": "+8613800001234", "display_name": "Acme", "method": "sms", "locale": "en_US"}
HOOK = {"space_id": "cams-acme", "url": "https://hooks.example.com/a"}
REFUSED = Error("X", Meaning.PARAMETER, "no", 400, "R-1")
SET, DELETE = "UpdateAccountWebhook", "DeleteMessageContact"


class Ledger:
    """A journal in memory with an open run of a plan. fails: the type of entry that cannot be written."""

    def __init__(self, space_id: str, *entries: Entry, fails: str = "") -> None:
        self.state, self.fails, self.written = State(space_id), "", list[str]()
        self.append(opened(space_id=space_id), run(plan="p1"), *entries)
        self.fails, self.written = fails, []

    def record(self, id: str) -> Record | None:
        return self.state.records.get(id)

    def append(self, *entries: Mapping[str, Any]) -> None:
        for entry in entries:
            if entry["type"] == self.fails:
                raise StateError(Problem("state-unusable", "the disk is full"))
            self.written.append(entry["type"])
            self.state.advance(*sealed([{"at": NOW, **entry}], self.state))

    def rescue(self, entry: Mapping[str, Any], cause: StateError) -> StateError:
        return StateError(Problem("outcome-kept", "kept"))


def declared(facts: Mapping[str, Any], kind: str, phase: str, **more: Any) -> Entry:
    type, key = {"contact": ("contact", "tom"), "account_callback": ("account_callback", "cams-acme")}.get(
        kind, ("phone_number", "+8613800001234")
    )
    local = {"contact": "contact/tom", "account_callback": "account_callback/account"}.get(kind, "phone_number/support")
    said = {"type": "declared", "id": f"{type}/{key}", "address": local, "kind": kind, "key": key, "phase": phase}
    return {**said, "door": "create", "facts": facts, "on_remove": "refuse", **more}


def change(kind: str, action: str, **more: Any) -> Change:
    facts, key, local = {
        "contact": (TOM, "tom", "contact/tom"),
        "account_callback": (HOOK, "cams-acme", "account_callback/account"),
    }.get(kind, (SUPPORT, "+8613800001234", "phone_number/support"))
    after = None if action in ("delete", "forget") else facts
    return Change(f"acme/{local}", kind, key, action, "so it is", **{"after": after, **more})  # type: ignore[arg-type]


def removal(kind: str = "contact", version: int = 3, **more: Any) -> Removal:
    key, local = ("tom", "contact/tom") if kind == "contact" else ("+8613800001234", "phone_number/support")
    id = f"{local.partition('/')[0]}/{key}"
    return Removal(id, f"acme/{local}", kind, key, version, "no longer declared", **more)  # type: ignore[arg-type]


class Ran:
    """What came of a plan with these changes, in one space unless a change names another."""

    def __init__(self, changes: list[Change], answers: Mapping[str, Answer], *ledgers: Ledger, **hands: Any) -> None:
        self.called, self.told = list[str](), list[tuple[str, str]]()

        def call(operation: str, params: Mapping[str, Any], begin: Callable[[], None] | None) -> Answer:
            if begin:
                begin()
                self.called.append(operation)
            return answers.get(operation, Ok({}, "R-1"))

        budget = Budget(Limits(calls_per_second=0))
        self.hands = Hands(call, lambda: NOW, lambda: NOW, budget, lambda *event: self.told.append(event[::2]), **hands)
        journals = {each.state.space_id: each for each in ledgers}
        plan = Plan("loopback", (SpacePlan("acme", ledgers[0].state.space_id, "", "", tuple(changes)),))
        self.outcomes = apply(plan, journals, self.hands, lambda work, batch: list(map(work, batch)))

    def ends(self) -> list[tuple[str, str, tuple[str, ...], str]]:
        return [_ends(each) for each in self.outcomes]


def _ends(outcome: Outcome) -> tuple[str, str, tuple[str, ...], str]:
    return outcome.result, outcome.problem.code if outcome.problem else "", outcome.counts, outcome.left


def acme(*entries: Entry, **more: Any) -> Ledger:
    return Ledger("cams-acme", *entries, **more)


def test_what_is_new_is_declared_called_and_counted() -> None:
    """And told as it goes; what it is about comes with the end only where it has a reason."""
    ledger = acme()
    ran = Ran([change("account_callback", "create")], {}, ledger)
    assert (ran.ends(), ran.called) == ([("done", "", ("added",), "")], [SET])
    assert ran.told == [("start", "create"), ("called", SET), ("done", "")]
    assert ledger.written == ["declared", "intent", "outcome"]
    refused = Ran([change("account_callback", "create")], {SET: REFUSED}, acme())
    assert refused.ends() == [("failed", "parameter-refused", (), "")]
    assert refused.told[-1] == ("failed", f"{SET} was refused: 400 `X`")


@pytest.mark.parametrize(
    ("phase", "version", "more", "counts"),
    [
        ("changed", 3, {"door": "changed"}, ("changed",)),
        ("accepted", 3, {"door": "changed"}, ("changed",)),
        ("accepted", 1, {"door": "changed"}, ()),
        ("accepted", 3, {"phase": "changed"}, ()),
        ("accepted", 3, {"phase": "changed", "door": "changed"}, ("changed",)),
        ("changed", 3, {"phase": "changed"}, ("changed",)),
        ("changed", 1, {"phase": "changed"}, ("changed",)),
    ],
)
def test_what_was_finished_before_is_done_and_not_counted(
    phase: str, version: int, more: dict[str, Any], counts: tuple[str, ...]
) -> None:
    """By an earlier run of the plan, or by somebody who typed a code since."""
    ledger = acme(declared(HOOK, "account_callback", phase))
    ran = Ran([change("account_callback", "update", version=version, **more)], {}, ledger)
    assert ran.ends() == [("done", "", counts, "")]
    assert bool(ran.called) == (bool(counts))


@pytest.mark.parametrize(
    ("more", "written"),
    [
        ({}, []),
        ({"on_remove": "detach"}, ["declared"]),
        ({"after": {**HOOK, "url": "https://b.example"}}, ["declared"]),
        ({"version": 1, "after": {**HOOK, "url": "https://b.example"}}, []),
    ],
)
def test_a_declaration_is_recorded_once(more: dict[str, Any], written: list[str]) -> None:
    """Where anything in it is otherwise; and never over what this plan has recorded already."""
    ledger = acme(declared(HOOK, "account_callback", "accepted"))
    Ran([change("account_callback", "update", **{"version": 3, **more})], {}, ledger)
    assert ledger.written == written


def tom(phase: str, **more: Any) -> Entry:
    facts = {**TOM, "contact_id": "c", **more.pop("facts", {})}
    return declared(facts, "contact", phase, **more)


GOES = {"left": "it stays", "door": "retired"}
CALLS = ["intent", "outcome", "forgotten"]


@pytest.mark.parametrize(
    ("entry", "more", "written", "ends", "aside"),
    [
        (tom("declared"), {"left": "it stays"}, ["forgotten"], ((), "it stays"), False),
        (tom("added"), {"left": "it stays"}, ["forgotten"], ((), "it stays"), True),
        (tom("confirmed"), {}, ["forgotten"], ((), ""), False),
        (tom("confirmed"), GOES, ["entered", *CALLS], (("destroyed",), "it stays"), False),
        (tom("added"), GOES, ["entered", *CALLS], (("destroyed",), "it stays"), False),
        (tom("retired", door="delete"), {**GOES, "version": 1}, CALLS, (("destroyed",), "it stays"), False),
        (tom("retired", door="delete"), {}, ["forgotten"], ((), ""), False),
        (tom("added"), {**GOES, "version": 1}, [], ((), ""), False),
        (tom("added", facts={"put_back": "added 0 0"}), {}, ["forgotten"], ((), ""), False),
        (tom("added", facts={"put_back": "added 1 0"}), {}, ["forgotten"], ((), ""), True),
    ],
)
def test_what_is_removed_is_forgotten(
    entry: Entry, more: dict[str, Any], written: list[str], ends: Any, aside: bool
) -> None:
    """After its call, if there is one; what was only begun is set aside, unless it was put back and got no further."""
    ledger = acme(entry)
    action = "delete" if "door" in more else "forget"
    gone = Error("EntityNotExists.Contact", Meaning.ABSENT, "gone", 404, "R-1")
    ran = Ran([change("contact", action, removal=removal(**more))], {DELETE: gone}, ledger)
    assert (ledger.written, bool(ledger.state.aside)) == (written, aside)
    assert ran.ends() == [("done", "", *ends)]
    again = Ran([change("contact", action, removal=removal(**more))], {}, ledger)
    if written:
        assert (again.called, again.ends()) == ([], [("done", "", (), "")])


def test_a_removal_that_is_refused_leaves_the_record() -> None:
    """On its way out, with nothing counted."""
    ledger = acme(tom("confirmed"))
    ran = Ran([change("contact", "delete", removal=removal(**GOES))], {DELETE: REFUSED}, ledger)
    assert ran.ends() == [("failed", "parameter-refused", (), "")]
    record = ledger.record("contact/tom")
    assert record and (record.phase, record.door, record.facts["was"]) == ("retired", "delete", "confirmed")


THERE = {"AccountReviewStatus": "APPROVED"}


def listing(**row: str) -> Answer:
    rows = [{"PhoneNumber": "8613800001234", "VerifiedName": "Acme", **row}] if row else []
    return Ok({"PhoneNumbers": rows}, "R-1")


@pytest.mark.parametrize(
    ("listed", "ends", "recorded"),
    [
        (listing(), ("failed", "import-absent", (), ""), ""),
        (listing(Status="PENDING"), ("done", "", ("imported",), ""), "added"),
        (listing(Status="odd"), ("blocked", "number-unclear", (), ""), ""),
        (REFUSED, ("failed", "parameter-refused", (), ""), ""),
        (Unknown("cut"), ("unknown", "unknown-answer", (), ""), ""),
    ],
)
def test_what_is_imported_is_recorded_as_it_is_there(listed: Answer, ends: Any, recorded: str) -> None:
    """Nothing is called that has an effect; what is not there, or cannot be read, is not recorded."""
    ledger = acme()
    ran = Ran([change("register", "import")], {"QueryChatappPhoneNumbers": listed}, ledger)
    record = ledger.record("phone_number/+8613800001234")
    assert (ran.ends()[0][0::2], record.phase if record else "", ran.called) == (ends[0::2], recorded, [])
    assert ran.ends()[0][1] == ends[1] or ends[0] == "blocked"
    assert ledger.state.aside == {}
    if record:
        again = Ran([change("register", "import")], {}, ledger)
        assert again.ends() == [("done", "", (), "")]


@pytest.mark.parametrize(("fails", "result"), [("intent", "failed"), ("outcome", "unknown"), ("declared", "failed")])
def test_what_cannot_be_written_stops_everything(fails: str, result: str) -> None:
    """Whether it was done is unknown only where it may have been called; nothing else is begun."""
    ledger = acme(fails=fails)
    second = change("contact", "create")
    ran = Ran([change("account_callback", "create"), second], {}, ledger)
    assert [each.result for each in ran.outcomes] == [result, "not_started"]
    assert ran.hands.stop.is_set()


def arrived(phase: str, kind: str = "register") -> Entry:
    return declared(SUPPORT, kind, phase)


@pytest.mark.parametrize(
    ("new", "old", "ends"),
    [
        (None, "registered", ("not_started", "waits-for-move")),
        ("declared", "registered", ("not_started", "waits-for-move")),
        ("added", "registered", ("not_started", "waits-for-move")),
        ("registered", "registered", ("done", "")),
        ("connected", "registered", ("done", "")),
        ("added", "added", ("done", "")),
        ("declared", "added", ("not_started", "waits-for-move")),
    ],
)
def test_what_moves_leaves_its_old_space_last(new: str | None, old: str, ends: tuple[str, str]) -> None:
    """Once it is in service in the new one, or begun there if it was not in service; nobody is without both."""
    here, there = acme(arrived(old)), Ledger("cams-globex", *([arrived(new)] if new else []))
    gone = removal("register", left="it stays", after=("cams-globex", "phone_number/+8613800001234"))
    ran = Ran([change("register", "forget", removal=gone)], {}, here, there)
    assert ran.ends() == [(*ends, (), "it stays")]
    assert bool(here.state.records) == (ends[0] != "done")
    assert bool(here.state.aside) == (ends[0] == "done" and old == "added")


def test_a_contact_has_moved_once_its_record_has() -> None:
    """It is one and the same in the directory; nothing of it is set aside."""
    for moved in (True, False):
        here, there = acme(tom("confirmed")), Ledger("cams-globex", *([tom("added")] if moved else []))
        gone = removal(after=("cams-globex", "contact/tom"))
        ran = Ran([change("contact", "forget", removal=gone)], {}, here, there)
        assert (ran.outcomes[0].result, here.state.aside) == ("done" if moved else "not_started", {})


def test_a_record_is_carried_with_all_it_has() -> None:
    """From another space, or from what was set aside here: then it is known how far it had come."""
    row = tom("confirmed")
    there, here = Ledger("cams-globex", row), acme()
    moves = change("contact", "move", carried=("cams-globex", "contact/tom"), on_remove="delete", learned={"moves": 1})
    ran = Ran([moves], {}, here, there)
    record = here.record("contact/tom")
    assert record and (record.phase, record.facts["moves"], record.on_remove, record.ends) == (
        "confirmed",
        1,
        "delete",
        True,
    )
    assert ("put_back" in record.facts, ran.ends()) == (False, [("done", "", (), "")])
    halfway = tom("added", on_remove="forget")
    left = {"type": "forgotten", "id": "contact/tom", "why": "", "left": "", "aside": True}
    back = acme(halfway, left)
    was = back.state.aside["contact/tom"]
    Ran([change("contact", "create", carried=("cams-acme", "contact/tom"), version=4)], {DELETE: REFUSED}, back)
    again = back.record("contact/tom")
    assert again and again.facts["put_back"] == how_far(was) == "added 0 0"


HERE, FAILED = ("cams-acme", "account_callback/cams-acme"), ("failed", "parameter-refused")
GONE = Error("EntityNotExists.Contact", Meaning.ABSENT, "gone", 404, "R-1")


@pytest.mark.parametrize(
    ("more", "order"),
    [
        ({}, ["forget", "create"]),
        ({"after": ("cams-globex", "contact/tom")}, ["create", "forget"]),
        ({"after": HERE, "action": "replace"}, ["replace", "create"]),
    ],
)
def test_what_leaves_once_another_has_arrived_runs_last(more: dict[str, Any], order: list[str]) -> None:
    """Its outcome is told in its own place all the same; what brings the other one itself runs in the plan's order."""
    action = more.pop("action", "forget")
    first = change("account_callback" if action == "replace" else "contact", action, removal=removal(**more))
    other = change("register", "create")
    ran = Ran([first, other], {"QueryChatappBindWaba": REFUSED}, acme(tom("confirmed")), Ledger("cams-globex"))
    assert [detail for event, detail in ran.told if event == "start"] == order
    assert [each.address for each in ran.outcomes] == [first.address, other.address]


@pytest.mark.parametrize(
    ("answers", "after", "ends", "called"),
    [
        ({DELETE: GONE}, None, ("done", "", ("destroyed", "added"), "it stays"), [DELETE, SET]),
        ({DELETE: REFUSED}, None, (*FAILED, (), ""), [DELETE]),
        (
            {DELETE: GONE, SET: REFUSED},
            None,
            ("failed", "parameter-refused", ("destroyed",), "it stays"),
            [DELETE, SET],
        ),
        ({DELETE: GONE}, HERE, ("done", "", ("added", "destroyed"), "it stays"), [SET, DELETE]),
        ({SET: REFUSED}, HERE, (*FAILED, (), ""), [SET]),
        ({DELETE: REFUSED}, HERE, (*FAILED, ("added",), ""), [SET, DELETE]),
    ],
)
def test_of_a_replacement_one_comes_and_one_leaves(
    answers: dict[str, Answer], after: Any, ends: Any, called: list[str]
) -> None:
    """In the order that the plan says, and the second only once the first is done; both are counted."""
    ledger = acme(tom("confirmed"))
    ran = Ran([change("account_callback", "replace", removal=removal(after=after, **GOES))], answers, ledger)
    assert (ran.ends(), ran.called) == ([ends], called)


def test_a_replacement_whose_old_one_has_left_is_done() -> None:
    """An earlier run of the plan removed it."""
    ran = Ran([change("account_callback", "replace", removal=removal(after=HERE, **GOES))], {}, acme())
    assert (ran.ends(), ran.called) == ([("done", "", ("added",), "")], [SET])


def test_whether_a_removal_was_done_may_be_unknown_too() -> None:
    """Where its outcome could not be written."""
    ledger = acme(tom("confirmed"), fails="outcome")
    ran = Ran([change("account_callback", "replace", removal=removal(**GOES))], {DELETE: GONE}, ledger)
    assert (ran.outcomes[0].result, ran.called) == ("unknown", [DELETE])


@pytest.mark.parametrize(("phase", "left"), [("added", ""), ("confirmed", "it stays")])
def test_what_begins_anew_and_is_set_aside_leaves_nothing(phase: str, left: str) -> None:
    """It is taken up again when it is declared as it was; anything else stays for a person to clean up."""
    ran = Ran(
        [change("contact", "replace", removal=removal(left="it stays"))],
        {"ListMessageContacts": REFUSED},
        acme(tom(phase)),
    )
    assert [each.left for each in ran.outcomes] == [left]


def test_what_was_put_back_and_is_deleted_is_set_aside_again() -> None:
    """Only who forgets it a second time wants to start over."""
    ledger = acme(tom("added", facts={"put_back": "added 0 0"}))
    Ran([change("contact", "delete", removal=removal())], {}, ledger)
    assert ledger.state.aside


def test_a_call_that_may_have_been_made_is_a_beginning() -> None:
    """What it made may be there, so its record is not thrown away."""
    ledger = acme(declared(TOM, "contact", "declared"), intent(seen="absent"))
    Ran([change("contact", "forget", removal=removal(version=4))], {}, ledger)
    assert ledger.state.aside


@pytest.mark.parametrize(
    ("new", "old", "waits"),
    [
        ("declared", "added", True),
        ("added", "added", False),
        ("added", "activated", True),
        ("added", "confirmed", True),
        ("confirmed", "confirmed", False),
    ],
)
def test_who_is_replaced_leaves_when_the_other_one_is_there(new: str, old: str, waits: bool) -> None:
    """Confirmed, where the old one is confirmed or on its way to its members; else once it is begun."""
    tim = {**tom(new), "id": "contact/tim", "address": "contact/tim", "key": "tim"}
    gone = removal(after=("cams-acme", "contact/tim"), left="it stays")
    ran = Ran([change("contact", "forget", removal=gone)], {}, acme(tom(old), tim))
    ends = ("not_started", "waits-for-replacement") if waits else ("done", "")
    assert ran.ends() == [(*ends, (), "it stays")]


@pytest.mark.parametrize("adopt", [False, True])
def test_what_is_there_already_is_taken_over_with_consent(adopt: bool) -> None:
    """As the run was given it."""
    ledger = acme()
    answers = {
        "QueryChatappPhoneNumbers": listing(Status="PENDING"),
        "QueryChatappBindWaba": Ok({"Data": THERE}, "R-1"),
    }
    ran = Ran([change("register", "create")], answers, ledger, adopt=adopt)
    record = ledger.record("phone_number/+8613800001234")
    assert record and record.phase == ("declared" if not adopt else "code_requested")
    assert ran.called == (["GetChatappVerifyCode"] if adopt else [])


def test_an_import_that_was_cut_short_goes_on() -> None:
    """And what it could not read further is said, with what it found recorded."""
    begun = declared(SUPPORT, "register", "declared")
    ran = Ran([change("register", "import")], {"QueryChatappPhoneNumbers": listing(Status="PENDING")}, acme(begun))
    assert ran.ends() == [("done", "", ("imported",), "")]
    absent = Ran([change("register", "import")], {"QueryChatappPhoneNumbers": listing()}, acme(begun))
    assert absent.outcomes[0].problem and absent.outcomes[0].problem.address == "acme/phone_number/support"
    for answer, result in ((REFUSED, "failed"), (Unknown("cut"), "unknown")):
        ledger = acme(begun)
        answers = {"QueryChatappPhoneNumbers": listing(Status="PENDING"), "QueryChatappBindWaba": answer}
        unread = Ran([change("register", "import")], answers, ledger)
        assert [each.result for each in unread.outcomes] == [result]
        assert [each.phase for each in ledger.state.records.values()] == ["added"]
