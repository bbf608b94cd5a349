"""Which addresses are spoken to, what of them is shown, and which documents are taken for journals."""

from __future__ import annotations

import base64
import gzip
import json
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from reconciler.errors import StateError
from reconciler.store import open_backend
from reconciler.store.terraform.address import addresses
from reconciler.store.terraform.document import CAP, SEALED, Document, parse_document
from reconciler.store.terraform.journals import open_terraform
from tests.programs import needs
from tests.stage.servers.terraform import environment, serving

SECRETS = ("hunter2", "ann", "glpat-1")
HASTY = {"RECONCILER_LEASE_TERM": "0.01"}
WHOLE = Document("acme", 3, "l", 2, ("a", "b"), (1, "S1"))


def edited(**changes: object) -> bytes:
    """A document's bytes with some of what is ours in it replaced."""
    data = json.loads(WHOLE.body("here"))
    return json.dumps({**data, "reconciler": {**data["reconciler"], **changes}}).encode()


def packed(text: str) -> str:
    return base64.b64encode(gzip.compress(text.encode())).decode()


def repacked(**changes: object) -> bytes:
    """The same with some of its content replaced."""
    return edited(packed=packed(json.dumps({"entries": WHOLE.entries, "snapshot": WHOLE.snapshot, **changes})))


@pytest.mark.parametrize(
    ("url", "environ", "why"),
    [
        ("http:", {}, "TF_HTTP_ADDRESS is no http or https URL"),
        ("https://ann:hunter2@host/state", {}, "has no {space}"),
        ("https://{space}.host/state", {}, "has no {space}"),
        ("http://ann:hunter2@host/{space}", {}, "plain http to another machine"),
        ("http://127.1/{space}", {}, "plain http to another machine"),
        ("http://localhost.evil.example/{space}", {}, "plain http to another machine"),
        ("https://ann:hunter2@host:99999/{space}", {}, "is no URL"),
        ("https://[ann:hunter2@/{space}", {}, "is no URL"),
        ("https:///{space}", {}, "no http or https URL"),
        ("https://host/{space}#ann", {}, "no http or https URL"),
        ("https://host/{space}", {"TF_HTTP_LOCK_ADDRESS": "https://host/lock"}, "TF_HTTP_LOCK_ADDRESS has no {space}"),
        ("https://host/{space}", {"TF_HTTP_UNLOCK_ADDRESS": "http://host/{space}"}, "plain http to another machine"),
        ("https://host/{space}", {"TF_HTTP_LOCK_METHOD": "LOCK\r\nx: y"}, "TF_HTTP_LOCK_METHOD is no method"),
    ],
)
def test_an_address_that_cannot_be_trusted_is_refused(url: str, environ: dict[str, str], why: str) -> None:
    """By what is wrong with it, and without showing it: a password may stand anywhere in it."""
    with pytest.raises(StateError, match=f"(?s){why.replace('{', '[{]')}") as refused:
        open_terraform(url, environ)
    (found,) = refused.value.problems
    assert found.code == "state-address"
    assert not [secret for secret in SECRETS if secret in f"{found.what} {found.found} {found.hint}"]


def test_neither_password_nor_query_is_shown() -> None:
    """`Backend.url` is for messages and for the witness: it opens nothing by itself."""
    with closing(open_terraform("https://ann:hunter2@host:8443/a/{space}?token=glpat-1", {})) as backend:
        assert backend.url == "https://host:8443/a/{space}?…"


def test_a_space_has_an_address_of_its_own_whatever_it_is_called() -> None:
    """Ids are quoted, and a lock's ID is added to a query that is there already."""
    at = addresses("https://host/a/{space}?branch=main", {})
    assert at.documents.of("a/b c?d", "ID=1") == "https://host/a/a%2Fb%20c%3Fd?branch=main&ID=1"
    assert at.lock == at.unlock == at.documents


@pytest.mark.parametrize("space", ["", ".", "..", "__spaces"])
def test_a_space_that_would_lead_elsewhere_is_refused(space: str) -> None:
    """No id leaves the folder that the address names, and none is the list of spaces."""
    with serving() as (_, url), closing(open_terraform("http:", environment(url))) as backend:
        acts: list[Callable[[], object]] = [lambda: backend.read(space), lambda: backend.append(space, 0, ["a"])]
        for act in acts:
            with pytest.raises(StateError, match="cannot have a document here"):
                act()


