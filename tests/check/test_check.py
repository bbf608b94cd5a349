"""Found, told apart, and never guessed: each way in which the cloud can differ from the record."""

from __future__ import annotations

import json
from typing import Any

import pytest

from reconciler.core.answer import Ok
from reconciler.core.review.checked import CheckReport, load_check
from reconciler.kinds import KINDS
from reconciler.kinds.table import Kind
from reconciler.operations import OPERATIONS, Effect
from reconciler.runs.session import read_only
from tests.check.lived import READY, ago, lived, lived_long
from tests.stage.cloud import Cloud
from tests.stage.project import SALES, SUPPORT, Done, Project, registered
from tests.stage.recorded import Past

WHOLE = """\
  resource                     finding       in the cloud
  acme/contact/tom             as recorded   Active
  acme/phone_number/sales      as recorded   CONNECTED, name review APPROVED, quality GREEN, limit TIER_250
  acme/phone_number/support    as recorded   CONNECTED, name review APPROVED, quality GREEN, limit TIER_250
  globex/phone_number/hotline  not readable  no operation reads it

Checked 4 resources of 2 spaces with 3 reads: 3 as recorded, 1 not readable.
"""
AT_SUPPORT, AT_SALES, AT_TOM = "acme/phone_number/support", "acme/phone_number/sales", "acme/contact/tom"
MOVED = "s0/phone_number/n7 in another space space s199, CONNECTED, not listed"
EMPTY = 'says:200:{"Code": "OK"}'
EXPIRED = {"CodeVerificationStatus": "EXPIRED"}
STATUS = {"number": SUPPORT, "do": "show"}
WAITING = READY | {AT_SUPPORT: "code_requested", AT_SALES: "code_requested", AT_TOM: "links_sent"}


def found(project: Project, *words: str) -> tuple[int, dict[str, str]]:
    """The exit code, and address -> verdict."""
    done = project.run("check", "--json", *words)
    report = load_check(json.loads(done.out))
    assert done.code == report.exit_code
    return done.code, {each.address: each.verdict for each in report.resources}


def test_all_is_as_recorded(project: Project, cloud: Cloud) -> None:
    """The whole text. One listing serves a space, one the directory; it sends nothing, changes nothing, records
    nothing."""
    lived(project, cloud)
    before = project.run("state", "pull").out
    assert project.run("check") == Done(0, WHOLE, "")
    assert cloud.messages() == []
    assert cloud.changes() == []
    assert project.run("state", "pull").out == before


# What somebody does in the console -> where it is found, as what, in which words.
DRIFTS: list[tuple[dict[str, Any], str, str, str]] = [
    ({"number": SUPPORT, "do": "deregister"}, AT_SUPPORT, "gone", "gone  OFFLINE"),
    ({"number": SUPPORT, "do": "remove"}, AT_SUPPORT, "gone", "gone  not listed"),
    ({"contact": "tom", "do": "remove"}, AT_TOM, "gone", "gone  not listed"),
    (
        {"number": SUPPORT, "do": "move", "space": "cams-globex"},
        AT_SUPPORT,
        "in_another_space",
        "in another space  space globex, CONNECTED, not listed",
    ),
    (
        {"number": SUPPORT, "do": "rename", "name": "Acme Help"},
        AT_SUPPORT,
        "changed",
        "changed outside  CONNECTED, name Acme Help (recorded Acme Support)",
    ),
    ({**STATUS, "row": {"Status": "PENDING"}}, AT_SUPPORT, "changed", "changed outside  PENDING"),
    (
        {"contact": "tom", "do": "update", "fields": {"EmailAddress": "tim@example.com"}},
        AT_TOM,
        "changed",
        "changed outside  Active, email tim@example.com (recorded tom@example.com)",
    ),
    (
        {"contact": "tom", "do": "update", "fields": {"PhoneNumber": "86-13911119999"}},
        AT_TOM,
        "changed",
        "changed outside  Active, phone +86 139****9999 (recorded +86 139****1234)",
    ),
    (
        {"contact": "tom", "do": "update", "fields": {"Title": "Other", "MessageTypes": []}},
        AT_TOM,
        "changed",
        "changed outside  Active, title Other (recorded CEO), message types none (recorded FaultMessage)",
    ),
    ({"number": SUPPORT, "do": "show", "row": {"Status": "PAUSED"}}, AT_SUPPORT, "unknown", "unknown  PAUSED"),
    ({"number": SALES, "do": "show", "row": {"Status": "HALTED"}}, AT_SALES, "unknown", "unknown  HALTED"),
    ({"number": SUPPORT, "do": "show", "row": {"Status": ""}}, AT_SUPPORT, "unknown", "unknown  no status"),
    ({**STATUS, "row": {"Status": "FLAGGED"}}, AT_SUPPORT, "as_recorded", "as recorded  FLAGGED"),
]


