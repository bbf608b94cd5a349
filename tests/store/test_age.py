"""Encryption at rest: those who are named can read it, also with age's own tool; others are told who can."""

from __future__ import annotations

import gzip
import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from pyrage import decrypt, x25519

from reconciler.errors import Problem, StateError
from reconciler.store import extras, open_backend
from reconciler.store.backend import Backend
from reconciler.store.encryption import IDENTITY, RECIPIENTS, decrypt_text, encrypt_file_text, is_encrypted, keys
from tests.programs import needs
from tests.stage.places import places
from tests.stage.servers import terraform

ANN, TOM, EVE = (x25519.Identity.generate() for _ in range(3))
BOTH = f"{ANN.to_public()},{TOM.to_public()}"
TEXTS = ["", "plain", '{"a":"b\\n"}', "two\nlines\r\n", "\u2028 阿里云 \x00", "x" * 100_000]
OTHERS = sorted(set(places()) - {"encrypted"})


def open_(root: Path, recipients: str = "", identity: str = "") -> Backend:
    return open_backend("sqlite:state.db", root, environ={RECIPIENTS: recipients, IDENTITY: identity})


def append(root: Path, serial: int, entry: str, recipients: str = BOTH, identity: str = str(ANN)) -> None:
    with closing(open_(root, recipients, identity)) as backend:
        backend.append("s", serial, [entry])


def read(root: Path, recipients: str = "", identity: str = "") -> list[str]:
    with closing(open_(root, recipients, identity)) as backend:
        return backend.read("s")[1]


def problem(act: Callable[[], object]) -> Problem:
    """Of the refusal that this ends in. No refusal ever shows a secret key."""
    with pytest.raises(StateError) as refused:
        act()
    (found,) = refused.value.problems
    shown = f"{found.what} {found.found} {found.hint}".upper()
    assert not [key for key in (ANN, TOM, EVE) if str(key)[16:40] in shown]
    return found


def stored(root: Path) -> list[str]:
    with closing(sqlite3.connect(root / "state.db")) as db:
        return [row[0] for row in db.execute("SELECT body FROM entries UNION ALL SELECT body FROM snapshots")]


@pytest.mark.parametrize("text", TEXTS, ids=len)
@pytest.mark.parametrize("who", [ANN, TOM])
def test_each_recipient_reads_what_was_written(tmp_path: Path, text: str, who: x25519.Identity) -> None:
    """Several recipients, each with their own key alone; any text comes back as it was."""
    append(tmp_path, 0, text)
    assert read(tmp_path, "", str(who)) == [text]


def test_nothing_readable_is_kept(tmp_path: Path) -> None:
    """Neither entries nor snapshots hold a word of what was written."""
    with closing(open_(tmp_path, BOTH, str(ANN))) as backend:
        backend.append("s", 0, ["+8613800001234", "other words"])
        backend.snapshot("s", 1, "+8613800001234 as well")
    kept = stored(tmp_path)
    assert [is_encrypted(text) for text in kept] == [True, True, True]
    assert not [text for text in kept if "8613800001234" in text or "words" in text]


@pytest.mark.parametrize("name", OTHERS)
def test_every_place_keeps_what_is_encrypted(tmp_path: Path, name: str) -> None:
    """Armor has several lines: any backend gives it back as it was."""
    with places()[name](tmp_path) as where:
        environ = {**where.environ, RECIPIENTS: BOTH, IDENTITY: str(ANN)}
        with closing(open_backend(where.url, where.root, environ=environ)) as backend:
            backend.append("s", 0, ["a", "b"])
            backend.snapshot("s", 1, "S1")
            assert backend.read("s") == ("S1", ["b"])
            assert backend.history("s") == ["a", "b"]


@needs("age")
@pytest.mark.parametrize("text", TEXTS, ids=len)
@pytest.mark.parametrize("who", [ANN, TOM])
def test_the_age_tool_opens_it(tmp_path: Path, text: str, who: x25519.Identity) -> None:
    """`sed 1d FILE | age -d -i KEY` gives the very text, for each of the recipients."""
    append(tmp_path, 0, text)
    (tmp_path / "entry").write_text(stored(tmp_path)[0], "utf-8")
    (tmp_path / "key").write_text(f"# created: today\n{who}\n", "utf-8")
    opened = subprocess.run(["sh", "-c", "sed 1d entry | age -d -i key"], cwd=tmp_path, capture_output=True, check=True)
    assert opened.stdout == text.encode()


def test_the_armor_is_ages_own() -> None:
    """Below the first line stands a whole age file and nothing else."""
    line, _, armor = keys({RECIPIENTS: BOTH}).encrypt("text").partition("\n")
    assert sorted(line.removeprefix("reconciler-age/1 for ").split(",")) == sorted(BOTH.split(","))
    assert decrypt(armor.encode(), [TOM]) == b"text"


