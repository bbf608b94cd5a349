"""Problems where people review: no text from outside leaves its place, and the same problem stays the same."""

from __future__ import annotations

import json
import re
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from reconciler.errors import ERRORS, Place, Problem
from reconciler.render.documents import github, gitlab

ANY = st.text(st.characters(), max_size=60) | st.sampled_from(
    [
        "::error::x",
        "\n::set-output name=a::b",
        "%0A::stop-commands::x",
        "a,line=9",
        "\r\n##[error]x",
        "::",
        "\u2028::debug::",
    ]
)
PLACES = st.builds(Place, ANY, st.integers(1, 9999), st.integers(1, 9999))
PROBLEMS = st.builds(Problem, st.sampled_from(sorted(ERRORS)), ANY, st.none() | PLACES, st.none() | ANY, ANY)
COMMAND = re.compile(r"::error file=([^,:\r\n]*),line=([0-9]+),col=([0-9]+),title=([a-z0-9-]+)::([^\r\n]*)")


def undone(text: str) -> str:
    for escape, char in {"%3A": ":", "%2C": ",", "%0A": "\n", "%25": "%"}.items():
        text = text.replace(escape, char)
    return text


@given(st.lists(PROBLEMS, max_size=5))
def test_an_annotation_is_one_line_of_ours(problems: list[Problem]) -> None:
    """One command for each problem and not one more; file, line and title are the problem's own."""
    text = github.problem_annotations(problems)
    lines = re.split(r"[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]", text) if problems else []
    assert len(lines) == len(problems)
    for line, problem in zip(lines, problems, strict=True):
        command = COMMAND.fullmatch(line)
        assert command
        place = problem.place or Place("reconciler.yaml")
        assert (int(command[2]), int(command[3]), command[4]) == (place.line, place.column, problem.code)
        assert undone(command[5]).count("\n") == 1, "what is wrong, and how to mend it"


@given(st.lists(PROBLEMS, max_size=5))
def test_code_quality_is_a_document_of_its_shape(problems: list[Problem]) -> None:
    """Every issue has what GitLab asks for, and a fingerprint of its own."""
    issues = json.loads(gitlab.code_quality(problems))
    for issue in issues:
        assert set(issue) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert issue["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert set(issue["location"]) == {"path", "lines"}
    assert len({issue["fingerprint"] for issue in issues}) == len(problems)


def fingerprints(*problems: Problem) -> list[str]:
    return [issue["fingerprint"] for issue in json.loads(gitlab.code_quality(problems))]


def test_a_fingerprint_outlives_moved_lines() -> None:
    """The same problem some lines further down is the same, also where its words name the line of another."""
    one = Problem(
        "number-twice", "declared at spaces/a.yaml:3:5 already", Place("spaces/b.yaml", 4, 3), "+8613800001234"
    )
    moved = replace(one, what="declared at spaces/a.yaml:13:5 already", place=Place("spaces/b.yaml", 40, 3))
    assert fingerprints(one) == fingerprints(moved)


def test_another_problem_has_another_fingerprint() -> None:
    """By code, file, words or what was found; and of two that look the same each has its own."""
    one = Problem("number-twice", "what", Place("spaces/b.yaml", 4, 3), "+8613800001234")
    elsewhere = replace(one, place=Place("spaces/c.yaml", 4, 3))
    others = [elsewhere, replace(one, what="else"), replace(one, found="+8613800009999"), replace(one, code="yaml-tag")]
    assert len(set(fingerprints(one, one, *others))) == 6


def test_a_refusal_is_the_same_whatever_it_counts() -> None:
    """What a guard says of an address stays one issue while figures and times in it change."""
    one = Problem("metered-out", "again after 2026-11-23", address="acme/phone_number/support")
    assert fingerprints(one) == fingerprints(replace(one, what="again after 2026-11-24"))


def test_a_problem_without_a_place_is_shown_at_the_settings() -> None:
    """What limits a whole run is set in reconciler.yaml, below the project's folder."""
    problem = Problem("too-many-messages", "up to 2 messages would be sent, and max_messages is 1")
    (issue,) = json.loads(gitlab.code_quality([problem], "customers"))
    assert issue["location"] == {"path": "customers/reconciler.yaml", "lines": {"begin": 1}}