@pytest.mark.parametrize(("console", "address", "verdict", "line"), DRIFTS)
def test_what_was_done_in_the_console(
    project: Project, cloud: Cloud, console: dict[str, Any], address: str, verdict: str, line: str
) -> None:
    """Found and told apart, of one resource; the others stay as they were. 0 messages, 0 calls with an effect."""
    lived(project, cloud)
    cloud.tell("console", **console)
    done = project.run("check")
    (row,) = [each for each in done.out.splitlines() if each.startswith(f"  {address} ")]
    finding, _, seen = line.partition("  ")
    assert row.split(finding, 1)[1].strip().startswith(seen)
    code = {"as_recorded": 0, "unknown": 1}.get(verdict, 2)
    as_before = dict.fromkeys(READY, "as_recorded") | {"globex/phone_number/hotline": "unreadable"}
    assert found(project) == (code, as_before | {address: verdict})
    assert done.code == code
    assert cloud.messages() == []
    assert cloud.changes() == []


@pytest.mark.parametrize(("days", "shown", "verdict"), [(2, {}, 0), (12, {}, 2), (2, EXPIRED, 2)])
@pytest.mark.parametrize("address", [AT_SUPPORT, AT_SALES])
def test_a_verification_that_runs_out(
    project: Project, cloud: Cloud, address: str, days: int, shown: dict[str, str], verdict: int
) -> None:
    """It holds for 14 days, and a number that is verified and not registered yet needs it."""
    lived(project, cloud, READY | {address: "verified"}, days)
    cloud.tell("console", number=SUPPORT if address == AT_SUPPORT else SALES, do="show", row=shown)
    assert found(project, address) == (verdict, {address: "running_out" if verdict else "as_recorded"})


@pytest.mark.parametrize("days", [0, 2])
def test_what_was_added_a_moment_ago_may_not_be_listed_yet(project: Project, cloud: Cloud, days: int) -> None:
    """Its absence is unknown for a day, then it is gone."""
    lived(project, cloud, WAITING, days)
    cloud.tell("console", number=SUPPORT, do="remove")
    assert found(project, AT_SUPPORT) == ((2, {AT_SUPPORT: "gone"}) if days else (1, {AT_SUPPORT: "unknown"}))


@pytest.mark.parametrize(
    ("phase", "status", "verdict"),
    [
        ("code_requested", "PAUSED", "unknown"),
        ("code_requested", "", "unknown"),
        ("code_requested", "PENDING", "as_recorded"),
        ("code_requested", "UNVERIFIED", "as_recorded"),
        ("verified", "PAUSED", "unknown"),
        ("reviewing", "PAUSED", "unknown"),
        ("reviewing", "PENDING", "as_recorded"),
        ("reviewing", "OFFLINE", "changed"),
    ],
)
def test_a_status_before_a_number_is_ready(
    project: Project, cloud: Cloud, phase: str, status: str, verdict: str
) -> None:
    """One that no document explains is unknown there, too; out of service is another one than under review."""
    lived(project, cloud, READY | {AT_SUPPORT: phase}, 2)
    cloud.tell("console", **STATUS, row={"Status": status})
    code = {"as_recorded": 0, "unknown": 1}.get(verdict, 2)
    assert found(project, AT_SUPPORT) == (code, {AT_SUPPORT: verdict})


