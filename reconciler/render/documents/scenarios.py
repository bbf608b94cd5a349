"""What came of scenarios, for tools: one JSON document, and JUnit's XML as pipelines read it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any
from xml.etree import ElementTree

import msgspec

from reconciler.core.rehearsal.scenario import Verdict
from reconciler.render.text.scenarios import mismatch_lines, title

NAME = "reconciler test"


def verdicts_json(verdicts: Sequence[Verdict]) -> str:
    """The document that --json prints."""
    failed = sum(not each.passed for each in verdicts)
    counts = {"passed": len(verdicts) - failed, "failed": failed, "seconds": _seconds(verdicts)}
    return json.dumps({"format_version": "1.0", **counts, "scenarios": [_row(each) for each in verdicts]}, indent=2)


def junit(verdicts: Sequence[Verdict], folder: str = "") -> str:
    """JUnit's XML. folder: the project's in the repository, "" for its root."""
    failed = sum(not each.passed for each in verdicts)
    counts = {"tests": str(len(verdicts)), "failures": str(failed), "errors": "0", "time": f"{_seconds(verdicts):.3f}"}
    tree = ElementTree.TreeBuilder()
    tree.start("testsuites", {"name": NAME, **counts})
    tree.start("testsuite", {"name": NAME, **counts, "skipped": "0"})
    for each in verdicts:
        _case(tree, each, folder)
    tree.end("testsuite")
    suites = tree.end("testsuites")
    ElementTree.indent(suites)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(suites, encoding="unicode") + "\n"


def _row(verdict: Verdict) -> dict[str, Any]:
    row: dict[str, Any] = msgspec.to_builtins(verdict)
    return {"result": "passed" if verdict.passed else "failed", **row}


def _case(tree: ElementTree.TreeBuilder, verdict: Verdict, folder: str) -> None:
    file = f"{folder}/{verdict.file}" if folder else verdict.file
    tree.start("testcase", {"classname": file, "name": title(verdict), "file": file, "time": f"{verdict.seconds:.3f}"})
    if not verdict.passed:
        keys = ", ".join(dict.fromkeys(f"step {each.step}: {each.key}" for each in verdict.mismatches))
        tree.start("failure", {"type": "mismatch", "message": keys})
        tree.data("\n".join(["- expected, + found", *mismatch_lines(verdict)]))
        tree.end("failure")
    tree.end("testcase")


def _seconds(verdicts: Iterable[Verdict]) -> float:
    return round(sum(each.seconds for each in verdicts), 3)
