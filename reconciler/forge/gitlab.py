"""GitLab: issues, and notes on a merge request.

A job's own token (CI_JOB_TOKEN) can write neither, so a token of the project or group is needed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from reconciler.core.ci_job import CiJob, ci_job
from reconciler.forge.contract import Issue, WantedPull
from reconciler.forge.session import Session
from reconciler.forge.site import Endpoint, Environ, Site, address, is_commit, number, setting, text_at, token

SIDES = ("source_project_id", "target_project_id")
ENDPOINTS = {
    "user": Endpoint("GET", "/user"),
    "pulls": Endpoint("GET", "/projects/{project}/merge_requests"),
    "comments": Endpoint("GET", "/projects/{project}/merge_requests/{number}/notes"),
    "create": Endpoint("POST", "/projects/{project}/merge_requests/{number}/notes"),
    "update": Endpoint("PUT", "/projects/{project}/merge_requests/{number}/notes/{id}"),
    "issues": Endpoint("GET", "/projects/{project}/issues"),
    "open": Endpoint("POST", "/projects/{project}/issues"),
    "edit": Endpoint("PUT", "/projects/{project}/issues/{number}"),
}
HINTS = {
    401: "Check RECONCILER_GITLAB_TOKEN: it is wrong or expired, or the job's own, which may write nothing here.",
    403: "Give the token the scope `api` and its user the role Reporter or more; a locked discussion refuses, too.",
    404: "Check CI_PROJECT_ID and the number; GitLab also hides so what a token may not see.",
    422: "Look at the merge request or the issue: GitLab took the request for wrong.",
}


class GitLab:
    """Satisfies Forge."""

    page = 50
    order: Mapping[str, str] = {"sort": "asc", "order_by": "created_at"}
    longest = 1_000_000

    def __init__(self, site: Site, environ: Environ) -> None:
        self.site = site
        self._environ = environ

    def pull(self) -> str | WantedPull | None:
        """The merge request of the job; after a merge, the one that became this commit."""
        iid, commit = self._environ.get("CI_MERGE_REQUEST_IID", ""), self._environ.get("CI_COMMIT_SHA", "")
        # For a scheduled job the newest commit is irrelevant.
        if iid or not is_commit(commit) or self._environ.get("CI_PIPELINE_SOURCE") == "schedule":
            return number(iid)
        query = {"state": "merged", "order_by": "updated_at", "sort": "desc", "per_page": "100"}
        became = ("merge_commit_sha", "squash_commit_sha", "sha")
        return WantedPull(query, became, commit, f"merge request was merged as {commit[:12]}", SIDES)

    def job(self) -> CiJob:
        """Of a merge request the newest commit of its branch, also where the pipeline runs on a merged result."""
        known = self._environ.get
        commit = known("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA") or known("CI_COMMIT_SHA")
        base = known("CI_MERGE_REQUEST_DIFF_BASE_SHA") or known("CI_COMMIT_BEFORE_SHA")
        return ci_job(commit, base, known("CI_PIPELINE_ID"), known("CI_PIPELINE_URL"))

    def number(self, pull: Mapping[str, Any]) -> str:
        return number(str(pull.get("iid"))) or ""

    def author(self, comment: Mapping[str, Any]) -> str:
        return "" if comment.get("system") else text_at(comment, "author.username")

    def issues_of(self, author: str) -> Mapping[str, str]:
        return {"scope": "all", "author_username": author, "order_by": "created_at", "sort": "asc"}

    def issue(self, row: Mapping[str, Any]) -> Issue | None:
        if type(row.get("iid")) is not int:
            return None
        return Issue(row["iid"], str(row.get("description") or ""), row.get("state") == "opened", self.author(row))

    def issue_fields(self, text: str, turns: bool | None) -> Mapping[str, str]:
        event = {} if turns is None else {"state_event": "reopen" if turns else "close"}
        return {"description": text, **event}

    def me(self, session: Session) -> str:
        return text_at(session.value("user"), "username")


def open_forge(environ: Environ) -> GitLab:
    """From the environment of a job. Raises UsageError."""
    api = address(environ, "CI_API_V4_URL")
    # In a fork's pipeline, the merge request is in the other project.
    project = setting(environ, "CI_MERGE_REQUEST_PROJECT_ID", "CI_PROJECT_ID", form=r"\w[\w./-]*")
    headers = {"private-token": token(environ, "RECONCILER_GITLAB_TOKEN", "GITLAB_TOKEN")}
    whose = f"project {project}"
    return GitLab(Site("GitLab", api, ENDPOINTS, headers, {"project": quote(project, safe="")}, HINTS, whose), environ)
