"""Which files are read: regular ones, inside the repository, of bounded size and number; anything else is refused."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from reconciler.config.files import LARGEST, MOST
from reconciler.config.project import load_project
from tests.config.telling import GOOD, lines, write

Told = Callable[[Mapping[str, str | bytes]], str]
REGULAR = "  hint: Put a plain text file in its place.\n"


def test_a_fifo_is_refused_at_once(tmp_path: Path) -> None:
    """A pipe nobody writes to is not waited for."""
    write(tmp_path, {"spaces/good.yaml": GOOD})
    os.mkfifo(tmp_path / "spaces/pipe.yaml")
    assert lines(tmp_path) == (
        f"error[file-not-regular] spaces/pipe.yaml:1:1: this is a pipe or a device, not a file\n{REGULAR}"
    )


def test_a_directory_is_refused(tmp_path: Path) -> None:
    """A directory with a file's name is not silently left out."""
    (tmp_path / "spaces/dir.yaml").mkdir(parents=True)
    assert lines(tmp_path) == f"error[file-not-regular] spaces/dir.yaml:1:1: this is a directory, not a file\n{REGULAR}"


def test_links_are_followed_only_within_the_repository(tmp_path: Path) -> None:
    """A link to a file inside is read; one that leads out, to nothing or round in a circle is refused."""
    outside = tmp_path / "outside.yaml"
    outside.write_text(GOOD)
    root = write(tmp_path / "root", {"kept/good.yaml": GOOD})
    spaces = root / "spaces"
    spaces.mkdir()
    (spaces / "good.yaml").symlink_to("../kept/good.yaml")
    assert lines(root) == ""
    (spaces / "circle.yaml").symlink_to("circle.yaml")
    (spaces / "gone.yaml").symlink_to("nowhere.yaml")
    (spaces / "out.yaml").symlink_to("../../outside.yaml")
    assert lines(root) == (
        "error[file-unreadable] spaces/circle.yaml:1:1: the file cannot be read: a loop of symbolic links\n"
        "  hint: Change its permissions.\n"
        "error[file-missing] spaces/gone.yaml:1:1: the file is not there\n"
        "  hint: Create it, or correct the path.\n"
        "error[file-outside] spaces/out.yaml:1:1: the file lies outside the repository\n"
        "  hint: Keep configuration and local state below the repository's root.\n"
    )


def test_a_linked_folder_cannot_lead_out(tmp_path: Path) -> None:
    """What counts is where a file really is, not how its path looks; the same holds for the state."""
    write(tmp_path / "other", {"good.yaml": GOOD})
    root = tmp_path / "root"
    root.mkdir()
    (root / "spaces").symlink_to("../other")
    (root / "reconciler.yaml").write_text("state: sqlite:spaces/state\n")
    assert lines(root) == (
        "error[file-outside] reconciler.yaml:1:8: the state's path leads out of the repository\n"
        "  found: 'sqlite:spaces/state'\n"
        "  hint: Keep configuration and local state below the repository's root.\n"
        "error[file-outside] spaces/good.yaml:1:1: the file lies outside the repository\n"
        "  hint: Keep configuration and local state below the repository's root.\n"
    )


@pytest.fixture
def public() -> Iterator[Path]:
    """A folder that anyone may enter, so that another user can be tried."""
    root = Path(tempfile.mkdtemp())
    root.chmod(0o755)
    yield root
    shutil.rmtree(root)


def test_an_unreadable_file_is_refused(public: Path) -> None:
    """A file without permission is an error of its own, never taken for an absent one."""
    write(public, {"spaces/good.yaml": GOOD})
    (public / "spaces/good.yaml").chmod(0)
    user = os.geteuid()
    if user == 0:  # who may read anything
        os.seteuid(65534)
    try:
        said = lines(public)
    finally:
        os.seteuid(user)
    assert said == (
        "error[file-unreadable] spaces/good.yaml:1:1: the file cannot be read: Permission denied\n"
        "  hint: Change its permissions.\n"
    )


def test_size_is_bounded(told: Told) -> None:
    """A file of the largest size is read, one byte more is not."""
    comment = GOOD + "#" * (LARGEST - len(GOOD))
    assert told({"spaces/a.yaml": comment}) == ""
    assert told({"spaces/a.yaml": comment + "#"}) == (
        "error[file-too-large] spaces/a.yaml:1:1: the file is larger than 16,777,216 bytes\n"
        "  hint: Split the space, or look for what swelled the file.\n"
    )


def test_the_number_of_files_is_bounded(tmp_path: Path) -> None:
    """Too many files are refused before any of them is read."""
    (tmp_path / "spaces").mkdir()
    for number in range(MOST + 1):
        (tmp_path / f"spaces/{number}.yaml").touch()
    assert lines(tmp_path) == (
        "error[too-many-files] reconciler.yaml:1:1: 5,001 space files; at most 5,000 are read\n"
        "  hint: Narrow `spaces` in reconciler.yaml.\n"
    )


def test_no_space_at_all_is_an_error(tmp_path: Path) -> None:
    """A wrong folder must not look like a project from which everything was removed."""
    assert lines(tmp_path) == (
        "error[no-spaces] spaces:1:1: there is no space file here\n"
        "  hint: Run `reconciler init` to begin one, add spaces/NAME.yaml, or say in reconciler.yaml where they are.\n"
    )


def test_both_endings_count_and_hidden_files_do_not(told: Told, tmp_path: Path) -> None:
    """.yaml and .yml are read; what editors leave beside a file, such as .#a.yaml, is not."""
    other = GOOD.replace("good", "other").replace("1111", "2222")
    assert told({"spaces/a.yaml": GOOD, "spaces/b.yml": other, "spaces/.#a.yaml": "[", "spaces/a.yaml~": "["}) == ""
    assert [space.file for space in load_project(tmp_path).spaces] == ["spaces/a.yaml", "spaces/b.yml"]


def test_globs_say_where_spaces_are(told: Told, tmp_path: Path) -> None:
    """A file that two patterns name is read once."""
    files = {"reconciler.yaml": "spaces: [teams/**/*.yaml, teams/a/good.yaml]\n", "teams/a/good.yaml": GOOD}
    assert told(files) == ""
    assert [space.file for space in load_project(tmp_path).spaces] == ["teams/a/good.yaml"]


def test_a_pattern_that_could_take_for_ever_is_refused(told: Told) -> None:
    """More than one `**` is refused in its place before anything is looked for: folders that lie deep cost nothing."""
    deep = "/".join("a" * 40)
    settings = f'spaces: [spaces/*.yaml, "{"**/a/" * 6}**/*.yaml"]\n'
    files = {"spaces/good.yaml": GOOD, f"{deep}/x.txt": ""}
    assert told({"reconciler.yaml": settings, **files}) == (
        "error[pattern-too-wide] reconciler.yaml:1:25: the pattern holds more than one `**`\n"
        "  found: '**/a/**/a/**/a/**/a/**/a/**/a/**/*.yaml'\n"
        "  hint: Keep one `**`: it matches folders of any depth.\n"
    )


def test_a_name_that_is_no_text_can_be_printed(tmp_path: Path) -> None:
    """Bytes in a file's name that are not UTF-8 are escaped in its place."""
    write(tmp_path, {"spaces/good.yaml": GOOD})
    (tmp_path / "spaces" / os.fsdecode(b"\xe9.yaml")).write_text("{}")
    assert lines(tmp_path).startswith("error[file-empty] spaces/\\xe9.yaml:1:1: the file declares nothing\n")
