"""Every form a plan can be shown in. One table: a new output is a function and a row."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from reconciler.core.change import Plan
from reconciler.errors import Problem
from reconciler.render import events, github, gitlab
from reconciler.render.plan_json import plan_json
from reconciler.render.plan_text import plan_text
from reconciler.render.terraform_text import terraform_text


@dataclass(frozen=True, slots=True)
class Setting:
    """What a renderer may want to know besides the plan.

    folder: the project's in the repository, "" for its root.
    """

    now: str
    calls_per_second: int = 10
    folder: str = ""


Renderer = Callable[[Plan, Setting], str]


def _text(render: Callable[[Plan, str, int], str]) -> Renderer:
    """With the digest below, for `apply --digest`: a plan with nothing to do, or only to be read, needs none."""

    def text(plan: Plan, setting: Setting) -> str:
        digest = f"\n{'Digest:':<14}{plan.digest}" if any(True for _ in plan.changes) and not plan.basis else ""
        return render(plan, setting.now, setting.calls_per_second) + digest

    return text


def _json(plan: Plan, setting: Setting) -> str:
    return json.dumps(plan_json(plan, setting.now, setting.calls_per_second), indent=2)


def _events(plan: Plan, setting: Setting) -> str:
    return "\n".join([events.version(setting.now), *events.planned(plan, setting.now)])


def _markdown(plan: Plan, setting: Setting) -> str:
    from reconciler.render.markdown import job_summary

    return job_summary(plan, calls_per_second=setting.calls_per_second)


FORMATS: dict[str, Renderer] = {
    "text": _text(plan_text),
    "json": _json,
    "events": _events,
    "markdown": _markdown,
    "terraform": _text(terraform_text),
    "gitlab-report": lambda plan, setting: gitlab.report(plan),
    "code-quality": lambda plan, setting: gitlab.code_quality(plan.refusals, setting.folder),
    "github": lambda plan, setting: github.plan_annotations(plan, setting.now, setting.folder),
}
# Lines for people's eyes; everything else is a document that no colour may enter.
FOR_EYES = ("text", "terraform")

PROBLEMS: dict[str, Callable[[Iterable[Problem], str], str]] = {
    "github": github.problem_annotations,
    "code-quality": gitlab.code_quality,
}
"""How the problems of a configuration are shown where there is no plan: problems, folder -> text."""
