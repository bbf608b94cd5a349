"""The configuration reference: every key of a space file and of reconciler.yaml, as their schemas have it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter

from reconciler.config.reference import ConfigKey, keys
from tests.house.imports import ROOT

# Schema -> heading, what the file is, and a file that shows it in use.
FILES = {
    "space": (
        "A space file: `spaces/*.yaml`",
        "One file for each space (a sub-customer). Any name that ends in `.yaml` or `.yml` will do.",
        "examples/quickstart/spaces/acme.yaml",
    ),
    "template": (
        "A template: `templates/*.yaml`",
        "Wherever it is in the project, a template has `parameters`, and any key of a space file.",
        "examples/templates/templates/shop.yaml",
    ),
    "filled": (
        "A file that fills a template",
        "A space file with these keys, and those of a space file that its template lacks.",
        "examples/templates/spaces/acme.yaml",
    ),
    "project": (
        "`reconciler.yaml`",
        "Optional, at the root of the project. Without it, each setting has its default.",
        "examples/team/reconciler.yaml",
    ),
    "scenario": (
        "A scenario file: `scenarios/*.yaml`",
        "What `reconciler test` tries, as [testing.md](testing.md) explains.",
        "examples/environments/scenarios/first-customers.yaml",
    ),
}
HEAD = """\
# Configuration

Every key that a space file and `reconciler.yaml` may have, read from [space.schema.json](../schemas/space.schema.json) and
[project.schema.json](../schemas/project.schema.json), and those of templates, which [environments.md](environments.md) explains:
[template.schema.json](../schemas/template.schema.json) and [filled.schema.json](../schemas/filled.schema.json). Scenario files
have theirs too: [scenario.schema.json](../schemas/scenario.schema.json).
`reconciler validate` checks all of it, and reports every problem at once with its file, line and column; what its codes mean is
in [errors.md](errors.md).

All of them are YAML. A key that is not listed here is an error, and so is a key that occurs twice. Write phone numbers and country
codes in quotes: `reconciler` also reads them without, but other YAML tools take them for numbers. An editor that knows YAML
schemas completes and checks the keys as you type, once the first line of the file names the schema:
`# yaml-language-server: $schema=…/schemas/space.schema.json` (`reconciler schema space` prints it).

Credentials, endpoints, proxies and commands have no key. They come from environment variables and the command line, because
anybody who opens a pull request can change these files.
"""


def configuration() -> Iterator[str]:
    yield from HEAD.splitlines()
    for name, (heading, what, sample) in FILES.items():
        yield from ("", f"## {heading}", "", what, "", f"From [{sample}](../{sample}):", "", "```yaml")
        yield from (ROOT / sample).read_text("utf-8").splitlines()[1:]
        yield "```"
        for path, part in groupby(keys(name), attrgetter("parent")):
            yield from ("", f"### `{path}`") if path else ()
            yield from (line for key in part for line in _key(key))


def _key(key: ConfigKey) -> Iterator[str]:
    """A key's heading, what it is, then its rule, an example and the values to choose from."""
    yield from ("", f"**`{key.path}`** ({key.type}, {key.default})", "", key.description)
    listed = [("Rule: ", key.rule), ("Example: ", key.example)]
    lines = [f"- {what}{text}" for what, text in listed if text] + list(_values(key))
    yield from ("", *lines) if lines else ()


def _values(key: ConfigKey) -> Iterator[str]:
    """What each value means: a line each, or one line where there are many."""
    if len(key.values) > 10:
        yield "- Values: " + ", ".join(f"`{value}` {said}" for value, said in key.values) + "."
    else:
        yield from (f"- `{value}`: {said}" for value, said in key.values)
