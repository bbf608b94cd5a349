"""`reconciler test`: tries the project's scenarios on a local cloud, and compares what comes of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reconciler.cli import options
from reconciler.cli.terminal import say
from reconciler.errors import ConfigError, Place, Problem, UsageError
from reconciler.runs.workspace import Workspace

if TYPE_CHECKING:
    from reconciler.config.scenarios import ScenarioFile
    from reconciler.core.rehearsal.scenario import Verdict

EPILOG = """\b
Examples:
  reconciler test                                  all of scenarios/*.yaml
  reconciler test scenarios/new-customer.yaml
  reconciler test --junit report.xml               for a pipeline
  reconciler test --environment staging
\b
Exit codes: 0 all scenarios hold, 1 one does not, or a file has a mistake.
"""


@click.command("test", epilog=EPILOG)
@click.argument("names", nargs=-1, metavar="[FILE|FOLDER]...")
@options.as_document
@options.option("--junit", type=options.FILE, metavar="FILE", help="Write JUnit's XML into FILE, too.")
@options.environment
@click.pass_context
def command(
    context: click.Context, names: Sequence[str], as_json: bool, junit: Path | None, environment: str | None
) -> int:
    """Try scenarios on a local cloud: given what is recorded and what the cloud and people answer, expect this plan,
    these calls, this outcome.

    Without FILE: the files under `scenarios` in reconciler.yaml, else scenarios/*.yaml. Needs no account, no network
    and no credentials, and reads no recorded state. --environment leaves out the scenarios of other environments.
    """
    workspace = Workspace(context.obj, environment=environment or "")
    scenarios = _scenarios(workspace, names)
    verdicts: list[Verdict] = []
    for verdict in _played(workspace, scenarios):
        verdicts.append(verdict)
        if not as_json:
            from reconciler.render.text.scenarios import verdict_lines

            say("\n".join(verdict_lines(verdict)))
    _report(workspace, verdicts, as_json, junit)
    return 0 if all(verdict.passed for verdict in verdicts) else 1


def _scenarios(workspace: Workspace, names: Sequence[str]) -> list[ScenarioFile]:
    """Those of the chosen environment. Raises ConfigError with every problem of all files, before any is played."""
    from reconciler.config.scenarios import find_scenarios, read_scenarios
    from reconciler.config.settings import read_settings
    from reconciler.rehearsal.scenarios.given import wrong

    root = workspace.root
    settings, problems = read_settings(root)
    if problems:
        raise ConfigError.of(problems)
    paths = [path for name in names for path in _named(root, name)] or find_scenarios(root, settings.scenarios)
    scenarios = read_scenarios(root, dict.fromkeys(paths))
    chosen = workspace.environment
    scenarios = [each for each in scenarios if not chosen or each.content.environment in ("", chosen)]
    if not scenarios:
        raise ConfigError(Problem("no-scenarios", f"no scenario is for {chosen}", Place("scenarios")))
    if found := wrong(root, scenarios, chosen or ""):
        raise ConfigError.of(found)
    return scenarios


def _named(root: Path, name: str) -> list[Path]:
    """The file, or the scenario files of a folder."""
    from reconciler.config.files import leaves_root

    if leaves_root(name):
        raise UsageError(Problem("file-outside", "name a scenario by its path below the project's folder", found=name))
    path = root / name
    if not path.is_dir():
        return [path]
    found = sorted(each for each in path.iterdir() if each.suffix in (".yaml", ".yml") and each.name[0] != ".")
    if not found:
        raise ConfigError(Problem("no-scenarios", "there is no scenario file here", Place(name)))
    return found


def _played(workspace: Workspace, scenarios: Sequence[ScenarioFile]) -> Iterator[Verdict]:
    from reconciler.rehearsal.scenarios.play import play

    for each in scenarios:
        for seed in each.content.contrary or (None,):
            yield play(workspace.root, each, workspace.environment or "", seed)


def _report(workspace: Workspace, verdicts: Sequence[Verdict], as_json: bool, file: Path | None) -> None:
    from reconciler.render.documents.scenarios import junit, verdicts_json
    from reconciler.render.text.scenarios import summary_line
    from reconciler.runs.files.write import save

    if file:
        save(workspace.root / file, junit(verdicts, workspace.folder), shared=True)
    say(verdicts_json(verdicts) if as_json else summary_line(verdicts), paint=not as_json)
