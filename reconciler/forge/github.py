"""GitHub: issues, and comments on a pull request, which are those of the issue with the same number.

The number never comes from a document made by an untrusted branch: only from the command line, GitHub's own variables
and event, or a pull request whose newest or merged commit is the event's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from reconciler.core.ci_job import CiJob, ci_job
from reconciler.forge.contract import Issue, WantedPull
from reconciler.forge.session import Session
from reconciler.forge.site import Endpoint, Environ, Site, address, inside, is_commit, number, setting, text_at, token
from reconciler.net.http import Reply
from reconciler.runtime import regular_files

ENDPOINTS = {
    "user": Endpoint("GET", "/user"),
    # An app's token, such as GITHUB_TOKEN, has no user; only this endpoint gives the name it writes under.
    "viewer": Endpoint("POST", "/graphql", reads=True),
    "pulls": Endpoint("GET", "/repos/{repository}/pulls"),
    "comments": Endpoint("GET", "/repos/{repository}/issues/{number}/comments"),
    "create": Endpoint("POST", "/repos/{repository}/issues/{number}/comments"),
    "update": Endpoint("PATCH", "/repos/{repository}/issues/comments/{id}"),
    "issues": Endpoint("GET", "/repos/{repository}/issues"),
    "open": Endpoint("POST", "/repos/{repository}/issues"),
    "edit": Endpoint("PATCH", "/repos/{repository}/issues/{number}"),
}
HINTS = {
    401: "Check GITHUB_TOKEN: it is wrong, or has expired.",
    403: "Give the job `permissions: pull-requests: write`, or `issues: write` for an issue; a run of a fork's pull "
    "request never has it.",
    404: "Check GITHUB_REPOSITORY and the number; GitHub also hides so what a token may not see.",
    410: "Check the number: the issue was deleted, or the repository has issues or pull requests turned off.",
    422: "Look at the pull request: GitHub took the request for wrong or for spam.",
}
VIEWER = {"query": "query { viewer { login } }"}
ACTIONS = "github-actions[bot]"
EVENT_SIZE = 32 << 20


class GitHub:
    """Satisfies Forge."""

    page = 100
    order: Mapping[str, str] = {}  # always by ascending id
    longest = 65_536

    def __init__(self, site: Site, environ: Environ) -> None:
        self.site = site
        self._environ = environ

    def pull(self) -> str | WantedPull | None:
        ref = re.fullmatch(r"refs/pull/([0-9]+)/(?:merge|head)", self._environ.get("GITHUB_REF", ""))
        event = _event(self._environ.get("GITHUB_EVENT_PATH", ""))
        pull, run = event.get("pull_request"), event.get("workflow_run")
        if ref:
            return number(ref[1])
        if isinstance(pull, dict):
            return number(str(pull.get("number")))
        if isinstance(run, dict):
            return _merged(run.get("head_sha")) if run.get("event") == "push" else _newest(run)
        scheduled = self._environ.get("GITHUB_EVENT_NAME") == "schedule"  # then the newest commit is irrelevant
        return None if scheduled else _merged(self._environ.get("GITHUB_SHA"))

    def job(self) -> CiJob:
        """After another workflow, that one's run: it is what made the plan."""
        event = _event(self._environ.get("GITHUB_EVENT_PATH", ""))
        run, pull = event.get("workflow_run"), event.get("pull_request")
        if isinstance(run, dict):
            pulls = run.get("pull_requests") or [{}]
            return ci_job(run.get("head_sha"), inside(pulls[0], "base.sha"), run.get("id"), run.get("html_url"))
        number = self._environ.get("GITHUB_RUN_ID", "")
        here = "/".join(self._environ.get(f"GITHUB_{name}", "") for name in ("SERVER_URL", "REPOSITORY"))
        url = f"{here}/actions/runs/{number}"
        if isinstance(pull, dict):
            return ci_job(inside(pull, "head.sha"), inside(pull, "base.sha"), number, url)
        return ci_job(self._environ.get("GITHUB_SHA"), event.get("before"), number, url)

    def number(self, pull: Mapping[str, Any]) -> str:
        return number(str(pull.get("number"))) or ""

    def author(self, comment: Mapping[str, Any]) -> str:
        return text_at(comment, "user.login")

    def issues_of(self, author: str) -> Mapping[str, str]:
        return {"state": "all", "creator": author, "sort": "created", "direction": "asc"}

    def issue(self, row: Mapping[str, Any]) -> Issue | None:
        if type(row.get("number")) is not int or "pull_request" in row:
            return None
        return Issue(row["number"], str(row.get("body") or ""), row.get("state") == "open", self.author(row))

    def issue_fields(self, text: str, turns: bool | None) -> Mapping[str, str]:
        state = {} if turns is None else {"state": "open" if turns else "closed"}
        return {"body": text, **state}

    def me(self, session: Session) -> str:
        user = session.answer("user")
        if isinstance(user, Reply) and user.status in (403, 404):
            return self._app(session, user)
        return text_at(session.parsed(user), "login")

    def _app(self, session: Session, refused: Reply) -> str:
        viewer = session.answer("viewer", None, VIEWER)
        told = isinstance(viewer, Reply) and viewer.status == 200
        if told and (login := text_at(session.parsed(viewer), "data.viewer.login")):
            return login if login.endswith("[bot]") else f"{login}[bot]"
        if self._environ.get("GITHUB_ACTIONS") == "true":
            return ACTIONS
        raise session.refused(refused)


def open_forge(environ: Environ) -> GitHub:
    """From the environment of a job. Raises UsageError."""
    api = address(environ, "GITHUB_API_URL", "https://api.github.com")
    repository = setting(environ, "GITHUB_REPOSITORY", form=r"(?!\.+/)[\w.-]+/(?!\.+$)[\w.-]+")
    headers = {
        "authorization": f"Bearer {token(environ, 'GITHUB_TOKEN')}",
        "accept": "application/vnd.github+json",
        "x-github-api-version": "2022-11-28",
    }
    return GitHub(Site("GitHub", api, ENDPOINTS, headers, {"repository": repository}, HINTS, repository), environ)


def _event(path: str) -> Mapping[str, Any]:
    """The event that started the job; empty if it cannot be read."""
    try:
        event = json.loads(regular_files.read(path, EVENT_SIZE)) if path else {}
    except (OSError, ValueError, RecursionError):
        return {}
    return event if isinstance(event, dict) else {}


SIDES = ("head.repo.full_name", "base.repo.full_name")


def _newest(run: Mapping[str, Any]) -> WantedPull | None:
    """For a job after another one: the open pull request whose newest commit that one ran for."""
    owner, branch, commit = (inside(run, name) for name in ("head_repository.owner.login", "head_branch", "head_sha"))
    if not (isinstance(owner, str) and isinstance(branch, str) and is_commit(commit)):
        return None
    query = {"state": "open", "head": f"{owner}:{branch}", "per_page": "100"}
    return WantedPull(query, ("head.sha",), commit, f"open pull request has {commit[:12]} as its newest commit", SIDES)


def _merged(commit: Any) -> WantedPull | None:
    """For a job after a merge: the pull request that became this commit."""
    if not is_commit(commit):
        return None
    query = {"state": "closed", "sort": "updated", "direction": "desc", "per_page": "100"}
    return WantedPull(
        query, ("merge_commit_sha",), commit, f"pull request was merged as {commit[:12]}", SIDES, "merged_at"
    )
