"""Runs workflow files as GitHub does: each job on a machine of its own, each `run` by bash with the same flags.

Our own action's steps are run as they stand. What is not ours (checkout, artifacts, cache) is done here.
A job sees the machine's variables and what its file hands on, and nothing else of this process.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.pipelines.expression import always, filled, holds

ROOT = Path(__file__).parents[2]
WORKFLOWS = ROOT / ".github/workflows"
ACTION = ".github/actions/reconciler"
BASH = ("bash", "--noprofile", "--norc", "-e", "-o", "pipefail")
Row = dict[str, Any]


def read(path: Path) -> Row:
    """YAML 1.1 takes the key `on` for a truth."""
    found: dict[Any, Any] = yaml.safe_load(path.read_text("utf-8"))
    return {("on" if key is True else key): value for key, value in found.items()}


@dataclass
class Ran:
    """What became of a job. outputs: of the job. steps: those of its steps. secrets: variables it was handed."""

    result: str = "success"
    outputs: dict[str, str] = field(default_factory=dict)
    steps: dict[str, Row] = field(default_factory=dict)
    log: str = ""
    summary: str = ""
    handed: set[str] = field(default_factory=set)


@dataclass
class Hub:
    """scratch: for the machines. origin: the repository. machine: variables every job sees.

    identity: by which a job asks who it is, where it has `id-token: write`.
    """

    scratch: Path
    origin: Path
    machine: dict[str, str]
    caches: dict[str, bytes] = field(default_factory=dict)
    artifacts: dict[str, dict[str, bytes]] = field(default_factory=dict)
    identity: dict[str, str] = field(default_factory=dict)
    machines: int = 0

    def call(
        self, name: str, github: Row, inputs: Row | None = None, secrets: Row | None = None, done: Row | None = None
    ) -> dict[str, Ran]:
        """Every job of one of our reusable workflows. done: jobs of an earlier run, which are not run again."""
        workflow = read(WORKFLOWS / f"{name}.yml")
        declared = (workflow["on"]["workflow_call"] or {}).get("inputs", {})
        given = {key: row.get("default", "") for key, row in declared.items()} | (inputs or {})
        ran: dict[str, Ran] = dict(done or {})
        for job in workflow["jobs"]:
            if job not in ran:
                whole = {"env": workflow.get("env", {}), **workflow["jobs"][job]}
                ran[job] = self.job(whole, ran, github, given, secrets or {})
        return ran

    def newest(self, prefix: str) -> bytes:
        """Of a cache's keys that begin so, what was kept last; nothing where none was."""
        return next((data for key, data in reversed(self.caches.items()) if key.startswith(prefix)), b"")

    def job(self, job: Row, done: Mapping[str, Ran], github: Row, inputs: Row, secrets: Row) -> Ran:
        names = job.get("needs", [])
        needs = {name: done[name] for name in ([names] if isinstance(names, str) else names)}
        known: Row = {
            "needs": {name: {"result": ran.result, "outputs": ran.outputs} for name, ran in needs.items()},
            "github": {
                "token": "ghs_actions",
                "run_id": "77",
                "run_attempt": "1",
                "job": "job",
                "repository": "acme/phones",
                **github,
            },
            "inputs": inputs,
            "secrets": secrets,
        }
        condition = job.get("if", "")
        fit = all(ran.result == "success" for ran in needs.values()) or always(condition)
        if not fit or (condition and not holds(condition, known)):
            return Ran("skipped")
        self.machines += 1
        return _Machine(self, self.scratch / f"machine-{self.machines}", known).run(job)


