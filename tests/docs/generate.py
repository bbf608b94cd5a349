"""Writes what docs/ reads from tables and imports: `python -m tests.docs.generate`. A test holds it to that."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from reconciler.core.plan.route import route
from reconciler.errors import ERRORS
from reconciler.kinds import KINDS
from reconciler.kinds.table import GONE, START, Kind, Step
from reconciler.operations import HOSTS, OPERATIONS, VERSIONS, Effect, Product
from reconciler.refusals import GATEWAY, PRODUCTS, Listed
from tests.docs.configuration import configuration
from tests.docs.contrary import contrary
from tests.docs.packages import packages
from tests.docs.sandbox import sandbox
from tests.docs.schemas import OF_A_SPACE, TYPES, of_a_space, schema

DOCS = Path(__file__).parents[2] / "docs"
EFFECTS = {
    Effect.READ: "reads",
    Effect.IDEMPOTENT: "can be repeated",
    Effect.CREATE: "creates, can be looked up by its key",
    Effect.NOTIFY: "sends a message, never repeated automatically",
    Effect.CONSUME: "takes a one-time code",
}
SAMPLE = {"number": "+8613800001234", "method": "sms", "email": "tom@example.com", "phone": "+8613911111234"}


def lifecycles() -> Iterator[str]:
    yield "# Lifecycles"
    yield ""
    yield "A kind is a table: each phase has one step that leads out of it. These diagrams and lists are generated from the tables in"
    yield "`reconciler/kinds/`, which plan, apply and the tests also use. A step with an entry under *asks* waits for a person. Reads"
    yield "under *read before* come before the call; if the answer to a call is lost, the reads in the last column show what it did."
    for kind in KINDS.values():
        yield from ("", *_kind(kind))


def _kind(kind: Kind) -> Iterator[str]:
    yield f"## {kind.name}"
    yield ""
    yield "```mermaid"
    yield "stateDiagram-v2"
    yield f"  [*] --> {START}"
    for phase, step in kind.steps.items():
        yield from (f"  {phase} --> {target}: {_edge(step, word)}" for word, target in step.leads.items())
    for phase, door in kind.ways_out.items():
        if phase != door:
            yield f"  {phase} --> {door}: to be removed"
    if kind.changed:
        yield f"  {kind.ready} --> {kind.changed}: to be changed"
    yield f"  {kind.ready} --> [*]"
    if any(GONE in step.leads.values() for step in kind.steps.values()):
        yield f"  {GONE} --> [*]"
    yield "```"
    yield ""
    yield "| phase | call | effect | asks | read before | settles a lost answer |"
    yield "|---|---|---|---|---|---|"
    yield from (_row(phase, step) for phase, step in kind.steps.items())
    yield ""
    calls = [call.operation for call in route(kind, START, SAMPLE) if not call.only_if]
    yield f"From nothing to `{kind.ready}`: {' → '.join(f'`{call}`' for call in calls)}."


def _edge(step: Step, word: str) -> str:
    return step.operation if word == "ok" else word


def _row(phase: str, step: Step) -> str:
    looks = ", ".join(f"`{look.operation}`" for look in step.before)
    lost = ", ".join(f"`{look.operation}`" for look in step.lost)
    cells = (f"`{phase}`", f"`{step.operation}`", EFFECTS[step.api.effect], step.ask, looks, lost)
    return f"| {' | '.join(cells)} |"


def operations() -> Iterator[str]:
    yield "# The two APIs, as this project uses them"
    yield ""
    yield "This page is based on the public API references, and on the request and response models of the official Python clients. The"
    yield "real cloud was not called. Where the documents are silent, nothing is assumed."
    yield ""
    yield "| product | version | `site: china`, the default | `site: international` |"
    yield "|---|---|---|---|"
    yield from (_product(product) for product in VERSIONS)
    yield ""
    yield "`--endpoint` or `RECONCILER_ENDPOINT` replaces both hosts, for example by a sandbox. `RECONCILER_CAMS_ENDPOINT` and"
    yield "`RECONCILER_RESOURCE_DIRECTORY_ENDPOINT` replace one of them, and take precedence over `RECONCILER_ENDPOINT`."
    yield ""
    yield "| operation | product | effect | required | optional |"
    yield "|---|---|---|---|---|"
    for each in OPERATIONS.values():
        notes = [
            EFFECTS[each.effect],
            *(["metered"] if each.metered else []),
            *(["irreversible"] if each.irreversible else []),
        ]
        lists = (", ".join(f"`{name}`" for name in names) for names in (each.required, each.optional))
        yield f"| `{each.name}` | {each.product} | {', '.join(notes)} | {' | '.join(lists)} |"
    yield ""
    yield "Each operation has its own limit of ten calls a second. Messages to contacts are limited to 100 a day by default"
    yield "(`limits.contact_messages_per_day`); for codes no limit is documented, so there is none by default."
    yield ""
    yield "## Known refusals"
    yield ""
    yield "With these codes the cloud refuses before it acts, so that nothing was done. After any other code, whatever the HTTP status, after"
    yield "any 5xx, and after an answer that contradicts itself, it is unknown what was done. `*` matches any ending. The first row that"
    yield "matches counts: rows of the operation come before those of its product, and those before the gateway's."
    yield ""
    yield from _refusals()
    yield ""
    yield "## Not documented, so not assumed"
    yield ""
    yield "- How long a code is valid, and how many tries it has. After three tries the number is parked until a new code is requested."
    yield "- Which answer means a wrong or an expired code. Only a listed code is reported as one; every submission counts as a try."
    yield "- Which answer means that a number or contact exists already. It is looked up."
    yield "- Whether `System.LimitControl` always means that nothing was sent. The setting `limits.throttled_means_not_sent` decides."
    yield "- When a daily cap is reset. It is assumed to be at most 24 hours after the messages that used it up."
    yield ""
    yield "## See what goes over the wire"
    yield ""
    yield "`--debug` before or after a verb, or `RECONCILER_LOG=debug`, prints a line for each request on standard error:"
    yield "time, operation, parameters, HTTP status, the cloud's code or why no answer was read, request id, milliseconds."
    yield "`RECONCILER_LOG_PATH=FILE` appends them to a file of its owner's instead. Numbers are masked, codes never shown;"
    yield "e-mail addresses and names of contacts are. The request id is what the vendor's support asks for."


def _product(product: Product) -> str:
    hosts = " | ".join(f"`{hosts[product]}`" for hosts in HOSTS.values())
    return f"| `{product}` | `{VERSIONS[product]}` | {hosts} |"


def _refusals() -> Iterator[str]:
    """Each row once, with the operations that have it."""
    yield "| code | means | for | source |"
    yield "|---|---|---|---|"
    yield from (_listed(row, "every operation") for row in GATEWAY)
    yield from (_listed(row, f"every operation of {name}") for name, rows in PRODUCTS.items() for row in rows)
    own: dict[Listed, list[str]] = {}
    for operation in OPERATIONS.values():
        for row in operation.refusals:
            own.setdefault(row, []).append(f"`{operation.name}`")
    yield from (_listed(row, ", ".join(names)) for row, names in own.items())


def _listed(row: Listed, whom: str) -> str:
    return f"| `{row.code}` | {row.meaning.value.replace('_', ' ')} | {whom} | {row.source} |"


def errors() -> Iterator[str]:
    yield "# Errors"
    yield ""
    yield "An error is printed as `error[CODE] file:line:column: what`, followed by the value that was found and a hint."
    yield ""
    yield "| code | meaning | hint |"
    yield "|---|---|---|"
    for code, row in ERRORS.items():
        yield f"| `{code}` | {_cell(row.summary)} | {_cell(row.hint)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


PAGES: dict[str, Callable[[], Iterator[str]]] = {
    **{f"../schemas/{name}.schema.json": partial(of_a_space, name) for name in OF_A_SPACE},
    "configuration.md": configuration,
    "lifecycles.md": lifecycles,
    "cloud.md": operations,
    "contrary.md": contrary,
    "errors.md": errors,
    "sandbox.md": sandbox,
    "pictures/packages.svg": packages,
    **{f"../schemas/{name}.schema.json": partial(schema, name) for name in TYPES},
}


def page(name: str) -> str:
    return "\n".join(PAGES[name]()) + "\n"


if __name__ == "__main__":
    for name in PAGES:
        (DOCS / name).write_text(page(name), encoding="utf-8")
