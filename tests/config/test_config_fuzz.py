"""Whatever the bytes: a project, or a ConfigError whose problems have code, place and hint, within 2 seconds."""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.config.project import load_project
from reconciler.errors import ERRORS, ConfigError
from tests.config.telling import GOOD, write

REAL = [path.read_bytes() for path in sorted((Path(__file__).parents[2] / "examples").rglob("*.yaml"))]
CASES = [path.read_bytes() for path in sorted((Path(__file__).parent / "bad").glob("*.yaml"))]
FRAGMENTS = [
    *(b"", b"\t", b"\n", b"'", b'"', b"{", b"[", b"- ", b": ", b"&a ", b"*a ", b"<<: ", b"!!str ", b"---\n", b"\0"),
    *(b"\xff", b"\xed\xa0\x80", b"\xe2\x80\xae", b"|\n", b">", b"? ", b"#", b"%YAML 9.9\n", b"[" * 40, b"+86", b"\\U"),
]
QUICK = settings(max_examples=150)


def survive(file: str, raw: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = write(Path(folder), {"spaces/good.yaml": GOOD, file: raw})
        started = time.process_time()
        try:
            load_project(root)
        except ConfigError as error:
            assert error.problems
            assert all(problem.code in ERRORS and problem.place and problem.mend for problem in error.problems)
            assert list(error.problems) == sorted(error.problems, key=lambda problem: problem.place)  # type: ignore[arg-type, return-value]
        assert time.process_time() - started < 2


FILES = st.sampled_from(["spaces/a.yaml", "reconciler.yaml"])


@QUICK
@given(FILES, st.binary(max_size=400))
def test_any_bytes(file: str, raw: bytes) -> None:
    """Random bytes."""
    survive(file, raw)


@QUICK
@given(FILES, st.sampled_from(REAL + CASES), st.data())
def test_mutated_files(file: str, raw: bytes, data: st.DataObject) -> None:
    """Real files and known bad ones, with pieces cut out and hostile fragments put in."""
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(raw)))
        end = data.draw(st.integers(start, min(len(raw), start + 30)))
        raw = raw[:start] + data.draw(st.sampled_from(FRAGMENTS)) + raw[end:]
    survive(file, raw)


WORDS = "space space_id defaults phone_numbers contacts removed number onboarding register name email a 王"
TREES = st.recursive(
    st.sampled_from([*WORDS.split(), "+8613800138000", "", "9" * 5_000, 0, True, None, -1.5]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS.split()), inner, max_size=4),
    max_leaves=30,
)


@QUICK
@given(FILES, TREES)
def test_well_formed_nonsense(file: str, tree: Any) -> None:
    """YAML of the right words in the wrong places."""
    survive(file, json.dumps(tree, ensure_ascii=False).encode())


NUMBERS = st.integers(0, 9_999).map(lambda number: f"+861380013{number:04}")
BLOCKS = st.fixed_dictionaries(
    {
        "number": NUMBERS,
        "onboarding": st.sampled_from(["register", "migrate", "prevalidated"]),
        "display_name": st.just("A: b # c"),
    },
    optional={
        "method": st.sampled_from(["sms", "voice"]),
        "on_remove": st.sampled_from(["refuse", "forget", "deregister"]),
    },
)
SPACES = st.dictionaries(st.from_regex("[a-z0-9][a-z0-9._-]{0,62}", fullmatch=True), BLOCKS, max_size=5)


@QUICK
@given(SPACES)
def test_good_documents_come_back(numbers: dict[str, dict[str, str]]) -> None:
    """What was written is what is read: names, values, order; a number written twice is the one thing refused."""
    document = {"space": "a", "space_id": "b", "phone_numbers": numbers}
    with tempfile.TemporaryDirectory() as folder:
        root = write(Path(folder), {"spaces/a.yaml": json.dumps(document)})
        if len({each["number"] for each in numbers.values()}) < len(numbers):
            try:
                load_project(root)
            except ConfigError as error:
                assert {problem.code for problem in error.problems} == {"number-twice"}
                return
            raise AssertionError("a number declared twice was accepted")
        (space,) = load_project(root).spaces
    read = {
        each.name: {**each.attributes, "onboarding": each.kind, "on_remove": each.on_remove} for each in space.resources
    }
    defaults = {"method": "sms", "locale": "en_US", "on_remove": "refuse"}
    assert list(read.items()) == [(name, {**defaults, **each}) for name, each in numbers.items()]
