"""Bytes that are no honest UTF-8 text are named for what they are, before anything reads them as YAML."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.config.telling import GOOD

Told = Callable[[dict[str, str | bytes]], str]
MEND = {
    "byte-order-mark": "Save it as UTF-8 without the mark.",
    "not-utf8": "Save it as UTF-8.",
    "not-utf8-utf16": "Save it as UTF-8.",
    "lone-surrogate": "Write the character itself, or its whole escape.",
    "nul-character": "Remove it; is this a text file?",
    "control-character": "Remove it; lines end with LF or CR LF.",
}
WIDE = "the file is UTF-16 or UTF-32, not UTF-8"
HALF = "half a character (a lone surrogate) is here"


@pytest.mark.parametrize(
    ("raw", "code", "place", "what"),
    [
        (GOOD.encode("utf-8-sig"), "byte-order-mark", "1:1", "the file begins with a byte order mark"),
        (GOOD.encode("utf-16"), "not-utf8-utf16", "1:1", WIDE),
        (GOOD.encode("utf-16-le"), "not-utf8-utf16", "1:1", WIDE),
        (GOOD.encode("utf-16-be"), "not-utf8-utf16", "1:1", WIDE),
        (GOOD.encode("utf-32"), "not-utf8-utf16", "1:1", WIDE),
        (
            "space: good\n# Zoë\n".encode("latin-1"),
            "not-utf8",
            "2:5",
            "the byte 0xEB is not UTF-8; the file may be Latin-1 or another old encoding",
        ),
        ("# 王\nspace: a\ud83d".encode("utf-8", "surrogatepass"), "lone-surrogate", "2:9", HALF),
        (b"space: good\nspace_id: a\0b\n", "nul-character", "2:12", "a NUL is here"),
        (b"space: good\n# \x1b[31m\n", "control-character", "2:3", "the control character U+001B is here"),
        (b"space: good\rspace_id: x\n", "control-character", "1:12", "the control character U+000D is here"),
        ("space: a\u2028b\n".encode(), "control-character", "1:9", "the control character U+2028 is here"),
        ("space: \ufeffa\n".encode(), "control-character", "1:8", "the control character U+FEFF is here"),
    ],
)
def test_foreign_bytes_are_named(told: Told, raw: bytes, code: str, place: str, what: str) -> None:
    """Each says what it is and where its first byte stands, counted in characters."""
    assert told({"spaces/a.yaml": raw}) == f"error[{code}] spaces/a.yaml:{place}: {what}\n  hint: {MEND[code]}\n"


def test_windows_line_ends_are_welcome(told: Told) -> None:
    """CR LF ends a line like LF, and both count alike in places."""
    assert told({"spaces/a.yaml": GOOD.replace("\n", "\r\n")}) == ""
    assert told({"spaces/a.yaml": "space: good\r\nspace_id: a b\r\n"}).startswith(
        "error[bad-value] spaces/a.yaml:2:11:"
    )


def test_a_conflict_is_found_with_windows_line_ends(told: Told) -> None:
    """Markers are recognised whatever ends their lines."""
    assert told({"spaces/a.yaml": "space: good\r\n=======\r\n"}) == (
        "error[merge-conflict] spaces/a.yaml:2:1: a merge conflict was left unresolved here\n"
        "  found: '======='\n  hint: Resolve it and remove the markers.\n"
    )


def test_no_secret_is_echoed(told: Told) -> None:
    """Whatever else is wrong around a credential or a code, its value occurs nowhere in what is said."""
    canary = "hunter2canary"
    for text in (
        f"password: {canary}\n",
        f"secret: [{canary}, {canary}]\nsecret: {canary}\n",
        f"token: &a !t {canary}\nspace: *a\n",
        f'token: "{canary}\n',
        f"code: {canary}: {canary}\n",
        f"state: {canary}\n",
    ):
        said = told({"spaces/a.yaml": text, "reconciler.yaml": text})
        assert said.count("error[") >= 2
        assert canary not in said
    key = "LTAI5tCanaryCanaryCanary"
    assert key not in told({"spaces/a.yaml": f"space: {key}\nspace_id: [{key}]\n{key}: {key}\n"})