@pytest.mark.parametrize("identity", ["", str(EVE)], ids=["no key", "another key"])
@pytest.mark.parametrize("recipients", ["", str(EVE.to_public())], ids=["no recipients", "other recipients"])
def test_without_a_key_it_says_who_could(tmp_path: Path, identity: str, recipients: str) -> None:
    """No key, or one that does not fit: refused, and both recipients are named."""
    append(tmp_path, 0, "a")
    found = problem(lambda: read(tmp_path, recipients, identity))
    told = f"sqlite:{tmp_path}/state.db is encrypted, and no key here opens it"
    assert (found.code, found.what) == ("key-missing", told)
    assert str(ANN.to_public()) in found.hint and str(TOM.to_public()) in found.hint


def test_a_snapshot_is_refused_like_an_entry(tmp_path: Path) -> None:
    """Also where no entry follows it."""
    append(tmp_path, 0, "a")
    with closing(open_(tmp_path, BOTH, str(ANN))) as backend:
        backend.snapshot("s", 1, "S1")
    assert problem(lambda: read(tmp_path)).code == "key-missing"


def test_a_journal_begun_unencrypted_is_refused_once_it_should_be(tmp_path: Path) -> None:
    """Recipients are set, and an entry is readable by all: somebody has to move it, not to overlook it."""
    append(tmp_path, 0, "a", "", "")
    found = problem(lambda: read(tmp_path, BOTH, str(ANN)))
    told = f"sqlite:{tmp_path}/state.db is not encrypted, and RECONCILER_AGE_RECIPIENTS says it should be"
    assert (found.code, found.what) == ("not-encrypted", told)
    append(tmp_path, 1, "b")
    assert problem(lambda: read(tmp_path, BOTH, str(ANN))).code == "not-encrypted"
    assert problem(lambda: read(tmp_path)).code == "key-missing"


@pytest.mark.parametrize(
    "damage", [lambda text: text[:-60], lambda text: text.replace("A", "B"), lambda text: text[:300]]
)
def test_a_damaged_text_is_called_damaged(tmp_path: Path, damage: Callable[[str], str]) -> None:
    """With a fitting key at hand, what cannot be opened is no matter of keys."""
    append(tmp_path, 0, "a" * 500)
    with closing(sqlite3.connect(tmp_path / "state.db")) as db:
        db.execute("UPDATE entries SET body = ?", (damage(stored(tmp_path)[0]),))
        db.commit()
    found = problem(lambda: read(tmp_path, BOTH, str(ANN)))
    told = f"sqlite:{tmp_path}/state.db: an entry of s is encrypted, and damaged: it cannot be opened"
    assert (found.code, found.what) == ("state-unreadable", told)


@pytest.mark.parametrize(("recipients", "identity"), [("", str(ANN)), (BOTH, ""), (BOTH, str(EVE))], ids=range(3))
def test_who_could_not_read_it_again_writes_nothing(tmp_path: Path, recipients: str, identity: str) -> None:
    """A key without recipients would write readably, recipients without a key unreadably for the writer."""
    with closing(open_(tmp_path, recipients, identity)) as backend:
        assert problem(lambda: backend.append("s", 0, ["a"])).code == "no-recipient"
        assert problem(lambda: backend.snapshot("s", 0, "S")).code == "no-recipient"
        assert backend.history("s") == []


def test_keys_come_from_files_as_age_writes_them(tmp_path: Path) -> None:
    """Several a file, with comments; or inline, one a line or separated by commas."""
    key, names = tmp_path / "key.txt", tmp_path / "recipients.txt"
    key.write_text(f"# created: today\n# public key: {ANN.to_public()}\n{EVE}\n{ANN}\n", "utf-8")
    names.write_text(f"# the team\n\n{ANN.to_public()}\n{TOM.to_public()}\n", "utf-8")
    append(tmp_path, 0, "a", str(names), str(key))
    assert read(tmp_path, BOTH, key.read_text("utf-8")) == ["a"]
    assert read(tmp_path, "", f"{EVE},{TOM}") == ["a"]


@pytest.mark.parametrize(
    ("recipients", "identity"),
    [
        ("age1mistyped", ""),
        (BOTH + ",age1mistyped", str(ANN)),
        (str(ANN), str(ANN)),
        ("no/such/file", ""),
        ("", "no/such/file"),
        ("", str(ANN).lower()),
        ("", str(ANN)[:-1]),
        ("", "."),
        ("", "a\0b"),
        ("", "empty.txt"),
    ],
    ids=range(10),
)
def test_a_key_that_cannot_be_used_is_refused_unseen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, recipients: str, identity: str
) -> None:
    """Before anything is opened, and without showing what stands where a secret belongs."""
    monkeypatch.chdir(tmp_path)
    Path("empty.txt").write_text("# nothing\n", "utf-8")
    assert problem(lambda: open_(tmp_path, recipients, identity)).code == "key-unusable"


