"""The two reports that GitLab shows on a merge request: what a plan changes, and problems at their lines."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from reconciler.core.plan.change import Plan
from reconciler.core.plan.forecast import count
from reconciler.errors import Problem
from reconciler.render.documents.places import place_of, shown
from reconciler.render.escape import escape

# What moves when lines move is no part of what a problem is.
_LINE = re.compile(r":[0-9]+(?::[0-9]+)?\b")


def report(plan: Plan) -> str:
    """`artifacts:reports:terraform`: the counts of the summary line."""
    counts = count(plan)
    return json.dumps({"create": counts["add"], "update": counts["change"], "delete": counts["destroy"]})


def code_quality(problems: Iterable[Problem], folder: str = "", warnings: Iterable[Problem] = ()) -> str:
    """`artifacts:reports:codequality`. folder: the project's in the repository, "" for its root."""
    graded = [("critical", each) for each in problems] + [("minor", each) for each in warnings]
    return json.dumps(list(_issues(graded, folder)), indent=2)


def _issues(graded: Iterable[tuple[str, Problem]], folder: str) -> Iterator[dict[str, Any]]:
    seen: Counter[str] = Counter()
    for severity, problem in graded:
        place = place_of(problem, folder)
        same = _sameness(problem, place.file)
        seen[same] += 1
        yield {
            "description": f"{shown(problem.what)}. {shown(problem.mend)}",
            "check_name": problem.code,
            "fingerprint": hashlib.sha256(f"{same}\n{seen[same]}".encode()).hexdigest(),
            "severity": severity,
            "location": {"path": escape(place.file), "lines": {"begin": place.line}},
        }


def _sameness(problem: Problem, file: str) -> str:
    """What makes it the same problem in another run. Masked, as a hash of a number can be guessed."""
    about = problem.address or f"{_LINE.sub('', shown(problem.what))}\n{shown(problem.found or '')}"
    return f"{problem.code}\n{escape(file)}\n{about}"
