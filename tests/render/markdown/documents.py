"""Representative documents by name: the comments of all stories, and what else may stand in one."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from msgspec.structs import replace

from reconciler.core.ci_job import CiJob
from reconciler.core.journal.tip import Tip
from reconciler.core.outcome import Challenge, Figures, LastRefusal, Outcome
from reconciler.core.plan.basis import Basis
from reconciler.core.plan.change import Plan, SpacePlan, Unchanged
from reconciler.core.review.checked import CheckedAspect, CheckedResource, CheckReport, UnmanagedResource, UnreadListing
from reconciler.core.review.failure import PlanFailure
from reconciler.errors import Place, Problem
from reconciler.render.markdown.comments import (
    apply_comment,
    drift_issue,
    failure_comment,
    pending_comment,
    plan_comment,
    refusal_comment,
)
from reconciler.render.markdown.stamp import stamp_line
from tests.render.formats.plans import NOW
from tests.render.markdown.rendered import JOB

KEY = "plan"
LATER, SENT = "2026-11-21T00:00:00.000Z", f"{NOW[:10]}T08:59:00.000Z"

CODE = Challenge("acme/phone_number/support", "+8613800001234", "code", "ChatappVerifyAndRegister", SENT, channel="sms")
LINKS = Challenge("acme/contact/tom", "tom@example.com", "confirmation", "GetMessageContact", SENT, channel="email")
WAITING = (
    CODE,
    replace(CODE, address="acme/phone_number/sales", number="+8613800005678", in_doubt=True),
    replace(CODE, address="acme/phone_number/desk", number="+6281234567890", parked=True, attempts=3),
    replace(CODE, address="globex/phone_number/bought", number="+6581234567", requested_at="", channel=""),
    LINKS,
)
SAID = LastRefusal("AddChatappPhoneNumber", "Number.Taken", 400, "<b>taken</b>", SENT, 2, True, "Ask who has it.")
NUDGED = (
    *WAITING[:2],
    replace(CODE, kind="refusal", operation="AddChatappPhoneNumber", requested_at="", refusal=SAID),
    replace(CODE, address="acme/phone_number/named", kind="time", operation="QueryChatappPhoneNumbers", reason="name"),
    replace(CODE, address="acme/phone_number/soon", kind="time", operation="QueryChatappPhoneNumbers", reason=""),
)
PARKED = Problem("parked", "3 codes were tried since the last message", address=WAITING[2].address)
REFUSED = Problem("permission-denied", "AddMessageContact was refused: NoPermission", found="<b>no</b>")
FAILED = PlanFailure(
    (
        Problem(
            "bad-value", "<b>onboarding</b> is not one of these", Place("spaces/acme.yaml", 4, 17), hint="Choose one."
        ),
        Problem("unknown-revision", "abc1234 is not in this repository", hint="Fetch @everyone."),
    ),
    (Problem("settings-changed", "max_messages was 20 and is 40", Place("reconciler.yaml"), hint="Look at it."),),
)
HOSTILE = "@octocat <b>x</b> fixes #12 !3 /close [x](//x.example) +8613800001234\n# @everyone\n/approve"
CHECKED = CheckReport(
    SENT,
    7,
    2,
    (
        CheckedResource(
            "acme/phone_number/support",
            "register",
            "registered",
            "changed",
            (
                CheckedAspect("status", "as_recorded", "CONNECTED"),
                CheckedAspect("name", "changed", HOSTILE, "Acme Support"),
            ),
        ),
        CheckedResource(
            "acme/contact/tom", "contact", "confirmed", "gone", (CheckedAspect("status", "gone", "not listed"),)
        ),
        CheckedResource(
            "acme/phone_number/sales",
            "migrate",
            "registered",
            "unknown",
            (CheckedAspect("status", "unknown", "QueryChatappPhoneNumbers was refused: Throttling.User"),),
        ),
        CheckedResource("acme/phone_number/desk", "register", "registered", "as_recorded", ()),
    ),
    (
        UnmanagedResource("", "contact", "@ann <b>", "Active"),
        UnmanagedResource("acme", "phone_number", "+8613800001299", "CONNECTED, name @bob"),
    ),
    (UnreadListing("globex", "phone_number", "QueryChatappPhoneNumbers was refused: NoPermission"),),
)
WIDE = ("word " * 30, "y" * 180, "王" * 60)
REHEARSAL = [
    "Calls:        3",
    "              1 AddChatappPhoneNumber",
    "Messages:     1 (1 sms)",
    "Differences:  none from the forecast",
]


def documents(plans: Mapping[str, Plan]) -> dict[str, str]:
    return {
        **{name: plan_comment(plan, KEY) for name, plan in plans.items()},
        "untrusted": untrusted(plans["new"]),
        "rehearsed": plan_comment(plans["new"], KEY, rehearsal=REHEARSAL),
        "many-spaces": plan_comment(many_spaces(plans["every-action"]), "prod"),
        "paused": paused(),
        "failed": failed(),
        "complete": apply_comment([replace(DONE, left="the number stays registered in the space")], KEY),
        "pending": pending_comment(WAITING, "nudge"),
        "pending-seen": pending_comment(WAITING[:1], "nudge", tips={"acme": Tip("ab" * 16, 53, "cd" * 32)}),
        "nudge": pending_comment(NUDGED, "nudge", older_than=172_800, total=5, stamp=stamp_line(CiJob(run="77"), SENT)),
        "nothing-waits": pending_comment([], "nudge"),
        "none-waits-longer": pending_comment([], "nudge", older_than=172_800, total=4),
        "drift": drift_issue(CHECKED, "drift", stamp=stamp_line(CiJob(run="77"), SENT, "production")),
        "drift-unknown": drift_issue(replace(CHECKED, resources=CHECKED.resources[2:]), "drift"),
        "drift-over": drift_issue(replace(CHECKED, resources=CHECKED.resources[3:]), "drift"),
        "apply-refused": refusal_comment([PARKED, dataclasses.replace(REFUSED, address="acme/contact/ann")], KEY),
        "stamped": plan_comment(plans["new"], KEY, stamp=stamp_line(JOB, SENT)),
        "plan-failed": failure_comment(FAILED, KEY, untrusted=True, stamp=stamp_line(JOB, SENT)),
        "no-plan": failure_comment(PlanFailure(), KEY, stamp=stamp_line(CiJob(run="77"), SENT)),
        "no-plan-needed": failure_comment(PlanFailure(none_needed=True), KEY, stamp=stamp_line(CiJob(), SENT)),
        "complete-with-earlier": apply_comment([DONE], KEY, plan=Figures(3, 1, 1), stamp=stamp_line(JOB, SENT)),
        "wide": plan_comment(wide(plans["new"]), KEY),
        "none-changed": none_changed(0),
        "none-changed-one-waits": none_changed(1),
        "same-revision": plan_comment(Plan("loopback", basis=Basis("ab" * 20)), KEY),
        "snapshot": plan_comment(Plan("loopback", basis=Basis("ab" * 20, SENT)), KEY),
    }


def untrusted(plan: Plan) -> str:
    against = replace(plan, basis=Basis("0123456789abcdef" * 2 + "01234567", unsure=("acme/contact/tom",)))
    return plan_comment(against, KEY, untrusted=True, notes=["The branch is @octocat's #12."])


def none_changed(waiting: int) -> str:
    """Whatever the revision is called, it is no markup."""
    return plan_comment(Plan("loopback", since=Unchanged("<b>@main</b>", 2, waiting)), KEY)


def wide(plan: Plan) -> Plan:
    """Names that are broken between words, within a word, and where a character takes two columns."""
    (space,) = plan.spaces
    facts = {**(space.changes[0].after or {})}
    changes = [replace(space.changes[0], after={**facts, "display_name": name}) for name in WIDE]
    return replace(plan, spaces=(replace(space, changes=tuple(changes)),))


def many_spaces(plan: Plan) -> Plan:
    """What changes stands in front; of the others there is a count."""
    quiet = tuple(SpacePlan(f"quiet-{n}", f"cams-{n}", f"line-{n}", "", unchanged=5, recorded=5) for n in range(40))
    return replace(plan, spaces=(*quiet[:20], *plan.spaces, *quiet[20:]))


DONE = Outcome("acme/phone_number/old", "delete", "done", counts=("added", "destroyed"))


def paused() -> str:
    outcomes = [Outcome(each.address, "create", "paused", None, each) for each in WAITING]
    outcomes[2] = replace(outcomes[2], problem=PARKED)
    later = Outcome("acme/contact/ann", "create", "paused", resume_at=LATER)
    return apply_comment([DONE, *outcomes, later], KEY, notes=["The next run goes on with the same plan."])


def failed() -> str:
    one = Outcome("acme/contact/ann", "create", "failed", dataclasses.replace(REFUSED, address="acme/contact/ann"))
    return apply_comment([DONE, one, Outcome(CODE.address, "create", "paused", None, CODE)], KEY)
