"""A journal that cannot be written: no call without its intent, no outcome lost, nothing done twice afterwards."""

from __future__ import annotations

import re
import stat
from collections import Counter

import pytest

from tests.heavy import heavy, mostly_heavy
from tests.stage.cloud import Cloud
from tests.stage.failing import ERRORS, Failing, codes
from tests.stage.project import APPLY, SUPPORT, Done, Project

ADD, SEND, REGISTER = "AddChatappPhoneNumber", "GetChatappVerifyCode", "ChatappVerifyAndRegister"
ADDRESS = "acme/phone_number/support"
# The writes of a first apply of one number: which one comes when.
INTENT, OUTCOME, LAST = 3, 4, 7
EMAIL, PHONE = "tom@example.com", "+8613911111234"
OUTCOME_OF_CODE = 3
WAITING = """error[emergency-waiting] .reconciler-emergency.jsonl holds 1 outcome(s) the journal lacks ({operation})
  hint: Run `reconciler state recover`, then continue.
"""
KEPT = """\
error[outcome-kept] {operation} was answered, and the journal cannot be written (.reconciler/state.db cannot be used \
as state: {why}); kept in .reconciler-emergency.jsonl
  hint: Repair the disk, then run `reconciler state recover`.
"""
WHY = {
    "ENOSPC": "[Errno 28] No space left on device",
    "EIO": "[Errno 5] Input/output error",
    "EROFS": "[Errno 30] Read-only file system",
    "EDQUOT": "[Errno 122] Disk quota exceeded",
}


def finished(failing: Failing, cloud: Cloud) -> list[str]:
    """The good day after: applied, answered with the code, ready. Returns all calls ever made that change something."""
    assert failing(*APPLY).code == 3
    assert failing("verify", ADDRESS, stdin=cloud.code(SUPPORT)).code == 0
    return cloud.changes()


@pytest.mark.parametrize("error", mostly_heavy(ERRORS, 1))
def test_an_intent_that_cannot_be_written_stops_its_call(
    failing: Failing, project: Project, cloud: Cloud, error: str
) -> None:
    """Nothing reaches the cloud, nothing is in doubt, and the next run does it all, once."""
    project.declare("support")
    done = failing(*APPLY, at=f"sqlite.before {INTENT} raise:{error}")
    assert (done.code, codes(done.out), cloud.changes(), failing.kept.exists()) == (1, ["state-unusable"], [], False)
    assert done.last == "Apply failed: 0 added, 0 changed, 0 destroyed, 0 paused, 1 failed, 0 unknown, 0 not started."
    assert finished(failing, cloud) == [ADD, SEND, REGISTER]


@pytest.mark.parametrize("error", mostly_heavy(ERRORS, 1))
def test_an_outcome_that_cannot_be_written_is_kept_and_brought_home(
    failing: Failing, project: Project, cloud: Cloud, error: str
) -> None:
    """It goes beside the configuration, for its owner only; no run begins until `state recover` brought it home."""
    project.declare("support")
    failed = failing(*APPLY, at=f"sqlite.before {OUTCOME} raise:{error}")
    assert (failed.code, KEPT.format(operation=ADD, why=WHY[error]) in failed.out) == (1, True)
    assert stat.S_IMODE(failing.kept.stat().st_mode) == 0o600
    refused = failing(*APPLY)
    assert (refused.code, refused.err) == (1, WAITING.format(operation=ADD))
    assert failing("verify", ADDRESS, "--resend").code == 1
    assert cloud.changes() == [ADD]
    home = Done(0, f"phone_number/support: {ADD} recovered\n", "")
    assert failing("state", "recover") == home
    assert not failing.kept.exists()
    assert finished(failing, cloud) == [ADD, SEND, REGISTER]


def test_what_is_kept_holds_no_number_and_no_code(failing: Failing, project: Project, cloud: Cloud) -> None:
    """Not of the call that consumes a code, either; and the number that it made ready is ready once it is home."""
    project.declare("support")
    assert failing(*APPLY).code == 3
    code = cloud.code(SUPPORT)
    failed = failing("verify", ADDRESS, at=f"sqlite.before {OUTCOME_OF_CODE} raise:ENOSPC", stdin=code)
    assert (failed.code, failed.err) == (1, KEPT.format(operation=REGISTER, why=WHY["ENOSPC"]))
    kept = failing.kept.read_text()
    assert [hidden for hidden in (code, code.replace("-", ""), SUPPORT[1:], SUPPORT[3:]) if hidden in kept] == []
    assert failing("state", "recover").code == 0
    assert failing(*APPLY).out.startswith("No changes.")
    assert cloud.changes() == [ADD, SEND, REGISTER]


