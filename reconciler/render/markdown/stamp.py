"""The line below a comment's heading: when it was written, for which commit on which base, by which run."""

from __future__ import annotations

import re

from reconciler.core.ci_job import CiJob
from reconciler.render.markdown.words import code, prose
from reconciler.render.times import ANY_DAY, moment

SHORT = 12
_TIME = r"`[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}` UTC"
TIME = re.compile(rf"^{_TIME}", re.MULTILINE)
"""Of a stamp: the moment, which alone makes no comment another one."""
WHOLE = re.compile(rf"^{_TIME}.*$", re.MULTILINE)
"""A whole stamp, for a comment that each run of a schedule writes."""


def stamp_line(job: CiJob, at: str, environment: str = "") -> str:
    """One line. at: the moment, in UTC as it is recorded. environment: its name; "" for none."""
    base = f" on base {code(job.base[:SHORT])}" if job.base else ""
    commit = f"commit {code(job.commit[:SHORT])}{base}" if job.commit else ""
    within = f"environment {code(environment)}" if environment else ""
    return ", ".join(filter(None, [prose(moment(at, ANY_DAY)), within, commit, _run(job)]))


def _run(job: CiJob) -> str:
    if not job.run:
        return ""
    said = f"run `{job.run}`"  # digits, which are no phone number
    return f"[{said}]({job.url})" if job.url else said


def stamped(text: str, line: str) -> str:
    """text: Markdown that begins with its heading. line: a stamp, "" for none."""
    heading, end, rest = text.partition("\n")
    return f"{heading}\n\n{line}{end}{rest}" if line else text