def test_credentials_stand_in_the_url_or_in_the_environment() -> None:
    """Those of the URL come first, percent-escapes undone."""
    given = {"TF_HTTP_USERNAME": "env", "TF_HTTP_PASSWORD": "pw"}
    assert addresses("https://host/{space}", given).headers == {"authorization": "Basic ZW52OnB3"}
    assert addresses("https://u:p%40@host/{space}", given).headers == {"authorization": "Basic dTpwQA=="}
    assert addresses("https://host/{space}", {}).headers == {}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"<html>Please sign in</html>", "state-page"),
        (b"\n<!DOCTYPE html><title>Sign in</title>", "state-page"),
        (WHOLE.body("here")[:-9], "state-corrupt"),
        (b"[" * 100_000, "state-corrupt"),
        (b"[]", "state-foreign"),
        (b'{"version":4,"terraform_version":"1.11.4","serial":7,"lineage":"x","resources":[]}', "state-foreign"),
        (edited(space="other"), "state-foreign"),
        (edited(format=SEALED + 1), "state-newer"),
        (edited(format=1, snapshot=None, entries=["a", 2]), "state-corrupt"),
        (edited(packed=7), "state-corrupt"),
        (edited(packed="????"), "state-corrupt"),
        (edited(packed="bm8gemlw"), "state-corrupt"),
        (edited(packed=packed("{}")[:-8]), "state-corrupt"),
        (edited(packed=packed("[")), "state-corrupt"),
        (edited(packed=packed("[" * 100_000)), "state-corrupt"),
        (edited(packed=packed(" " * (CAP + 1))), "state-corrupt"),
        (repacked(entries=["a", 2]), "state-corrupt"),
        (repacked(entries=[]), "state-corrupt"),
        (repacked(entries=["a", "b", "c"]), "state-corrupt"),
        (edited(serial=True), "state-corrupt"),
        (edited(serial=-1), "state-corrupt"),
        (repacked(snapshot=["1", "S"]), "state-corrupt"),
        (repacked(snapshot=[1]), "state-corrupt"),
    ],
)
def test_what_is_no_journal_of_this_space_is_refused_and_left(body: bytes, code: str) -> None:
    """A page to sign in, a document cut short, somebody's Terraform state: each is named, none is written over."""
    with serving() as (world, url), closing(open_terraform("http:", environment(url))) as backend:
        world.documents["/state/acme"] = body
        acts: list[Callable[[], object]] = [lambda: backend.read("acme"), lambda: backend.append("acme", 0, ["a"])]
        for act in acts:
            with pytest.raises(StateError) as refused:
                act()
            assert refused.value.problems[0].code == code
        assert world.documents["/state/acme"] == body


def test_a_document_is_read_as_it_was_written() -> None:
    """Whatever stands in entries and snapshots."""
    odd = Document("acme", 1, "l", 3, ("a\nb", "", '"\u2028\ud800'), (2, "\x00"))
    assert parse_document(odd.body("here"), "acme", "here") == odd


def test_a_document_of_the_first_format_is_read_on() -> None:
    """Nothing was packed in it; the next write makes one of today's of it."""
    ours = {"format": 1, "space": "acme", "serial": 2, "snapshot": [1, "S1"], "entries": ["a", "b"]}
    first = json.dumps({"serial": 3, "lineage": "l", "reconciler": ours}).encode()
    assert parse_document(first, "acme", "here") == WHOLE
    with serving() as (world, url), closing(open_terraform("http:", environment(url))) as backend:
        world.documents["/state/acme"] = first
        backend.append("acme", 2, ["c"])
        assert (backend.read("acme"), backend.history("acme")) == (("S1", ["b", "c"]), ["a", "b", "c"])
        assert json.loads(world.documents["/state/acme"])["reconciler"]["format"] == 2


@needs("jq")
def test_what_is_packed_can_be_read_without_this_program() -> None:
    """By the command that the module names."""
    command = "jq -r .reconciler.packed | base64 -d | gunzip"
    shown = subprocess.run(["sh", "-c", command], input=WHOLE.body("here"), capture_output=True, check=True).stdout
    assert json.loads(shown) == {"snapshot": [1, "S1"], "entries": ["a", "b"]}


@pytest.mark.parametrize(
    ("body", "more", "why"),
    [
        (WHOLE.body("here"), {"cut": 10}, "cut short"),
        (b" " * (CAP + 1), {}, "too large"),
        (WHOLE.body("here"), {"headers": {"content-md5": "AAAA"}}, "arrived damaged"),
    ],
)
def test_an_answer_that_did_not_arrive_whole_is_no_document(body: bytes, more: dict[str, object], why: str) -> None:
    """Cut short, longer than can be, or not what its digest says: refused."""
    with serving() as (world, url), closing(open_terraform("http:", HASTY | environment(url))) as backend:
        for _ in range(2):
            world.fail("GET", 200, body, **more)
        with pytest.raises(StateError, match=why):
            backend.read("acme")


def test_what_could_not_be_read_again_is_not_written() -> None:
    """A document that would outgrow what is read of an answer is refused before it is sent."""
    with serving() as (world, url), closing(open_terraform("http:", environment(url))) as backend:
        backend.append("acme", 0, ["a"])
        with pytest.raises(StateError, match="64 MB is the most") as refused:
            backend.append("acme", 1, ["b" * CAP])
        assert refused.value.problems[0].code == "state-too-large"
        assert (backend.history("acme"), world.locks) == (["a"], {})


def test_a_redirect_is_never_followed() -> None:
    """The credentials go to the named address only; the refusal says what to do."""
    with serving() as (world, url), serving() as (elsewhere, other):
        with closing(open_backend("http:", Path(), environ=environment(url))) as backend:
            world.fail("GET", 307, headers={"location": f"{other}/acme"})
            with pytest.raises(StateError) as refused:
                backend.read("acme")
        assert "Redirects are never followed" in refused.value.problems[0].hint
        assert elsewhere.heard == []