def test_key_files_are_found_from_where_the_command_runs(tmp_path: Path) -> None:
    """As if started there: `-C DIR` counts for them as for all other files."""
    (tmp_path / "ann.key").write_text(f"{ANN}\n", "utf-8")
    (tmp_path / "team.txt").write_text(f"{ANN.to_public()}\n", "utf-8")
    append(tmp_path, 0, "a", "team.txt", "ann.key")
    assert read(tmp_path, "team.txt", "ann.key") == ["a"]
    text = encrypt_file_text("plan", {RECIPIENTS: "team.txt"}, tmp_path)
    assert decrypt_text(text, "p.plan", {IDENTITY: "ann.key"}, tmp_path) == "plan"


def test_a_file_is_encrypted_as_the_state_is() -> None:
    """For saved plans: as it is without recipients; with them only for those who hold a key."""
    environ = {RECIPIENTS: BOTH, IDENTITY: str(TOM)}
    assert encrypt_file_text("plan", {}) == decrypt_text("plan", "p.plan", {}) == "plan"
    text = encrypt_file_text("plan", environ)
    assert (is_encrypted(text), decrypt_text(text, "p.plan", environ)) == (True, "plan")
    assert problem(lambda: decrypt_text(text, "p.plan", {})).what == "p.plan is encrypted, and no key here opens it"


def test_without_keys_nothing_of_it_is_loaded(tmp_path: Path) -> None:
    """Who encrypts nothing needs no package for it."""
    script = "import sys; from pathlib import Path; from reconciler.store import open_backend; "
    script += "open_backend('sqlite:state.db', Path()).append('s', 0, ['a']); sys.exit('pyrage' in sys.modules)"
    subprocess.run([sys.executable, "-c", script], cwd=tmp_path, check=True)


def test_a_missing_package_is_named_with_its_extra(tmp_path: Path) -> None:
    """Keys are set, and what encrypts is not installed: the command that installs it is told."""
    script = "import sys; sys.modules['pyrage'] = None; from pathlib import Path; "
    script += "from reconciler.store import open_backend\n"
    script += "try: open_backend('sqlite:state.db', Path(), environ={'RECONCILER_AGE_RECIPIENTS': 'age1x'})\n"
    script += "except Exception as error: print(error.problems[0].code, error.problems[0].hint)"
    told = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, check=True, capture_output=True, text=True)
    assert told.stdout == f"extra-missing {extras.hint('age')}\n"


def of_terraform(url: str, recipients: str = BOTH, identity: str = str(ANN)) -> Backend:
    environ = {**terraform.environment(url), RECIPIENTS: recipients, IDENTITY: identity}
    return open_backend(f"{url}/{{space}}", Path(), environ=environ)


def test_a_document_is_encrypted_as_one(tmp_path: Path) -> None:
    """Nothing of it can be read at the server; each recipient reads it, and age's own format is what stands there."""
    with terraform.serving() as (world, url):
        with closing(of_terraform(url)) as backend:
            backend.append("s", 0, ["+8613800001234", "other words"])
            backend.snapshot("s", 1, "+8613800001234 as well")
        (kept,) = (body for path, body in world.documents.items() if path.endswith("/s"))
        packed = json.loads(kept)["reconciler"]["packed"]
        assert gzip.decompress(decrypt(packed.partition("\n")[2].encode(), [TOM])).count(b"+8613800001234") == 2
        with closing(of_terraform(url, BOTH, str(TOM))) as backend:
            assert backend.read("s") == ("+8613800001234 as well", ["other words"])


def test_without_a_fitting_key_nothing_of_a_document_is_read_or_written() -> None:
    """No key, or another one; and with a key and no recipients it would be written for all to read."""
    with terraform.serving() as (world, url):
        with closing(of_terraform(url)) as backend:
            backend.append("s", 0, ["a", "b"])
            backend.snapshot("s", 1, "S1")
        before = dict(world.documents)
        for recipients, identity in (("", ""), (str(EVE.to_public()), str(EVE))):
            with closing(of_terraform(url, recipients, identity)) as backend:
                assert problem(lambda backend=backend: backend.read("s")).code == "key-missing"  # type: ignore[misc]
        with closing(of_terraform(url, "", str(ANN))) as backend:
            assert backend.read("s") == ("S1", ["b"])
            assert problem(lambda: backend.prune("s", 1)).code == "no-recipient"
        assert world.documents == before


def test_a_document_of_entries_encrypted_one_by_one_goes_on_as_one() -> None:
    """As an earlier version left it; one that was never encrypted is refused, and stays as it is."""
    with terraform.serving() as (world, url):
        with closing(of_terraform(url, "", "")) as backend:
            backend.append("s", 0, [keys({RECIPIENTS: BOTH}).encrypt("a")])
            backend.append("plain", 0, ["a"])
        before = dict(world.documents)
        with closing(of_terraform(url)) as backend:
            assert backend.read("s") == (None, ["a"])
            backend.append("s", 1, ["b"])
            assert backend.read("s") == (None, ["a", "b"])
            assert problem(lambda: backend.read("plain")).code == "not-encrypted"
            assert problem(lambda: backend.append("plain", 1, ["b"])).code == "not-encrypted"
        changed = {path.rpartition("/")[2] for path, body in world.documents.items() if body != before[path]}
        assert changed == {"s"}
