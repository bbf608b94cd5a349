"""The one user of the `git` program: which commit a name means, where two histories part, what stood in a folder.

Only ever reads. What it runs never comes from the repository: no hook, no filter, no textual conversion, no file
system monitor, no repository hidden in a folder; nothing is fetched, and a name that looks like an option is refused.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence, Set
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from reconciler.errors import Problem, ReconcilerError, UsageError

SECONDS = 60
LINK, MOST, LARGEST = "120000", 50_000, 16 * 1024 * 1024
_SAFE = (
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "protocol.allow=never",
    # Else a folder of a stranger's branch could be taken for a repository, and its settings be run.
    "safe.bareRepository=explicit",
    # Else a commit could be answered with what somebody put in its place.
    "core.useReplaceRefs=false",
)
# A hook's own GIT_DIR and GIT_INDEX_FILE would lead elsewhere. Credentials are no business of git's.
_KEPT = re.compile("PATH|HOME|XDG_CONFIG_HOME|TMPDIR|GIT_CONFIG_[A-Z_]+[0-9]*|GIT_CEILING_DIRECTORIES")
_QUIET = {
    "LC_ALL": "C",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
}
_NAME = re.compile(r"(?!-)[^\x00-\x20\x7f]{1,250}")


class File(NamedTuple):
    """path: below the folder that was asked about. link: a symbolic one, its contents being where it leads."""

    path: PurePosixPath
    contents: bytes
    link: bool


def commit(root: Path, name: str) -> str:
    """The commit that a branch, tag or hash names, in hex. Raises UsageError for a name that means none."""
    if not _NAME.fullmatch(name):
        raise UsageError(Problem("revision-unknown", "this cannot be the name of a revision", found=name))
    done = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    if done.returncode:
        raise _absent(root, "this revision is not known here", name)
    return done.stdout.decode("ascii").strip()


def base(root: Path, name: str) -> str:
    """The newest commit that this revision and HEAD have in common: where a branch was begun, or last brought up."""
    theirs = commit(root, name)
    done = _git(root, "merge-base", theirs, commit(root, "HEAD"))
    if done.returncode:
        raise _absent(root, "this revision and HEAD have no commit in common", name)
    return done.stdout.decode("ascii").split()[0]


def contains(root: Path, ancestor: str) -> bool:
    """Whether HEAD has this commit, given in hex, in its history."""
    return _git(root, "merge-base", "--is-ancestor", ancestor, commit(root, "HEAD")).returncode == 0


def files(root: Path, at: str, endings: Sequence[str], also: Set[PurePosixPath] = frozenset()) -> list[File]:
    """What stood below root at a commit, given in hex: links, files whose names end so, and those named in also.

    Others are not read.
    """
    listed = _must(root, "ls-tree", "-r", "-z", "-l", "--end-of-options", at, ".").split(b"\0")
    found = map(_row, filter(None, listed))
    rows = [row for row in found if row[0] == LINK or row[2].name.endswith(tuple(endings)) or row[2] in also]
    if len(rows) > MOST:
        raise ReconcilerError(Problem("git-failed", f"{len(rows):,} files may belong to it; at most {MOST:,} are read"))
    contents = _contents(root, [hash for _, hash, _ in rows])
    return [File(path, body, mode == LINK) for (mode, _, path), body in zip(rows, contents, strict=True)]


def _row(line: bytes) -> tuple[str, str, PurePosixPath]:
    """Of `MODE blob HASH SIZE<tab>PATH`; no hash of what is too large, or of a submodule. What leads out was forged.

    SIZE is `BAD` where the blob is not in this clone: that is said when it is needed.
    """
    about, _, name = line.partition(b"\t")
    mode, kind, hash, size = about.decode("ascii").split()
    path = PurePosixPath(os.fsdecode(name))
    if path.is_absolute() or {".", "..", ".git"} & set(os.fsdecode(name).split("/")):
        raise ReconcilerError(Problem("git-failed", "a path in the repository leads out of it", found=str(path)))
    too_large = size.isdecimal() and int(size) > LARGEST
    return mode, hash if kind == "blob" and not too_large else "", path


def _contents(root: Path, hashes: Sequence[str]) -> Iterator[bytes]:
    """Of each blob, in order; nothing of one without a hash."""
    asked = "".join(f"{hash}\n" for hash in hashes if hash)
    answer = _must(root, "cat-file", "--batch", given=asked.encode("ascii"))
    at = 0
    for hash in hashes:
        if not hash:
            yield b""
            continue
        head, _, _ = answer[at : at + 200].partition(b"\n")
        if head.endswith(b" missing"):
            raise ReconcilerError(Problem("revision-shallow", "a file of that revision is not in this clone"))
        begin = at + len(head) + 1
        at = begin + int(head.split()[-1]) + 1
        yield answer[begin : at - 1]


def _absent(root: Path, what: str, name: str) -> ReconcilerError:
    if _must(root, "rev-parse", "--is-shallow-repository").strip() == b"true":
        return ReconcilerError(Problem("revision-shallow", f"{what}, and the clone is shallow", found=name))
    return UsageError(Problem("revision-unknown", what, found=name))


def _must(root: Path, *arguments: str, given: bytes = b"") -> bytes:
    done = _git(root, *arguments, given=given)
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().partition("\n")[0]
        raise ReconcilerError(Problem("git-failed", f"git {arguments[0]} ended with {done.returncode}", found=said))
    return done.stdout


def _git(root: Path, *arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    settings = [word for each in _SAFE for word in ("-c", each)]
    command = ["git", *settings, *arguments]
    try:
        done = subprocess.run(
            command, cwd=root, env=environment(os.environ), input=given, capture_output=True, timeout=SECONDS
        )
    except FileNotFoundError:
        raise ReconcilerError(Problem("git-missing", "the program git was not found")) from None
    except (OSError, subprocess.TimeoutExpired) as error:
        why = getattr(error, "strerror", None) or f"it took longer than {SECONDS} seconds"
        raise ReconcilerError(Problem("git-failed", f"git {arguments[0]}: {why}")) from None
    if done.returncode == 128 and b"not a git repository" in done.stderr:
        raise ReconcilerError(Problem("not-a-repository", f"{root} is in no Git repository"))
    return done


def environment(around: Mapping[str, str]) -> dict[str, str]:
    return {**{name: value for name, value in around.items() if _KEPT.fullmatch(name)}, **_QUIET}
