"""Where to comment is said by the environment of a job, and by nothing that a pull request can change."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest

from reconciler.errors import CloudError, UsageError
from reconciler.forge import FORGES, Session
from reconciler.forge.site import Site
from tests.forge.writing import number
from tests.stage.servers.forge import BOT, Forge

COMMIT, OTHER = "a" * 40, "b" * 40
AT = "2026-11-20T10:31:00Z"
GITHUB = {"GITHUB_REPOSITORY": "acme/phones", "GITHUB_TOKEN": BOT}
API = "https://gitlab.example/api/v4"
GITLAB = {"CI_API_V4_URL": API, "CI_PROJECT_ID": "7", "RECONCILER_GITLAB_TOKEN": "glpat-bot"}


def site(name: str, changed: dict[str, str]) -> Site:
    return FORGES[name]({**(GITHUB if name == "github" else GITLAB), **changed}).site


def event(folder: Path, value: object) -> dict[str, str]:
    path = folder / "event.json"
    path.write_text(json.dumps(value))
    return {"GITHUB_EVENT_PATH": str(path)}


def run(commit: str = COMMIT) -> dict[str, Any]:
    """The event of a job that runs after a stranger's."""
    head = {"owner": {"login": "mallory"}}
    return {"workflow_run": {"head_sha": commit, "head_branch": "more", "head_repository": head, "pull_requests": []}}


def test_addresses_of_the_api() -> None:
    """GitHub's own where nothing is said; an enterprise's /api/v3, whose /graphql is beside it; what GitLab says."""
    enterprise = site("github", {"GITHUB_API_URL": "https://git.example/api/v3/"})
    assert site("github", {}).url("user", "", {}) == "https://api.github.com/user"
    assert site("github", {}).url("viewer", "", {}) == "https://api.github.com/graphql"
    assert enterprise.url("user", "", {}) == "https://git.example/api/v3/user"
    assert enterprise.url("viewer", "", {}) == "https://git.example/api/graphql"
    named = site("gitlab", {"CI_PROJECT_ID": "group/sub/phones"})
    path = f"{API}/projects/group%2Fsub%2Fphones/merge_requests/3/notes"
    assert named.url("comments", "page=2", {"number": "3"}) == f"{path}?page=2"


def test_a_merge_request_from_a_fork_is_in_the_project_it_goes_to() -> None:
    """There the pipeline's own project is the fork."""
    assert site("gitlab", {"CI_MERGE_REQUEST_PROJECT_ID": "3"}).place == {"project": "3"}


@pytest.mark.parametrize(
    ("name", "changed", "code"),
    [
        ("github", {"GITHUB_TOKEN": ""}, "forge-token"),
        ("github", {"GITHUB_TOKEN": "two\nlines"}, "forge-token"),
        ("github", {"GITHUB_REPOSITORY": ""}, "forge-setting"),
        ("github", {"GITHUB_REPOSITORY": "acme/.."}, "forge-setting"),
        ("github", {"GITHUB_REPOSITORY": "acme/phones?x=1"}, "forge-setting"),
        ("github", {"GITHUB_API_URL": "http://git.example/api/v3"}, "forge-setting"),
        ("github", {"GITHUB_API_URL": "http://127.0.0.1.example"}, "forge-setting"),
        ("github", {"GITHUB_API_URL": "https://user:secret@git.example"}, "forge-setting"),
        ("github", {"GITHUB_API_URL": "https://git.example?token=secret"}, "forge-setting"),
        ("github", {"GITHUB_API_URL": "https://git.example:port"}, "forge-setting"),
        ("github", {"GITHUB_API_URL": "ftp://git.example"}, "forge-setting"),
        ("gitlab", {"CI_API_V4_URL": ""}, "forge-setting"),
        ("gitlab", {"CI_PROJECT_ID": ""}, "forge-setting"),
        ("gitlab", {"RECONCILER_GITLAB_TOKEN": "", "CI_JOB_TOKEN": "job"}, "forge-token"),
    ],
)
def test_what_is_missing_or_cannot_be_used(name: str, changed: dict[str, str], code: str) -> None:
    """Said by the variable's name, without its value; the job's own token of GitLab is no token for this."""
    with pytest.raises(UsageError) as caught:
        site(name, changed)
    (problem,) = caught.value.problems
    assert problem.code == code
    assert "secret" not in problem.what
    assert next(iter(changed)) in problem.what


def test_a_token_is_in_no_repr() -> None:
    """Whatever prints a site or a session for debugging shows no token."""
    found = site("gitlab", {})
    with contextlib.closing(Session(found)) as session:
        assert "glpat-bot" not in repr(found) + repr(session)


