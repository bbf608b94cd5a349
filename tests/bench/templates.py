"""The same numbers as plain files, as files that fill one template, and as `instances` of it: what `plan` takes."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from tests.bench import ours
from tests.bench.measuring import Taken, ratio, taken
from tests.bench.results import Job, Results, Sizes
from tests.bench.rows import Row, recorded, shared_out

PER = 10
"""Numbers of a customer."""
LAYOUTS = ("plain files", "files of a template", "instances of a template")
GUARDS = "guards: {max_messages: 100000}\n"
TOP = "space: {0}\nspace_id: cams-{0}\nphone_numbers:\n"
BLOCK = '  {}: {{number: "{}", onboarding: register, display_name: {}}}\n'


def jobs(sizes: Sizes) -> Iterator[Job]:
    numbers = min(10_000, max(sizes.numbers))
    yield Job(
        f"templates with {numbers:,} numbers", sizes.pairs * numbers / 3_000 + 1, partial(_measure, numbers, sizes)
    )


def ratio_of(layout: str) -> str:
    """The name of its figure in the results."""
    return f"plan of {layout} / {LAYOUTS[0]}, processor time"


def _measure(numbers: int, sizes: Sizes, results: Results) -> None:
    customers = shared_out(recorded(numbers), max(1, numbers // PER))
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        folders = [Path(scratch) / name.replace(" ", "-") for name in LAYOUTS]
        for layout, folder in zip(LAYOUTS, folders, strict=True):
            _write(layout, folder, customers)
        rounds = [[_plan(folder, numbers, results) for folder in folders] for _ in range(sizes.pairs)]
    plain, *others = zip(*[[run.processor for run in each] for each in rounds], strict=True)
    for layout, times in zip(LAYOUTS[1:], others, strict=True):
        results.ratios[ratio_of(layout)] = ratio(times, plain)


def _plan(folder: Path, numbers: int, results: Results) -> Taken:
    run = taken(ours.command(ours.PROGRAM, folder), ours.environ())
    if (run.code, ours.counted(run.printed)) != (0, numbers):
        results.wrong.append(f"{folder.name}: exit code {run.code}, {run.printed[:300]!r}")
    return run._replace(printed="")


def _write(layout: str, folder: Path, customers: Sequence[Sequence[Row]]) -> None:
    (folder / "spaces").mkdir(parents=True)
    (folder / "reconciler.yaml").write_text(GUARDS, encoding="utf-8")
    (folder / "shop.yaml").write_text(_template(), encoding="utf-8")
    if layout.startswith("instances"):
        instances = "".join(f"  c{place}:\n{_values(place, rows, '    ')}" for place, rows in enumerate(customers))
        (folder / "spaces/all.yaml").write_text(f"template: ../shop.yaml\ninstances:\n{instances}", encoding="utf-8")
        return
    for place, rows in enumerate(customers):
        filled = f"template: ../shop.yaml\n{_values(place, rows, '')}"
        blocks = "".join(BLOCK.format(f"n{each}", row.number, row.display_name) for each, row in enumerate(rows))
        plain = TOP.format(f"c{place}") + blocks
        text = plain if layout.startswith("plain") else filled
        (folder / f"spaces/c{place}.yaml").write_text(text, encoding="utf-8")


def _template() -> str:
    rows = range(PER)
    parameters = "".join(f"  number{row}: {{}}\n  title{row}: {{}}\n" for row in rows)
    blocks = "".join(BLOCK.format(f"n{row}", f"${{number{row}}}", f'"${{title{row}}}"') for row in rows)
    return f"parameters:\n  customer: {{}}\n{parameters}{TOP.format('${customer}')}{blocks}"


def _values(place: int, rows: Sequence[Row], indent: str) -> str:
    pairs = [("customer", f"c{place}")]
    for each, row in enumerate(rows):
        pairs += [(f"number{each}", f'"{row.number}"'), (f"title{each}", row.display_name)]
    return f"{indent}values:\n" + "".join(f"{indent}  {name}: {value}\n" for name, value in pairs)