@pytest.mark.parametrize("write", mostly_heavy((6, 9, 12, 5, 7, 8, 10, 11), 3))
def test_what_is_kept_holds_no_address_of_a_contact(
    failing: Failing, project: Project, cloud: Cloud, write: int
) -> None:
    """Neither phone nor e-mail, whichever write fails; once it is recovered, each link was sent once."""
    contact = f"{{email: {EMAIL}, phone: '{PHONE}', title: CEO, message_types: [FaultMessage]}}"
    project.write("spaces/acme.yaml", f"space: acme\nspace_id: cams-e2e\ncontacts: {{tom: {contact}}}\n")
    failing(*APPLY, at=f"sqlite.before {write} raise:ENOSPC")
    kept = failing.kept.read_text() if failing.kept.exists() else ""
    assert [hidden for hidden in (EMAIL, PHONE, PHONE[1:]) if hidden in kept] == []
    assert failing("state", "recover").code == 0
    assert failing(*APPLY).code == 3
    for target in (EMAIL, PHONE):
        cloud.tell("confirm", to=target)
    assert failing(*APPLY).code == 0
    assert len(cloud.messages()) == 2
    assert failing("plan", "--detailed-exitcode").code == 0


def test_bringing_home_may_be_killed_anywhere_and_repeated(failing: Failing, project: Project, cloud: Cloud) -> None:
    """Killed at each of its own writes in turn, until one recovery met none: the outcome is home once."""
    project.declare("support")
    assert failing(*APPLY, at="sqlite.before 6 raise:EIO").code == 1
    kills = 0
    while failing.kept.exists():
        ended = failing("state", "recover", at=f"sqlite.inserted {kills + 1} kill")
        assert ended.code in (0, -9), ended.err
        kills += ended.code == -9
    assert kills == 3
    outcomes = Counter(entry["operation"] for entry in failing.entries() if entry["type"] == "outcome")
    assert outcomes == {ADD: 1, SEND: 1}
    assert finished(failing, cloud) == [ADD, SEND, REGISTER]


def test_killed_between_home_and_clearing(failing: Failing, project: Project, cloud: Cloud) -> None:
    """Home already, and the file still there: the next recovery finds it settled, and clears it."""
    project.declare("support")
    assert failing(*APPLY, at=f"sqlite.before {OUTCOME} raise:EIO").code == 1
    assert failing("state", "recover", at="append.after:run_closed 1 kill").code == -9
    again = failing("state", "recover")
    assert again == Done(0, f"phone_number/support: {ADD} was settled otherwise meanwhile\n", "")
    assert finished(failing, cloud) == [ADD, SEND, REGISTER]


def test_without_a_place_for_any_file_the_command_to_mend_it_is_printed(
    failing: Failing, project: Project, cloud: Cloud
) -> None:
    """`state recover --line WORD` works as printed, by anyone, more than once; the word holds no number."""
    project.declare("support")
    failed = failing(*APPLY, at=f"sqlite.before {OUTCOME} raise:ENOSPC; emergency.before 1 raise:ENOSPC")
    assert (failed.code, codes(failed.out)) == (1, ["outcome-nowhere"])
    word = re.findall(r"run: reconciler state recover --line (\S+)", failed.out)
    assert len(word) == 1
    for became in ("recovered", "was settled otherwise meanwhile"):
        recovered = failing("state", "recover", "--line", word[0], RECONCILER_WHO="bob")
        assert recovered == Done(0, f"phone_number/support: {ADD} {became}\n", "")
    assert finished(failing, cloud) == [ADD, SEND, REGISTER]


@pytest.mark.parametrize(
    ("error", "place"),
    [
        ("ENOSPC", "sqlite.before"),
        ("EIO", "sqlite.inserted"),
        heavy("EROFS", "sqlite.before"),
        heavy("EDQUOT", "sqlite.inserted"),
    ],
)
def test_whichever_write_fails_the_good_day_after_repeats_nothing(
    failing: Failing, project: Project, cloud: Cloud, error: str, place: str
) -> None:
    """The first, the second … until a run meets no failure: one number added, one message sent, one code used."""
    for nth in range(1, LAST + 2):
        failing.begin_anew()
        project.declare("support")
        failed = failing(*APPLY, at=f"{place} {nth} raise:{error}")
        assert failed.code == (1 if nth < LAST else 3), (nth, failed.err)
        if failing.kept.exists():
            assert failing(*APPLY).code == 1
            assert failing("state", "recover").code == 0
        assert (nth, finished(failing, cloud)) == (nth, [ADD, SEND, REGISTER])
        assert cloud.violations() == []
        cloud.begin()
