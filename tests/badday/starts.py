"""A round of many applies started at once: what must hold of it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator

from tests.badday.crowd import Ended
from tests.stage.cloud import Cloud
from tests.stage.forks import ROOT
from tests.stage.project import APPLY, NUMBERS, Project, Said

MANY, FEW = 50, 12
SECONDS = 2.0
# So many at once share two cores of a busy machine.
PATIENCE = 10.0
LOCKED = re.compile(
    r"error\[locked\] acme is held by ann@tower since 20[0-9T:.-]+Z \(apply, run [a-p]{12}\)\n"
    r"  hint: Wait for it to end, or add `--lock-wait 10m`; "
    r"`reconciler spaces --status` shows who holds it\.\n"
)


def started(project: Project, many: int) -> list[Ended]:
    command = [sys.executable, "-m", "tests.badday.crowd", str(many), *APPLY]
    environ = {**project.env({}), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=project.root, env=environ, stdin=subprocess.DEVNULL, capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")
    ended = [Ended(**json.loads(line)) for line in done.stdout.splitlines()]
    project.said += [Said(APPLY, each.out + each.err) for each in ended]
    return ended


def round_of_starts(project: Project, cloud: Cloud, many: int = MANY, seconds: float = PATIENCE) -> Iterator[str]:
    """What is wrong with so many applies of three numbers, started at once."""
    project.declare(*NUMBERS)
    ended = started(project, many)
    codes = Counter(each.exit for each in ended)
    if codes != {3: 1, 4: many - 1}:
        yield f"they ended {dict(codes)}: {[each.err for each in ended if each.exit not in (3, 4)]}"
    for each in ended:
        if each.exit == 4 and not LOCKED.fullmatch(each.err):
            yield f"locked, and said: {each.err}"
        if each.exit == 4 and each.seconds > seconds:
            yield f"locked after {each.seconds:.1f} s"
    if Counter(cloud.changes()) != {"AddChatappPhoneNumber": 3, "GetChatappVerifyCode": 3}:
        yield f"called {Counter(cloud.changes())}"
    yield from (str(violation) for violation in cloud.violations())
