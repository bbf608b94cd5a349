"""An apply whose store is in trouble for a while: nobody is asked anything, and nothing is done twice."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import Any

from tests.stage.cloud import Cloud
from tests.stage.failing import Failing
from tests.stage.places import Where
from tests.stage.project import APPLY, Done
from tests.trouble.line import Troubled
from tests.trouble.rows import ROWS

SPACE = """space: acme
space_id: cams-e2e
phone_numbers:
  one: {number: "+8613800001234", onboarding: register, display_name: One}
contacts:
  tom: {email: tom@example.com, title: CEO, message_types: [FaultMessage]}
"""
SENT = {"+8613800001234": 1, "tom@example.com": 1}


@dataclass(frozen=True)
class Case:
    backend: str
    kind: str
    nth: int
    trouble: str
    seconds: float


def cases(lengths: tuple[float, ...]) -> list[Case]:
    return [
        Case(backend, kind, nth, trouble, seconds)
        for backend, row in ROWS.items()
        for kind, request in row.requests.items()
        for nth in request.nth
        for trouble in row.troubles
        for seconds in lengths
    ]


def wrong(case: Case, where: Where, line: Troubled, run: Failing, cloud: Cloud) -> list[str]:
    """What should not be, in a project and a cloud that are empty, after one apply and another person's look."""
    run.project.environment |= {"RECONCILER_STATE": where.url, **where.environ}
    run.project.write("spaces/acme.yaml", SPACE)
    request = ROWS[case.backend].requests[case.kind]
    line.arm(case.trouble, case.seconds, request.method, request.part, case.nth)
    return list(_wrong(run, cloud, line, run(*APPLY)))


def _wrong(run: Failing, cloud: Cloud, line: Troubled, done: Done) -> list[str]:
    waiting = run("pending", "--json", RECONCILER_WHO="bob", RECONCILER_HOST="elsewhere")
    doubts = [each["address"] for each in _rows(waiting) if each["in_doubt"]]
    sent = dict(Counter(message["to"] for message in cloud.messages()))
    found = {
        "the trouble never began": not line.seen,
        f"the apply ended {done.code}: {done.err[-400:]}": done.code not in (0, 3),
        f"another person cannot read it: {waiting.err[-400:]}": waiting.code != 0,
        f"in doubt: {doubts}": doubts,
        "an outcome is kept beside the configuration": run.kept.exists(),
        f"sent: {sent}": sent != SENT,
        f"the sandbox saw {cloud.violations()}": cloud.violations(),
    }
    return [what for what, is_wrong in found.items() if is_wrong]


def _rows(waiting: Done) -> list[dict[str, Any]]:
    return list(json.loads(waiting.out)) if waiting.code == 0 else []
