"""The only user of the `git` program: resolves revisions, finds merge bases, reads the files of a commit.

It only reads. Nothing from the repository is executed: no hooks, filters, text conversions or file system monitors, and
no repository nested in a folder. Nothing is fetched, and a name that looks like an option is refused.
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
    # Otherwise a folder of an untrusted branch could act as a repository, and its settings would be executed.
    "safe.bareRepository=explicit",
    # Otherwise replacement objects could stand in for a commit.
    "core.useReplaceRefs=false",
)
# Inside a hook, GIT_DIR and GIT_INDEX_FILE point elsewhere. Git gets no credentials. By SUDO_UID it knows whose
# repositories root may read.
_KEPT = re.compile(
    "PATH|HOME|XDG_CONFIG_HOME|TMPDIR|GIT_CONFIG_[A-Z_]+[0-9]*|GIT_CEILING_DIRECTORIES|GIT_DISCOVERY_ACROSS_FILESYSTEM"
    "|SUDO_UID"
)
_QUIET = {
    "LC_ALL": "C",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
}
_NAME = re.compile(r"(?!-)[^\x00-\x20\x7f]{1,250}")


class File(NamedTuple):
    """A file of a commit.

    path: below the requested folder.
    contents: its bytes; for a link, its target.
    link: whether it is a symbolic link.
    """

    path: PurePosixPath
    contents: bytes
    link: bool


def commit(root: Path, name: str) -> str:
    """The hash, in hex, of a branch, tag or commit. Raises UsageError if there is none."""
    if not _NAME.fullmatch(name):
        raise UsageError(Problem("revision-unknown", "this cannot be the name of a revision", found=name))
    done = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    if done.returncode:
        raise _absent(root, "this revision is not known here", name)
    return done.stdout.decode("ascii").strip()


def base(root: Path, name: str) -> str:
    """The newest common commit of this revision and HEAD."""
    theirs = commit(root, name)
    done = _git(root, "merge-base", theirs, commit(root, "HEAD"))
    if done.returncode:
        raise _absent(root, "this revision and HEAD have no commit in common", name)
    return done.stdout.decode("ascii").split()[0]


def contains(root: Path, ancestor: str) -> bool:
    """Whether a commit, in hex, is an ancestor of HEAD."""
    return _git(root, "merge-base", "--is-ancestor", ancestor, commit(root, "HEAD")).returncode == 0


def files(root: Path, at: str, endings: Sequence[str], also: Set[PurePosixPath] = frozenset()) -> list[File]:
    """The files below root at a commit, in hex: links, files with these endings, and the paths in `also`."""
    listed = _must(root, "ls-tree", "-r", "-z", "-l", "--end-of-options", at, ".").split(b"\0")
    found = map(_row, filter(None, listed))
    rows = [row for row in found if row[0] == LINK or row[2].name.endswith(tuple(endings)) or row[2] in also]
    if len(rows) > MOST:
        raise ReconcilerError(Problem("git-failed", f"{len(rows):,} files may belong to it; at most {MOST:,} are read"))
    contents = _contents(root, [hash for _, hash, _ in rows])
    return [File(path, body, mode == LINK) for (mode, _, path), body in zip(rows, contents, strict=True)]


def _row(line: bytes) -> tuple[str, str, PurePosixPath]:
    """Parses `MODE blob HASH SIZE<tab>PATH`. The hash is "" for a submodule or a file that is too large.

    A path that leaves the repository was forged. SIZE is `BAD` if the blob is not in this clone; that is reported when
    it is needed.
    """
    about, _, name = line.partition(b"\t")
    mode, kind, hash, size = about.decode("ascii").split()
    path = PurePosixPath(os.fsdecode(name))
    if path.is_absolute() or {".", "..", ".git"} & set(os.fsdecode(name).split("/")):
        raise ReconcilerError(Problem("git-failed", "a path in the repository leads out of it", found=str(path)))
    too_large = size.isdecimal() and int(size) > LARGEST
    return mode, hash if kind == "blob" and not too_large else "", path


def _contents(root: Path, hashes: Sequence[str]) -> Iterator[bytes]:
    """The content of each blob, in order; empty for one without a hash."""
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
    """The environment for git."""
    return {**{name: value for name, value in around.items() if _KEPT.fullmatch(name)}, **_QUIET}
