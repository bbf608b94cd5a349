"""Runs one command and says what it took: `python -I -S meter.py OUTPUT COMMAND…` prints four figures on one line.

Seconds on the wall, seconds of processor time, peak memory in bytes, exit code. A child's peak counts from the
moment of its fork, when it is as large as its parent: so this is a process of its own, and imports next to nothing.
"""

import os
import sys
import time


def metered(output: str, command: list[str]) -> tuple[float, float, int, int]:
    """output: where what it prints goes, standard error too."""
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600),
        (os.POSIX_SPAWN_DUP2, 1, 2),
    ]
    began = time.perf_counter()
    pid = os.posix_spawnp(command[0], command, os.environ, file_actions=actions)
    _, status, used = os.wait4(pid, 0)
    wall = time.perf_counter() - began
    return wall, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024, os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    print(*metered(sys.argv[1], sys.argv[2:]))