def test_an_unanswered_call_is_not_as_recorded(project: Project, cloud: Cloud) -> None:
    """What it did is unknown until a run finds out."""
    lived(project, cloud, WAITING | {AT_SUPPORT: Past("added", ago(2), unanswered=1)})
    done = project.run("check", AT_SUPPORT)
    assert (done.code, "unknown  PENDING" in done.out, "Code unanswered" in done.out) == (1, True, True), done.out


@pytest.mark.parametrize(
    ("address", "past"),
    [
        (AT_TOM, Past("changed", ago(2), unanswered=1)),
        (AT_TOM, Past("changed", ago(2))),
        (AT_TOM, Past("dismissed", ago(2))),
        (AT_SUPPORT, Past("retired", ago(2))),
        (AT_SUPPORT, Past("declared", ago(2), unanswered=1)),
    ],
)
def test_what_is_not_finished_is_not_left_out(project: Project, cloud: Cloud, address: str, past: Past) -> None:
    """An update, a removal or a creation that was begun and cannot be read: without its address, too, it is listed as
    unknown."""
    lived(project, cloud, READY | {address: past})
    others = dict.fromkeys(READY, "as_recorded") | {"globex/phone_number/hotline": "unreadable"}
    assert found(project) == (1, others | {address: "unknown"})
    assert found(project, address) == (1, {address: "unknown"})


def test_a_listing_that_lags_is_believed_once_it_shows_it(project: Project, cloud: Cloud) -> None:
    """It is synced first. Where that takes a minute, nothing is called gone that is listed, and the next check finds
    it."""
    lived(project, cloud)
    cloud.tell("settings", stale_lists=True, sync_takes_s=60.0)
    found(project)  # its sync shows what the test put there, a minute later
    cloud.advance(61)
    assert found(project, AT_SUPPORT) == (0, {AT_SUPPORT: "as_recorded"})
    cloud.tell("console", number=SUPPORT, do="deregister")
    assert found(project, AT_SUPPORT) == (0, {AT_SUPPORT: "as_recorded"})
    cloud.advance(61)
    assert found(project, AT_SUPPORT) == (2, {AT_SUPPORT: "gone"})


@pytest.mark.parametrize(
    ("operation", "fault"),
    [
        ("ChatappSyncPhoneNumber", "error:Unheard.Of"),
        ("ChatappSyncPhoneNumber", EMPTY),
        ("QueryChatappPhoneNumbers", "error:NoPermission"),
        ("QueryChatappPhoneNumbers", "garbage"),
        ("QueryChatappPhoneNumbers", EMPTY),
        ("ListMessageContacts", "error:NoPermission"),
        ("ListMessageContacts", 'says:200:{"RequestId": "r", "Contacts": [], "TotalCount": 1}'),
    ],
)
def test_a_failed_read_says_nothing(project: Project, cloud: Cloud, operation: str, fault: str) -> None:
    """Neither as recorded nor gone, whatever the cloud answers instead; what else can be read is read."""
    lived(project, cloud)
    cloud.fault(operation, fault, 100)
    numbers = operation != "ListMessageContacts"
    unread = [AT_SUPPORT, AT_SALES] if numbers else [AT_TOM]
    if fault == EMPTY:
        unread = []  # the other one of the two has the rows
    code, verdicts = found(project)
    assert code == (1 if unread else 0)
    assert {name for name, verdict in verdicts.items() if verdict == "unknown"} == set(unread)
    assert {verdicts[name] for name in (AT_SUPPORT, AT_SALES, AT_TOM) if name not in unread} <= {"as_recorded"}


def test_what_is_gone_may_be_where_nothing_could_be_read(project: Project, cloud: Cloud) -> None:
    """In another space, where that could be read; else gone from its own, and that another was not read is said."""
    lived(project, cloud, {**READY, "globex/phone_number/hotline": "identified"})
    cloud.tell("console", number=SUPPORT, do="move", space="cams-globex")
    assert found(project, AT_SUPPORT) == (2, {AT_SUPPORT: "in_another_space"})
    cloud.fault("QueryChatappPhoneNumbers", "delay:0", 1)
    cloud.fault("QueryChatappPhoneNumbers", "error:NoPermission", 9)
    done = project.run("check", AT_SUPPORT)
    assert (done.code, "1 of the other spaces could not be read" in done.out) == (2, True), done.out