@pytest.mark.parametrize(
    ("name", "said", "found"),
    [
        ("github", {"GITHUB_REF": "refs/pull/12/merge"}, "12"),
        ("github", {"GITHUB_REF": "refs/pull/12/merge/../13"}, None),
        ("github", {"GITHUB_REF": "refs/heads/main"}, None),
        ("github", {"GITHUB_EVENT_PATH": "/nowhere"}, None),
        ("gitlab", {"CI_MERGE_REQUEST_IID": "3"}, "3"),
        ("gitlab", {"CI_MERGE_REQUEST_IID": "3/notes"}, None),
        ("gitlab", {}, None),
    ],
)
def test_the_number_from_variables(name: str, said: dict[str, str], found: str | None) -> None:
    """A number or nothing: what is none is not made one."""
    assert number(name, {**(GITHUB if name == "github" else GITLAB), **said}) == found


@pytest.mark.parametrize(
    ("value", "found"),
    [({"pull_request": {"number": 12}}, "12"), ({"pull_request": {"number": "x"}}, None), ([], None), ({}, None)],
)
def test_the_number_from_the_event(tmp_path: Path, value: object, found: str | None) -> None:
    """As GitHub wrote it down."""
    assert number("github", {**GITHUB, **event(tmp_path, value)}) == found


def test_after_a_strangers_job(github: Forge, tmp_path: Path) -> None:
    """The event lists no pull request of a fork: it is the open one whose newest commit that job ran for."""
    env = {**github.environment, **event(tmp_path, run())}
    github.pulls = [
        {"number": 11, "state": "open", "head": {"sha": OTHER}},
        {"number": 12, "state": "open", "head": {"sha": COMMIT}},
        {"number": 13, "state": "closed", "head": {"sha": COMMIT}},
    ]
    assert number("github", env) == "12"
    github.pulls[1]["head"]["sha"] = OTHER
    assert number("github", env) is None


def test_after_a_job_that_ran_for_a_merge(github: Forge, tmp_path: Path) -> None:
    """The one that became that job's commit, as in that job itself."""
    pushed = {"workflow_run": {**run()["workflow_run"], "event": "push"}}
    github.pulls = [{"number": 12, "state": "closed", "merge_commit_sha": COMMIT, "merged_at": AT}]
    assert number("github", {**github.environment, **event(tmp_path, pushed)}) == "12"


def test_which_of_several_is_not_guessed(github: Forge, tmp_path: Path) -> None:
    """One branch, two pull requests: a person says which."""
    github.pulls = [{"number": n, "state": "open", "head": {"sha": COMMIT}} for n in (11, 12)]
    with pytest.raises(CloudError) as caught:
        number("github", {**github.environment, **event(tmp_path, run())})
    assert caught.value.problems[0].code == "no-pull-request"


def test_a_strangers_pull_request_at_the_same_commit_is_not_meant(github: Forge) -> None:
    """A forge calls every one merged whose newest commit was reached; the one within the repository is told."""
    ours, theirs = ({"repo": {"full_name": name}} for name in ("acme/phones", "stranger/phones"))
    row = {"state": "closed", "merge_commit_sha": COMMIT, "merged_at": AT, "base": ours}
    github.pulls = [{**row, "number": 11, "head": theirs}, {**row, "number": 12, "head": ours}]
    assert number("github", {**github.environment, "GITHUB_SHA": COMMIT}) == "12"
    github.pulls = [{**row, "number": 13, "head": ours, "merged_at": None}]
    assert number("github", {**github.environment, "GITHUB_SHA": COMMIT}) is None


def test_after_a_merge(forge: Forge) -> None:
    """The one that became this commit, by merge or squash; none for a commit that was pushed by hand."""
    variable, name = ("CI_COMMIT_SHA", "gitlab") if forge.gitlab else ("GITHUB_SHA", "github")
    state, id = ("merged", "iid") if forge.gitlab else ("closed", "number")
    commits = ((11, OTHER), (12, COMMIT))
    forge.pulls = [{id: n, "state": state, "merge_commit_sha": commit, "merged_at": AT} for n, commit in commits]
    assert number(name, {**forge.environment, variable: COMMIT}) == "12"
    assert number(name, {**forge.environment, variable: "c" * 40}) is None
    scheduled = {"GITHUB_EVENT_NAME": "schedule", "CI_PIPELINE_SOURCE": "schedule"}
    assert number(name, {**forge.environment, **scheduled, variable: COMMIT}) is None
