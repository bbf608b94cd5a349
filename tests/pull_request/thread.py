"""The comment on pull request 12, and all that it ever said."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

from tests.pull_request.machines import Machine, Repository
from tests.stage.project import Done
from tests.stage.servers.forge import WHO, Forge

GOLDEN = Path(__file__).parent / "golden"
SITE = "https://git.example.com"
_PASSING = (
    (re.compile(r"\b[0-9a-f]{64}\b"), "DIGEST"),
    (re.compile(r'"[0-9a-f]{32}",(?=[0-9]+,)'), '"LINEAGE",'),
    (re.compile(r'(?<=,)"[0-9a-f]{16}"(?=\])'), '"HASH"'),
    (re.compile(r"(?<=revision `)[0-9a-f]{12}\b"), "COMMIT"),
    (re.compile(r"(?<=on base `)[0-9a-f]{12}\b"), "BASE"),
    (re.compile(r"(?<=commit `)[0-9a-f]{12}\b"), "HEAD"),
    (re.compile(r"\b(?:20[0-9]{2}-[0-9]{2}-[0-9]{2} )?[0-9]{2}:[0-9]{2}\b"), "HH:MM"),
)


def timeless(text: str) -> str:
    for pattern, word in _PASSING:
        text = pattern.sub(word, text)
    return text


class Thread:
    """history: a chapter for each run of `comment`: what it did, and how the thread reads since."""

    def __init__(self, repository: Repository, forge: Forge) -> None:
        self.repository, self.forge = repository, forge
        self.name = "gitlab" if forge.gitlab else "github"
        self.history: list[str] = []

    def write(self, source: Machine, *arguments: str, merged: str = "") -> None:
        """In a job that has the token and another machine's files. merged: the commit that it became, if it did."""
        job = self.repository.empty(f"comment-{len(self.history)}", self.forge.environment | self._event(merged))
        for name in arguments:
            if not name.startswith("--"):
                job.take(name, source)
        self._keep(job.run("comment", self.name, *arguments), " ".join(arguments))

    def _keep(self, done: Done, how: str) -> None:
        assert (done.code, done.err) == (0, "")
        assert not [token for token in WHO if token in done.out]
        did = done.out.partition(" ")[0]
        texts = "\n\n".join(timeless(text) for text in self.forge.texts(12))
        self.history.append(f"==== comment {how}: {did}\n\n{texts}\n")

    def _event(self, merged: str) -> dict[str, str]:
        """What the forge tells a job of a pull request, or one of the main branch."""
        gitlab = self.forge.gitlab
        if not merged:
            return self._of_pull() | self._run()
        known = {"iid": 12, "state": "merged"} if gitlab else {"number": 12, "state": "closed"}
        self.forge.pulls = [{**known, "merge_commit_sha": merged, "merged_at": "2026-11-20T10:31:00Z"}]
        known = {"CI_COMMIT_SHA": merged} if gitlab else {"GITHUB_SHA": merged, "GITHUB_REF": "refs/heads/main"}
        return known | self._run()

    def _of_pull(self) -> dict[str, str]:
        head, base = self.repository.head("branch"), self.repository.head("main")
        if self.forge.gitlab:
            request = {"CI_MERGE_REQUEST_IID": "12", "CI_MERGE_REQUEST_DIFF_BASE_SHA": base}
            return {**request, "CI_COMMIT_SHA": head}
        event = self.repository.project.scratch / "event.json"
        event.write_text(json.dumps({"pull_request": {"number": 12, "head": {"sha": head}, "base": {"sha": base}}}))
        return {"GITHUB_REF": "refs/pull/12/merge", "GITHUB_EVENT_PATH": str(event)}

    def _run(self) -> dict[str, str]:
        """Each run has a number of its own."""
        run = str(101 + len(self.history))
        if self.forge.gitlab:
            return {"CI_PIPELINE_ID": run, "CI_PIPELINE_URL": f"{SITE}/acme/phones/-/pipelines/{run}"}
        return {"GITHUB_RUN_ID": run, "GITHUB_SERVER_URL": SITE}

    def command(self, address: str) -> tuple[str, ...]:
        """What the comment tells to type for this address, without the program's name."""
        (text,) = self.forge.texts(12)
        (line,) = re.findall(rf"^  reconciler (.*{address}.*)$", text, re.MULTILINE)
        return tuple(shlex.split(line))

    @property
    def writes(self) -> list[str]:
        """Methods of all calls that could have changed something, in order."""
        return [method for method, path in self.forge.heard if method != "GET" and path != "/graphql"]
