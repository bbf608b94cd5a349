"""A comment or an issue as the command writes it, in this process, with the waits written down instead of slept."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from reconciler.errors import CloudError, Problem
from reconciler.forge import FORGES, Issues, KeptIssue, Session, Thread, WantedPull, find_pull
from reconciler.forge.comments import Written
from tests.stage.servers.forge import Forge

MARK = "<!-- reconciler:plan -->"
OURS = {False: "github-actions[bot]", True: "project_7_bot"}
"""Whose comments are ours: on GitHub, on GitLab."""
WRITES = ("POST", "PATCH", "PUT")
FIRST, SECOND = f"{MARK}\nPlan: 1 to add.\n", f"{MARK}\nNo changes.\n"


@dataclass
class Writer:
    """slept: seconds, in order. at_sleep: called each time."""

    forge: Forge
    number: str = "12"
    author: str = ""
    slept: list[float] = field(default_factory=list)
    at_sleep: Callable[[], object] | None = None

    def put(
        self, text: str = FIRST, marker: str = MARK, anew: bool = True, env: Mapping[str, str] = {}
    ) -> Written | None:
        opened = FORGES["gitlab" if self.forge.gitlab else "github"]({**self.forge.environment, **env})
        with contextlib.closing(Session(opened.site, self.sleep)) as session:
            mine = self.author or opened.me(session)
            return Thread(opened, session, self.number, mine).put(marker, text, anew)

    def keep(self, text: str = FIRST, due: bool | None = True, marker: str = MARK) -> KeptIssue | None:
        opened = FORGES["gitlab" if self.forge.gitlab else "github"](self.forge.environment)
        with contextlib.closing(Session(opened.site, self.sleep)) as session:
            return Issues(opened, session, self.author or opened.me(session)).keep(marker, "Drift", text, due)

    def kept(self, text: str = FIRST, due: bool | None = True) -> str:
        """What was done; "" for nothing."""
        kept = self.keep(text, due)
        return f"{kept.action} {kept.number}" if kept else ""

    def action(self, text: str = FIRST, **env: str) -> str:
        written = self.put(text, env=env)
        return written.action if written else ""

    def problem(self, text: str = FIRST, **env: str) -> Problem:
        """What a comment that cannot be written fails with."""
        try:
            self.put(text, env=env)
        except CloudError as error:
            (problem,) = error.problems
            return problem
        raise AssertionError("it was written")

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        if self.at_sleep:
            self.at_sleep()


def number(name: str, environ: Mapping[str, str]) -> str | None:
    """The pull request of a job with this environment."""
    forge = FORGES[name](environ)
    known = forge.pull()
    if not isinstance(known, WantedPull):
        return known
    with contextlib.closing(Session(forge.site)) as session:
        found = find_pull(forge, session, known)
        return found.number if found else None
