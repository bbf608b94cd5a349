"""A team at GitHub: its repository, with its secrets, its pull request and its merge."""

from __future__ import annotations

from tests.pipelines.runner import Hub, Row
from tests.stage.cloud import Cloud
from tests.stage.project import Project
from tests.stage.repository import Repository
from tests.stage.servers.forge import Forge

SECRETS = {"ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"}


class Team:
    """hub: where its jobs run. state: where the journals are."""

    def __init__(self, project: Project, cloud: Cloud, forge: Forge) -> None:
        self.project, self.cloud, self.forge = project, cloud, forge
        self.repository = Repository(project.root)
        self.state = f"sqlite:{project.scratch / 'state.db'}"
        kept = {name: value for name, value in project.environment.items() if name not in SECRETS}
        machine = {**kept, "GITHUB_API_URL": forge.url}
        for name in ("RECONCILER_WHO", "RECONCILER_HOST"):
            del machine[name]
        self.hub = Hub(project.scratch / "machines", project.root, machine)
        state = dict.fromkeys(("RECONCILER_STATE", "RECONCILER_STATE_READ"), self.state)
        self.secrets = {**state, **{name: project.environment[name] for name in SECRETS}}

    def pull_request(self, name: str, text: str) -> Row:
        base = self.repository.git("rev-parse", "main")
        self.repository.git("checkout", "--quiet", "-B", "branch", "main")
        sha = self.repository.commit(name, text)
        self.forge.pulls = [{"number": 12, "state": "open", "head": {"sha": sha}, "base": {"sha": base}}]
        return {
            "sha": sha,
            "ref": "refs/pull/12/merge",
            "event": {"pull_request": {"base": {"sha": base}, "number": 12}},
        }

    def after(self, sha: str) -> Row:
        head = {"full_name": "eve/phones", "owner": {"login": "eve"}}
        run = {"event": "pull_request", "conclusion": "success", "head_sha": sha, "head_branch": "branch", "id": 5}
        run["html_url"] = "https://git.example.com/acme/phones/actions/runs/5"
        return {"sha": self.main, "event": {"workflow_run": {**run, "head_repository": head}}}

    def merge(self) -> Row:
        self.repository.git("checkout", "--quiet", "main")
        self.repository.git("merge", "--quiet", "--no-ff", "--message", "merge", "branch")
        self.forge.pulls = [
            {"number": 12, "state": "closed", "merge_commit_sha": self.main, "merged_at": "2026-11-20T10:31:00Z"}
        ]
        self.hub.artifacts.clear()
        return {"sha": self.main}

    @property
    def main(self) -> str:
        return self.repository.git("rev-parse", "main")
