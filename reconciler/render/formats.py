"""All output formats of a plan, in one table. A new format is a function and a row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from typing import TYPE_CHECKING, NamedTuple

from reconciler.core.plan.change import Plan
from reconciler.core.review.failure import PlanFailure
from reconciler.errors import Problem

if TYPE_CHECKING:
    from reconciler.core.review.accept import Refreshed
    from reconciler.core.review.preflight import PreflightReport


class Setting(NamedTuple):
    """What a renderer may need besides the plan.

    now: the time, for durations.
    calls_per_second: the configured rate, for the forecast.
    folder: the project's folder in the repository; "" for its root.
    full: text is never shortened, and lists the calls of each change.
    width: columns of the terminal; 0 for any.
    drift: what a refresh found; None if nothing was read.
    again: words after `reconciler` -> the whole command line.
    preflight: what is foreseen of each change; None if that was not asked for.
    """

    now: str
    calls_per_second: int = 10
    folder: str = ""
    full: bool = False
    width: int = 0
    drift: Refreshed | None = None
    again: Callable[..., str] | None = None
    preflight: PreflightReport | None = None


Renderer = Callable[[Plan, Setting], str]


def _digest(plan: Plan) -> Iterator[str]:
    """The line below a text for `apply --digest`; none for a plan without changes, or one that cannot be applied."""
    if plan.changes and not plan.basis:
        yield f"{'Digest:':<14}{plan.digest}"


def _text(plan: Plan, setting: Setting) -> str:
    return "\n".join(_blocks(plan, setting))


def _blocks(plan: Plan, setting: Setting) -> Iterator[str]:
    from reconciler.render.text.plan import plan_blocks

    blocks = plan_blocks(plan, setting.now, setting.calls_per_second, setting.full, setting.width)
    if setting.drift is None:
        return chain(blocks, _preflight(plan, setting), _digest(plan))
    from reconciler.render.text.outcome import as_typed
    from reconciler.render.text.readings.drift import after_drift, drift_lines

    lines = drift_lines(setting.drift, setting.again or as_typed, setting.width)
    below = chain(_preflight(plan, setting), _digest(plan))
    return iter(lines) if setting.drift.alone else chain(lines, [""], map(after_drift, blocks), below)


def _preflight(plan: Plan, setting: Setting) -> Iterator[str]:
    """The lines between a plan and its digest; none if that was not asked for."""
    if setting.preflight:
        from reconciler.render.text.readings.preflight import preflight_lines

        below = [""] if any(_digest(plan)) else []
        yield from ("", *preflight_lines(setting.preflight, setting.width, setting.full), *below)


def _terraform(plan: Plan, setting: Setting) -> str:
    from reconciler.render.text.terraform import terraform_text

    lines = terraform_text(plan, setting.now, setting.calls_per_second, setting.full)
    text = "\n".join([lines, *_preflight(plan, setting), *_digest(plan)])
    if setting.drift is None:
        return text
    from reconciler.render.text.first_line import NO_CHANGES
    from reconciler.render.text.readings.drift import after_drift, terraform_drift

    drifts = terraform_drift(setting.drift)
    return "\n".join((drifts or [NO_CHANGES]) if setting.drift.alone else [*drifts, after_drift(text)])


def _json(plan: Plan, setting: Setting) -> str:
    from reconciler.render.documents.plan_json import plan_json

    return plan_json(plan, setting.now, setting.calls_per_second, setting.drift, setting.preflight)


def _events(plan: Plan, setting: Setting) -> str:
    from reconciler.render.documents import events

    drifted = events.drifted(setting.drift, setting.now) if setting.drift else []
    ahead = events.foreseen_changes(setting.preflight, setting.now) if setting.preflight else []
    return "\n".join([events.version(setting.now), *drifted, *ahead, *events.planned(plan, setting.now)])


def _markdown(plan: Plan, setting: Setting) -> str:
    from reconciler.render.markdown.comments import job_summary
    from reconciler.render.text.readings.preflight import preflight_sentences

    said = preflight_sentences(setting.preflight) if setting.preflight else ()
    return job_summary(plan, notes=said, calls_per_second=setting.calls_per_second, full=setting.full)


def _gitlab_report(plan: Plan, setting: Setting) -> str:
    from reconciler.render.documents import gitlab

    return gitlab.report(plan)


def _code_quality(plan: Plan, setting: Setting) -> str:
    return _quality((*plan.refusals, *plan.left_out), setting.folder, plan.warnings)


def _github(plan: Plan, setting: Setting) -> str:
    from reconciler.render.documents import github

    return github.plan_annotations(plan, setting.now, setting.folder)


FORMATS: dict[str, Renderer] = {
    "text": _text,
    "json": _json,
    "events": _events,
    "markdown": _markdown,
    "terraform": _terraform,
    "gitlab-report": _gitlab_report,
    "code-quality": _code_quality,
    "github": _github,
}


def parts(form: str, plan: Plan, setting: Setting) -> Iterator[str]:
    """The same, of whole lines each, without the last one's end: the text of ten thousand changes is many megabytes."""
    if form != "text":
        yield FORMATS[form](plan, setting)
        return
    blocks = _blocks(plan, setting)
    while together := list(islice(blocks, 256)):
        yield "\n".join(together)


# Lines for people's eyes; everything else is a document that no colour may enter.
FOR_EYES = ("text", "terraform")


def _annotations(problems: Iterable[Problem], folder: str, warnings: Iterable[Problem]) -> str:
    from reconciler.render.documents import github

    return github.problem_annotations(problems, folder, warnings)


def _quality(problems: Iterable[Problem], folder: str, warnings: Iterable[Problem]) -> str:
    from reconciler.render.documents import gitlab

    return gitlab.code_quality(problems, folder, warnings)


Shown = Callable[[Iterable[Problem], str, Iterable[Problem]], str]
PROBLEMS: dict[str, Shown] = {"github": _annotations, "code-quality": _quality}
"""How the problems of a configuration are shown where there is no plan: problems, folder, warnings -> text."""


def _failure_text(failure: PlanFailure, folder: str) -> str:
    from reconciler.render.text import problems

    shown = [problems.problem(each, "warning") for each in failure.warnings]
    return "\n".join([*shown, *map(problems.problem, failure.problems)])


def _failure_summary(failure: PlanFailure, folder: str) -> str:
    from reconciler.render.markdown.comments import failure_summary

    return failure_summary(failure)


FAILURES: dict[str, Callable[[PlanFailure, str], str]] = {
    "text": _failure_text,
    "markdown": _failure_summary,
    "github": lambda failure, folder: _annotations(failure.problems, folder, failure.warnings),
    "code-quality": lambda failure, folder: _quality(failure.problems, folder, failure.warnings),
}
"""How it is shown that there is no plan, and why: failure, folder -> text."""
