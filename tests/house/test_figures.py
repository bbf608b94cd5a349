"""What is measured of a checkout is what is there."""

from __future__ import annotations

from pathlib import Path

from tests.house.figures import figures, table

FILES = {
    "reconciler/__init__.py": "",
    "reconciler/errors.py": "X = 1\n",
    "reconciler/core/__init__.py": '"""Values."""\n',
    "reconciler/core/model.py": "from reconciler.errors import X\n",
    "reconciler/core/plan/__init__.py": "",
    "reconciler/core/plan/make.py": "from reconciler.core.model import X\nfrom reconciler.core.plan import match\n",
    "reconciler/core/plan/match.py": "def f():\n    from reconciler.core import model, outcome\n",
    "reconciler/core/outcome.py": 'def f():\n    """Two\n    lines."""\n    def g():\n        pass\n    return g\n',
    "reconciler/cli/main.py": "from reconciler.runs import start\nfrom reconciler import errors\n",
    "reconciler/runs/start.py": "import os  # not used\n",
    "reconciler/runs/run.py": "class Run(NamedTuple):\n    '''Who.\\nhost: where'''\n    host: str\n    who: str\n",
    "tests/test_all.py": "def test():\n    pass\n",
}


def test_a_checkout_is_measured(tmp_path: Path) -> None:
    """Arrows between modules, rooms and folders; functions without what they say of themselves, inner ones too."""
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert dict(figures(tmp_path)) == {
        "files of the package": "11",
        "lines of the package": "20",
        "files in a folder, without `__init__`": "median 2, most 2"
        " (`reconciler/core`, `reconciler/core/plan`, `reconciler/runs`)",
        "arrows inside `cli` and `runs`": "1 between modules, 1 between rooms, 1 between folders",
        "arrows inside `cli`": "0 between modules, 0 between rooms, 0 between folders",
        "arrows inside `runs`": "0 between modules, 0 between rooms, 0 between folders",
        "arrows inside `core`": "4 between modules, 2 between rooms, 1 between folders",
        "arrows inside `store`": "0 between modules, 0 between rooms, 0 between folders",
        "arrows between top packages": "3 between modules, 3 between packages",
        "lines of a function, without its docstring": "median 2, p90 4, max 4",
        "lines of a file": "median 1, p90 4, max 6",
        "public docstrings": "3 of 15",
        "fields of dataclasses and tuples, documented": "1 of 2",
        "lines with a comment": "1",
        "files of tests": "1",
        "lines of tests": "2",
    }


def test_it_is_printed_as_a_table() -> None:
    """One row for each figure."""
    assert table([("files", "10"), ("lines", "13")]) == "| figure | |\n|---|---|\n| files | 10 |\n| lines | 13 |"