class _Machine:
    def __init__(self, hub: Hub, folder: Path, known: Row) -> None:
        self.hub, self.folder, self.known, self.ran = hub, folder, known, Ran()
        self.workspace, self.temp = folder / "work", folder / "temp"
        for each in (self.workspace, self.temp, folder / "home"):
            each.mkdir(parents=True)
        # What the install step leaves, so that no test downloads anything.
        (self.temp / "reconciler").symlink_to(Path(sys.executable).parents[1])
        event = folder / "event.json"
        event.write_text(json.dumps(known["github"].get("event", {})))
        self.github = {
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTOR": "merger",
            "GITHUB_EVENT_PATH": str(event),
            "GITHUB_REPOSITORY": known["github"]["repository"],
            "GITHUB_REF": known["github"].get("ref", "refs/heads/main"),
            "GITHUB_SHA": known["github"]["sha"],
            "GITHUB_RUN_ID": known["github"]["run_id"],
            "GITHUB_WORKSPACE": str(self.workspace),
            "HOME": str(folder / "home"),
            "RUNNER_TEMP": str(self.temp),
        }
        known["github"]["workspace"], known["runner"] = str(self.workspace), {"temp": str(self.temp)}
        known["steps"] = self.ran.steps

    def run(self, job: Row) -> Ran:
        self.env = job.get("env", {})
        if job.get("permissions", {}).get("id-token") == "write":
            self.github |= self.hub.identity
        for step in job["steps"]:
            condition = step.get("if", "")
            if (self.ran.result == "success" or always(condition)) and (not condition or holds(condition, self.known)):
                self._step(step)
        self.ran.outputs = {name: filled(text, self.known) for name, text in job.get("outputs", {}).items()}
        return self.ran

    def _step(self, step: Row) -> None:
        given = {name: filled(str(value), self.known) for name, value in self._plain(step.get("with", {})).items()}
        env = {name: filled(value, self.known) for name, value in {**self.env, **step.get("env", {})}.items()}
        self.ran.handed |= {name for name, value in env.items() if value and name not in self.env}
        name = step["uses"].partition("@")[0]
        done = self._action(step, given, env) if name.endswith(ACTION) else THEIRS[name](self, given)
        if "id" in step:
            self.ran.steps.setdefault(step["id"], {})["outcome"] = "success" if done else "failure"
        if not done and not step.get("continue-on-error"):
            self.ran.result = "failure"

    def _plain(self, given: Row) -> Row:
        return {name: (str(value).lower() if isinstance(value, bool) else value) for name, value in given.items()}

    def _action(self, called: Row, given: Row, env: dict[str, str]) -> bool:
        """The composite's steps; true when all of them ended with 0."""
        action = ROOT / ACTION
        composite = read(action / "action.yml")
        assert set(given) <= set(composite["inputs"])
        inputs = {name: row.get("default", "") for name, row in composite["inputs"].items()} | given
        known: Row = {"inputs": inputs, "steps": {}, "github": self.known["github"]}
        fine = True
        for step in composite["runs"]["steps"]:
            condition = step.get("if", "")
            if not (fine or always(condition)) or (condition and not holds(condition, known)):
                continue
            if "uses" in step:
                words = {name: filled(str(value), known) for name, value in self._plain(step["with"]).items()}
                fine = THEIRS[step["uses"].partition("@")[0]](self, words) and fine
            else:
                own = {name: filled(value, known) for name, value in step.get("env", {}).items()}
                code, outputs = self._shell(step["run"], {**env, **own, "GITHUB_ACTION_PATH": str(action)})
                known["steps"][step.get("id", "")] = {"outputs": outputs}
                fine = code == 0 and fine
        outputs = {name: filled(row["value"], known) for name, row in composite["outputs"].items()}
        self.ran.steps[called.get("id") or f"step-{len(self.ran.steps)}"] = {"outputs": outputs, "with": given}
        return fine

    def _shell(self, script: str, env: Mapping[str, str]) -> tuple[int, dict[str, str]]:
        file, output, summary = (self.folder / name for name in ("step.sh", "output", "summary"))
        file.write_text(script)
        output.write_text("")
        summary.write_text("")
        whole = {**self.hub.machine, **self.github, "GITHUB_OUTPUT": str(output), "GITHUB_STEP_SUMMARY": str(summary)}
        done = subprocess.run(
            [*BASH, str(file)], cwd=self.workspace, env={**whole, **env}, capture_output=True, text=True, timeout=120
        )
        self.ran.log += done.stdout + done.stderr
        self.ran.summary += summary.read_text("utf-8")
        return done.returncode, outputs_of(output.read_text("utf-8"))

    def checkout(self, given: Row) -> bool:
        assert given.keys() <= {"fetch-depth", "persist-credentials"}
        self._git("clone", "--quiet", str(self.hub.origin), ".")
        self._git("checkout", "--quiet", self.known["github"]["sha"])
        return True

    def _git(self, *words: str) -> None:
        subprocess.run(["git", *words], cwd=self.workspace, check=True, capture_output=True)

    def restore(self, given: Row) -> bool:
        if data := self.hub.newest(given["restore-keys"]):
            path = self.workspace / given["path"]
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(data)
        return True

    def save(self, given: Row) -> bool:
        self.hub.caches.setdefault(given["key"], (self.workspace / given["path"]).read_bytes())
        return True

    def upload(self, given: Row) -> bool:
        path = Path(given["path"])
        if not path.is_file():
            return given.get("if-no-files-found") == "ignore"
        assert given["name"] not in self.hub.artifacts or given.get("overwrite") == "true"
        self.hub.artifacts[given["name"]] = {path.name: path.read_bytes()}
        return True

    def download(self, given: Row) -> bool:
        folder = Path(given["path"])
        folder.mkdir(exist_ok=True)
        for name, data in self.hub.artifacts.get(given["name"], {}).items():
            (folder / name).write_bytes(data)
        return given["name"] in self.hub.artifacts


THEIRS: dict[str, Callable[[_Machine, Row], bool]] = {
    "actions/checkout": _Machine.checkout,
    "actions/cache/restore": _Machine.restore,
    "actions/cache/save": _Machine.save,
    "actions/upload-artifact": _Machine.upload,
    "actions/download-artifact": _Machine.download,
}


def outputs_of(text: str) -> dict[str, str]:
    """As GitHub reads $GITHUB_OUTPUT: `name<<BORDER`, lines, BORDER."""
    rows = re.finditer(r"^([\w-]+)<<(\w+)\n(.*?)\n?^\2$\n", text, re.MULTILINE | re.DOTALL)
    found = {row[1]: row[3].removesuffix("\n") for row in rows}
    assert re.sub(r"^([\w-]+)<<(\w+)\n(.*?)\n?^\2$\n", "", text, flags=re.MULTILINE | re.DOTALL) == ""
    return found
