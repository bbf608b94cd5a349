"""Writes and reads a saved plan: compressed, and encrypted if age is configured.

Any fault is reported by name, and then nothing of the file is used. `gunzip` opens it for people. A policy tool that
gets this file instead of `show --json` cannot mistake it for a plan without resources.
"""

from __future__ import annotations

import gzip
import os
import zlib
from pathlib import Path

from reconciler.core.plan.change import Plan
from reconciler.core.review import saved
from reconciler.errors import Problem, Stale, UsageError
from reconciler.runs.files.write import save
from reconciler.runtime import regular_files
from reconciler.store.encryption import decrypt_bytes, encrypt_bytes

SIZE = 256 * 1024 * 1024


def write(plan: Plan, path: Path, root: Path = Path()) -> None:
    """root: the directory that paths of key files are relative to. Equal plans give equal files."""
    packed = gzip.compress(saved.dump_plan(plan), 6, mtime=0)
    save(path, encrypt_bytes(packed, os.environ, root))


def read(path: Path, root: Path = Path()) -> Plan:
    """Raises UsageError, Stale or StateError."""
    try:
        return parsed(regular_files.read(path, SIZE), str(path), root)
    except (regular_files.NotRegular, regular_files.TooLarge) as error:
        what = f"{path} is no file that could hold a plan: {error.strerror}"
        raise UsageError(Problem("no-such-plan", what)) from None
    except OSError as error:
        raise UsageError(Problem("no-such-plan", f"{path}: {error.strerror}")) from None


def parsed(content: bytes, name: str, root: Path = Path()) -> Plan:
    """name: of the file, for messages."""
    try:
        return saved.load_plan(_unpacked(decrypt_bytes(content, name, os.environ, root)))
    except (zlib.error, EOFError, ValueError):
        raise Stale(Problem("plan-unreadable", f"{name} holds no plan of reconciler, or was cut")) from None


def _unpacked(packed: bytes) -> bytes:
    """Never decompresses more than the size of a plan."""
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    text = unpacker.decompress(packed, SIZE)
    if not unpacker.eof or unpacker.unused_data:
        raise EOFError
    return text