def test_only_what_was_asked_for(project: Project, cloud: Cloud) -> None:
    """By address, key or number; by space; and a name that nothing has is an error."""
    lived(project, cloud)
    assert found(project, "support", SALES) == (0, {AT_SUPPORT: "as_recorded", AT_SALES: "as_recorded"})
    assert found(project, "--space", "globex") == (0, {"globex/phone_number/hotline": "unreadable"})
    assert project.run("check", "acme/phone_number/suport").code == 64
    assert project.run("check", "support", "--space", "acme").code == 64
    assert project.run("check", "--space", "nowhere").code == 64


def test_nothing_is_recorded(project: Project, cloud: Cloud) -> None:
    """Nothing to read: no call, no key needed."""
    project.write("spaces/acme.yaml", "space: acme\nspace_id: cams-e2e\n")
    nothing = Done(0, "Nothing to check: nothing is recorded as ready.\n", "")
    assert project.run("check", ALIBABA_CLOUD_ACCESS_KEY_ID=None) == nothing
    assert cloud.calls() == []


def test_the_document(project: Project, cloud: Cloud) -> None:
    """It is what its schema says, and holds no number."""
    from jsonschema import Draft202012Validator

    lived(project, cloud)
    cloud.tell("console", contact="tom", do="update", fields={"PhoneNumber": "86-13911119999"})
    document = json.loads(project.run("check", "--json").out)
    inner = {name: value for name, value in document.items() if name not in ("format", "exit_code")}
    Draft202012Validator(json.loads(project.run("schema", "check").out)).validate(inner)
    assert "13911119999" not in json.dumps(document)
    assert isinstance(load_check(document), CheckReport)


def test_another_cloud_is_not_asked(project: Project, cloud: Cloud) -> None:
    """What was recorded against the sandbox is not compared with the real cloud."""
    lived(project, cloud)
    done = project.run("check", "--endpoint", "https://cams.ap-southeast-1.aliyuncs.com")
    assert done.code == 1
    assert "error[other-endpoint]" in done.err


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_a_kind_can_be_checked_where_it_is_ready(kind: Kind) -> None:
    """By reads alone; but for what no operation reads, and there is nothing in a space then. Nothing is read twice for
    one phase."""
    phases = [phase for each in kind.observed for phase in each.phases]
    assert (kind.ready in phases) == (kind.in_space or kind.row.directory_wide)
    assert set(phases) <= {*kind.steps, kind.ready}
    reads = [look for each in kind.observed for look in each.look.reads]
    assert {OPERATIONS[look.operation].effect for look in reads} <= {Effect.READ}


@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_hand_that_reads_can_do_nothing_else(operation: str) -> None:
    """By construction: whatever is not a read is refused before it gets to the cloud."""
    read = read_only(lambda *called: Ok())
    if OPERATIONS[operation].effect is Effect.READ:
        assert read(operation, {}) == Ok()
    else:
        with pytest.raises(ValueError, match="is no read"):
            read(operation, {})


def test_ten_thousand_numbers_in_two_hundred_spaces(project: Project, cloud: Cloud) -> None:
    """Two reads a space, however many numbers it has; those as recorded are counted, not listed."""
    files = {}
    for space in range(200):
        numbers = [f"+86138{space * 50 + n:08}" for n in range(50)]
        blocks = "".join(map(registered, [f"n{n}" for n in range(50)], numbers))
        files[f"s{space}"] = f"space: s{space}\nspace_id: cams-{space:03}\nphone_numbers:\n{blocks}"
    lived_long(project, cloud, files)
    cloud.tell("console", number="+8613800000007", do="move", space="cams-199")
    done = project.run("check")
    assert done.code == 2
    assert " ".join(done.out.splitlines()[1].split()) == MOVED
    assert done.out.splitlines()[2:] == [
        "  9999 more are as recorded; --full lists every one.",
        "",
        "Checked 10000 resources of 200 spaces with 400 reads: 9999 as recorded, 1 in another space.",
    ]
    assert len(cloud.calls("ChatappSyncPhoneNumber")) == len(cloud.calls("QueryChatappPhoneNumbers")) == 200
    assert cloud.changes() == []
