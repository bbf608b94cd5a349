"""`plan`, side by side with the same of Terraform and octoDNS where they are found."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import product, starmap
from pathlib import Path
from typing import NamedTuple, Protocol

from reconciler.render.times import counted
from tests.bench import octodns, ours, terraform
from tests.bench.measuring import taken
from tests.bench.results import OURS, TENTH, Case, Job, Results, Sizes
from tests.bench.rows import CHANGED, WORKLOADS


class Program(Protocol):
    def make(self, folder: Path, numbers: int, files: int, workload: str) -> None: ...

    def command(self, program: str, folder: Path) -> list[str]: ...

    def environ(self) -> Mapping[str, str]: ...

    def counted(self, printed: str) -> int: ...


class Contender(NamedTuple):
    """path: of its command, or the command's name. seconds: what a thousand numbers are thought to take it."""

    name: str
    path: str
    program: Program
    seconds: float


PEERS = (Contender("terraform", "terraform", terraform, 1.7), Contender("octodns", "octodns-sync", octodns, 0.6))


def contenders() -> list[Contender]:
    """The program itself first, then what is installed beside it or found on PATH."""
    peers = [each._replace(path=_found(each.path)) for each in PEERS]
    return [Contender(OURS, ours.PROGRAM, ours, 0.1), *(peer for peer in peers if peer.path)]


def _found(command: str) -> str:
    return shutil.which(command, path=str(Path(sys.executable).parent)) or shutil.which(command) or ""


def jobs(sizes: Sizes) -> Iterator[Job]:
    known = contenders()
    for case in starmap(Case, product(sizes.numbers, sizes.files, WORKLOADS)):
        entrants = _entrants(case, known, sizes)
        thought = sum((sizes.pairs * each.seconds + 0.5) * many / 1000 for each, many in entrants.values())
        what = f"plan {case.numbers:,} numbers in {counted(case.files, 'file')}, {case.workload}: {', '.join(entrants)}"
        yield Job(what, thought, partial(_measure, case, entrants, sizes.pairs))


def _entrants(case: Case, known: Sequence[Contender], sizes: Sizes) -> dict[str, tuple[Contender, int]]:
    """Who takes part, and with how many numbers: in the largest case also ourselves with a tenth of them."""
    peers = known[1:] if case.numbers <= sizes.peers_up_to else []
    found = {each.name: (each, case.numbers) for each in (known[0], *peers)}
    return found | ({TENTH: (known[0], case.numbers // 10)} if case.numbers == max(sizes.numbers) else {})


def _measure(case: Case, entrants: Mapping[str, tuple[Contender, int]], pairs: int, results: Results) -> None:
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        for place, (contender, numbers) in enumerate(entrants.values()):
            contender.program.make(Path(scratch) / str(place), numbers, case.files, case.workload)
        runs = results.plans.setdefault(case, {name: [] for name in entrants})
        for _ in range(pairs):
            for place, (name, (contender, numbers)) in enumerate(entrants.items()):
                command = contender.program.command(contender.path, Path(scratch) / str(place))
                run = taken(command, contender.program.environ())
                runs[name].append(run._replace(printed=""))
                if run.code or contender.program.counted(run.printed) != _changes(numbers, case.workload):
                    results.wrong.append(f"{name}, {case}: exit code {run.code}, {run.printed[-300:]!r}")


def _changes(numbers: int, workload: str) -> int:
    return {"unchanged": 0, "changed": len(range(0, numbers, CHANGED)), "created": numbers}[workload]
