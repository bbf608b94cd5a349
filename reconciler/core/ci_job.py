"""The job of a pipeline that a comment tells of, as its forge's own variables and event say it."""

from __future__ import annotations

import re
from dataclasses import dataclass

_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_RUN = re.compile(r"[0-9]{1,20}")
_URL = re.compile(r"https?://[A-Za-z0-9.:-]+(?:/[A-Za-z0-9._~-]+)+")


@dataclass(frozen=True, slots=True)
class CiJob:
    """Each is "" if it is not known, or not in its form.

    commit: the newest of what was planned or applied, in hex.
    base: the commit that it goes onto.
    run: the number of the workflow run or pipeline.
    url: that run's page.
    """

    commit: str = ""
    base: str = ""
    run: str = ""
    url: str = ""


def ci_job(commit: object = "", base: object = "", run: object = "", url: object = "") -> CiJob:
    return CiJob(_formed(_COMMIT, commit), _formed(_COMMIT, base), _formed(_RUN, run), _formed(_URL, url))


def _formed(form: re.Pattern[str], value: object) -> str:
    said = str(value)
    # GitLab and Git write zeros for a commit that is not there.
    return said if form.fullmatch(said) and said.strip("0") else ""
