"""How fast, beside Terraform and octoDNS where they are installed: `python -m tests.bench [--quick] [--only NAME …]`.

Prints the goals with their figures as a table. Exits 1 if a figure is not what it must be, or makes no sense.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from tests.bench import applies, plans, review, starts, steps, stores, templates
from tests.bench.document import replaced
from tests.bench.goals import GOALS
from tests.bench.machine import described
from tests.bench.plans import contenders
from tests.bench.progress import Progress
from tests.bench.results import Job, Results, Sizes
from tests.bench.table import markdown, verdict

FULL = Sizes()
QUICK = Sizes(
    (1_000,),
    (1,),
    applied=(50,),
    beside=(30, 1_000),
    steps=(1_000, 5_000),
    starts=5,
    stored=(200, 4),
    stored_applies=(5,),
)
PARTS: dict[str, Callable[[Sizes], Iterable[Job]]] = {
    "start": starts.jobs,
    "step": steps.jobs,
    "apply": applies.jobs,
    "plan": plans.jobs,
    "review": review.jobs,
    "stores": stores.jobs,
    "templates": templates.jobs,
}


def measured(sizes: Sizes, parts: Sequence[str] = ()) -> Results:
    """parts: names in PARTS; all of them by default."""
    jobs = [job for name in parts or PARTS for job in PARTS[name](sizes)]
    results, progress = Results(described(contenders())), Progress(sum(job.seconds for job in jobs))
    for job in jobs:
        progress.begin(job.what)
        job.do(results)
        progress.end(job.seconds)
    return results


def _sizes(chosen: argparse.Namespace) -> Sizes:
    asked = {
        "numbers": tuple(chosen.numbers or ()),
        "files": tuple(chosen.files or ()),
        "peers_up_to": chosen.peers_up_to,
        "pairs": chosen.pairs and max(3, chosen.pairs),
    }
    whole = QUICK if chosen.quick else FULL
    return whole._replace(**{name: value for name, value in asked.items() if value is not None and value != ()})


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="less of everything, under a minute")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=(), metavar="NAME", help=f"of {', '.join(PARTS)}")
    parser.add_argument("--numbers", type=int, nargs="+", metavar="N", help="of the plans, instead of all sizes")
    parser.add_argument("--files", type=int, nargs="+", metavar="N", help="of the plans, instead of all")
    parser.add_argument("--peers-up-to", type=int, metavar="N", help="numbers up to which others take part")
    parser.add_argument("--pairs", type=int, metavar="N", help="runs of each, at least three")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="write the table there, too")
    chosen = parser.parse_args(arguments)
    results = measured(_sizes(chosen), chosen.only)
    print(markdown(results))
    if chosen.markdown:
        chosen.markdown.write_text(replaced(chosen.markdown, markdown(results)), "utf-8")
    for what in results.wrong:
        print(what, file=sys.stderr)
    missed = [goal for goal in GOALS if verdict(goal, results) == "**missed**"]
    return int(bool(missed or results.wrong))


if __name__ == "__main__":
    sys.exit(main())
