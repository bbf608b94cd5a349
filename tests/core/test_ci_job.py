"""What a pipeline says of itself is shown in a comment, so each of its parts has its form or is nothing."""

from __future__ import annotations

import pytest

from reconciler.core.ci_job import CiJob, ci_job

SHA, LONG = "0a" * 20, "0a" * 32


@pytest.mark.parametrize(
    ("said", "job"),
    [
        ((SHA, LONG, 7, "https://forge.example/a/b"), CiJob(SHA, LONG, "7", "https://forge.example/a/b")),
        ((LONG, SHA, "70", "http://forge.example:8080/a-b/-/c~1"), CiJob(LONG, SHA, "70", "http://forge.example:8080/a-b/-/c~1")),
        ((SHA[:-1], SHA + "0", "7a", "https://forge.example"), CiJob()),
        (("0" * 40, "0" * 64, "0", "javascript:alert(1)"), CiJob()),
        ((SHA + "\n", SHA.upper(), "-1", "https://forge.example/a/b\n"), CiJob()),
        ((None, None, None, None), CiJob()),
        ((), CiJob()),
    ],
)  # fmt: skip
def test_a_part_has_its_form_or_is_nothing(said: tuple[object, ...], job: CiJob) -> None:
    """A commit that is all zeros is one that is not there."""
    assert ci_job(*said) == job
