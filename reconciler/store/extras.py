"""The pip command that adds an extra to this installation, by where it was installed from (PEP 610), not by a bare
name.

Nothing here installs anything or asks an index: on an index, the bare name may belong to somebody else.
"""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Mapping
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

NAME = "number-reconciler"
SOURCE = Path(__file__).parents[2]


def hint(extra: str) -> str:
    """The complete command for people, for the interpreter that runs this."""
    words = _words(extra)
    if not words:
        return f"Install this copy of {NAME} again, with its extra {extra}."
    return f"Run: {shlex.join([sys.executable, '-m', 'pip', 'install', *words])}"


def installed_from() -> str:
    """`URL@COMMIT` of the repository that this copy was installed from; "" for any other."""
    try:
        direct = _direct(distribution(NAME)) or {}
    except PackageNotFoundError:
        return ""
    commit = direct.get("vcs_info", {}).get("commit_id")
    return f"{direct['url']}@{commit}" if commit else ""


def _words(extra: str) -> list[str]:
    """The requirement for pip; empty if it is not known."""
    try:
        found = distribution(NAME)
    except PackageNotFoundError:
        return [f"{SOURCE}[{extra}]"] if (SOURCE / "pyproject.toml").is_file() else []
    return requirement(extra, found.version, _direct(found))


def _direct(found: Distribution) -> Mapping[str, Any] | None:
    text = found.read_text("direct_url.json")
    return json.loads(text) if text else None


def requirement(extra: str, version: str, direct: Mapping[str, Any] | None) -> list[str]:
    """The requirement for pip. direct: the document of PEP 610; None for a copy from an index or a folder of wheels.

    The installed version is kept, so only what the extra needs is downloaded.
    """
    if direct is None:
        return [f"{NAME}[{extra}]=={version}"]
    url = str(direct["url"])
    if direct.get("dir_info", {}).get("editable"):
        return ["--editable", f"{url2pathname(urlsplit(url).path)}[{extra}]"]
    if "vcs_info" in direct:
        url = f"{direct['vcs_info']['vcs']}+{url}@{direct['vcs_info']['commit_id']}"
    return [f"{NAME}[{extra}] @ {url}{_fragment(direct)}"]


def _fragment(direct: Mapping[str, Any]) -> str:
    hashes = direct.get("archive_info", {}).get("hashes", {})
    parts = [f"{name}={hashes[name]}" for name in ("sha256",) if name in hashes]
    if "subdirectory" in direct:
        parts.append(f"subdirectory={direct['subdirectory']}")
    return f"#{'&'.join(parts)}" if parts else ""
