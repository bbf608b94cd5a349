"""Journals in buckets: what is refused before anything is written, and what becomes of answers that get lost."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from reconciler.errors import LostPlace, StateError
from reconciler.store import open_backend
from reconciler.store.backend import Backend
from tests.heavy import mostly_heavy
from tests.stage.places import Where, places
from tests.stage.servers.oss import KEYS as OSS_KEYS
from tests.stage.servers.oss import Bucket, serving
from tests.stage.servers.s3 import KEYS as S3_KEYS
from tests.store.unreliable import SPOILT, Line, unreliable

ENDPOINT = {"s3": "AWS_ENDPOINT_URL_S3", "oss": "OSS_ENDPOINT"}
FIRST, SECOND = "000000000001.json", "000000000002.json"
# More than all tries of the client, times all tries of ours.
ALWAYS = 20
# What a lease of so many seconds leaves for trouble is enough for three tries, and short.
TERM = {"RECONCILER_LEASE_TERM": "2"}


@dataclass(frozen=True)
class Far:
    """A bucket behind a line that can fail."""

    where: Where
    line: Line
    stack: ExitStack

    def open(self) -> Backend:
        return self.stack.enter_context(closing(self.where.open()))


@pytest.fixture(params=sorted(ENDPOINT))
def far(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Far]:
    with ExitStack() as stack:
        near = stack.enter_context(places()[request.param](tmp_path))
        name = ENDPOINT[request.param]
        line, url = stack.enter_context(unreliable(near.environ[name]))
        yield Far(replace(near, environ={**near.environ, **TERM, name: url}), line, stack)


def _code(refused: pytest.ExceptionInfo[StateError]) -> str:
    """What was refused is told without the secret that every answer of the line quotes."""
    assert "hidden" not in str(refused.value)
    assert "\n" not in str(refused.value)
    return refused.value.problems[0].code


@pytest.mark.parametrize("times", [1, 2, ALWAYS])
def test_an_append_whose_answer_was_lost_happened_once(far: Far, times: int) -> None:
    """However often the answer gets lost, an append that acted is found to have, and is not taken for another's."""
    backend = far.open()
    far.line.faults = [("PUT", FIRST, "lost answer")] * times
    backend.append("s", 0, ["a"])
    far.line.faults = []
    backend.append("s", 1, ["b"])
    assert far.open().history("s") == ["a", "b"]


def test_a_pruned_entry_still_tells_who_wrote_it(far: Far) -> None:
    """An append whose part was pruned before its answer could be read back is still its writer's."""
    backend, other = far.open(), far.open()
    other.append("s", 0, ["a"])
    far.line.faults = [("PUT", SECOND, "lost answer")] * 3
    backend.append("s", 1, ["b"])
    other.append("s", 2, ["c"])
    other.snapshot("s", 3, "S3")
    other.prune("s", 3)
    assert far.open().history("s") == ["c"]


def test_an_append_that_never_arrived_is_no_lost_place(far: Far) -> None:
    """Nothing was written, and nobody else wrote: that is a failure of the line, and told as one."""
    backend = far.open()
    backend.append("s", 0, ["a"])
    far.line.faults = [("PUT", SECOND, "lost request")] * ALWAYS
    with pytest.raises(StateError) as refused:
        backend.append("s", 1, ["b"])
    assert not isinstance(refused.value, LostPlace)
    assert _code(refused) == "state-unusable"
    assert far.open().history("s") == ["a"]


def test_a_lost_request_that_another_writer_overtook_is_a_lost_place(far: Far) -> None:
    """Reading back finds another's part: then, and only then, the place is lost."""
    backend, other = far.open(), far.open()
    backend.append("s", 0, ["a"])
    other.append("s", 1, ["theirs"])
    far.line.faults = [("PUT", SECOND, "lost request")] * ALWAYS
    with pytest.raises(LostPlace):
        backend.append("s", 1, ["ours"])
    assert far.open().history("s") == ["a", "theirs"]


@pytest.mark.parametrize("fault", ["lost answer", "lost request", "500", "503"])
def test_what_cannot_be_read_back_is_unknown(far: Far, fault: str) -> None:
    """Neither written nor read back: a StateError, never an assumption."""
    backend = far.open()
    backend.append("s", 0, ["a"])
    far.line.faults = [("PUT", SECOND, fault)] * ALWAYS + [("GET", SECOND, "500")] * ALWAYS
    with pytest.raises(StateError) as refused:
        backend.append("s", 1, ["b"])
    assert not isinstance(refused.value, LostPlace)
    assert _code(refused) == "state-unusable"


@pytest.mark.parametrize("far", ["s3"], indirect=True)
def test_a_conflict_without_another_entry_is_tried_again(far: Far) -> None:
    """Under load S3 answers 409 to a create that nothing stands in the way of."""
    backend = far.open()
    backend.append("s", 0, ["a"])
    far.line.faults = [("PUT", SECOND, "409")] * 2
    backend.append("s", 1, ["b"])
    assert far.open().history("s") == ["a", "b"]


def test_a_refusal_is_not_tried_again(far: Far) -> None:
    """Without the permission to write one request is enough, and the store's own code for it is told."""
    backend = far.open()
    backend.append("s", 0, ["a"])
    far.line.faults = [("PUT", SECOND, "403")] * 2
    with pytest.raises(StateError, match=r"403.*Told") as refused:
        backend.append("s", 1, ["b"])
    assert _code(refused) == "state-unusable"
    assert len(far.line.faults) == 1


@pytest.mark.parametrize("far", ["oss"], indirect=True)
def test_half_a_write_is_none(far: Far) -> None:
    """A body that arrives cut is refused by its digest, and nothing stands where it was to be."""
    backend = far.open()
    far.line.faults = [("PUT", FIRST, "cut")]
    with pytest.raises(StateError, match="400") as refused:
        backend.append("s", 0, ["a"])
    assert _code(refused) == "state-unusable"
    backend.append("s", 0, ["a"])
    assert far.open().history("s") == ["a"]


@pytest.mark.parametrize("fault", [*SPOILT, "403", "404", "500", "lost answer"])
@pytest.mark.parametrize("asked", mostly_heavy(["", "list-type=2", "snapshot-", FIRST], 2))
def test_what_cannot_be_read_is_never_taken_for_nothing(far: Far, asked: str, fault: str) -> None:
    """An answer that is none is an error, or is not needed: never an empty journal, nor a shorter one."""
    backend = far.open()
    backend.append("s", 0, ["a", "b"])
    backend.snapshot("s", 1, "S1")
    far.line.faults = [("GET", asked, fault)] * 4 * ALWAYS
    found = None
    with contextlib.suppress(StateError):
        found = far.open().read("s")
    assert found in (None, ("S1", ["b"]), (None, ["a", "b"]))
    far.line.faults = [("GET", asked, fault)] * 4 * ALWAYS
    with contextlib.suppress(StateError):
        assert far.open().history("s") == ["a", "b"]


@pytest.mark.parametrize("fault", [*SPOILT, "403", "404", "500", "lost answer"])
def test_spaces_are_not_overlooked(far: Far, fault: str) -> None:
    """What answers but is no store has not said that there are no spaces."""
    far.open().append("s", 0, ["a"])
    far.line.faults = [("GET", "", fault)] * 4 * ALWAYS
    with pytest.raises(StateError) as refused:
        far.open().spaces()
    assert _code(refused) in ("state-unusable", "bucket-page")


@pytest.mark.parametrize("fault", [*SPOILT])
def test_an_answer_that_is_no_stores_is_no_success(far: Far, fault: str) -> None:
    """200 from something that is no store writes nothing, and is not taken for a write."""
    backend = far.open()
    backend.append("s", 0, ["a"])
    far.line.faults = [("PUT", SECOND, fault)] * ALWAYS
    with pytest.raises(StateError) as refused:
        backend.append("s", 1, ["b"])
    assert _code(refused) == "state-unusable"
    assert far.open().history("s") == ["a"]


def test_a_store_that_creates_twice_is_refused(far: Far) -> None:
    """Before its first entry a writer finds out that a second create is refused; else nothing is written at all."""
    far.line.faults = [("PUT", "", "deaf")] * ALWAYS
    with pytest.raises(StateError, match="twice") as refused:
        far.open().append("s", 0, ["a"])
    assert _code(refused) == "state-not-safe"
    far.line.faults = []
    assert far.open().spaces() == []


def test_what_was_found_safe_is_not_asked_again(far: Far) -> None:
    """The proof costs an instance one or two requests, and later instances one."""
    backend = far.open()
    backend.append("s", 0, ["a"])
    far.line.faults = [("PUT", "create-only", "500")] * ALWAYS
    backend.append("s", 1, ["b"])
    assert far.open().spaces() == ["s"]


@pytest.mark.parametrize("versioning", ["Enabled", "Suspended", "denied"])
def test_a_bucket_with_versioning_is_refused(tmp_path: Path, versioning: str) -> None:
    """OSS ignores create-only where versioning is or was on, and where that cannot be read nobody knows."""
    bucket = Bucket(versioning=versioning)
    with serving(bucket) as url:
        environ = {**OSS_KEYS, "OSS_ENDPOINT": url}
        with closing(open_backend("oss://bucket/x", tmp_path, environ=environ)) as backend:
            assert backend.read("s") == (None, [])
            with pytest.raises(StateError) as refused:
                backend.append("s", 0, ["a"])
    assert _code(refused) == ("bucket-denied" if versioning == "denied" else "state-not-safe")
    assert bucket.objects == {}


def test_the_s3_interface_of_oss_is_refused(tmp_path: Path) -> None:
    """It answers 501 to a create-only write."""
    bucket = Bucket()
    with serving(bucket) as url:
        backend = open_backend("s3://bucket/x", tmp_path, environ={**S3_KEYS, "AWS_ENDPOINT_URL": url})
        with pytest.raises(StateError, match="501") as refused:
            backend.append("s", 0, ["a"])
    assert _code(refused) == "state-not-safe"
    assert bucket.objects == {}


@pytest.mark.parametrize("scheme", sorted(ENDPOINT))
@pytest.mark.parametrize("rest", ["", "//", "//id:hidden@bucket/x", "//bucket/../x", "//bucket/x?token=hidden", "/b"])
def test_a_url_that_is_none_is_refused_and_not_repeated(tmp_path: Path, scheme: str, rest: str) -> None:
    """A bucket and a prefix, nothing else: what somebody put beside them may be a secret."""
    with pytest.raises(StateError) as refused:
        open_backend(f"{scheme}:{rest}", tmp_path, environ={**OSS_KEYS, **S3_KEYS})
    assert _code(refused) == "bucket-url"
    assert refused.value.problems[0].found is None


@pytest.mark.parametrize("scheme", sorted(ENDPOINT))
@pytest.mark.parametrize(
    "endpoint", ["http://store.example.com", "http://127.1", "ftp://x", "https://id:hidden@x", "://"]
)
def test_an_endpoint_elsewhere_needs_tls(tmp_path: Path, scheme: str, endpoint: str) -> None:
    """Plain http is for loopback; an endpoint holds no credential."""
    with pytest.raises(StateError) as refused:
        open_backend(f"{scheme}://bucket", tmp_path, environ={**OSS_KEYS, **S3_KEYS, ENDPOINT[scheme]: endpoint})
    assert _code(refused) == "bucket-endpoint"


@pytest.mark.parametrize(("scheme", "names"), [("s3", "AWS_ACCESS_KEY_ID"), ("oss", "OSS_ACCESS_KEY_ID")])
def test_without_credentials_nobody_is_asked_for_some(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scheme: str, names: str
) -> None:
    """The variables are named at once. The cloud's official chain reads its own, as it does for calls."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true")
    environ = {"OSS_REGION": "cn-hangzhou", "AWS_REGION": "eu-central-1", "HOME": str(tmp_path)}
    with pytest.raises(StateError, match=names) as refused:
        open_backend(f"{scheme}://bucket", tmp_path, environ=environ)
    assert _code(refused) == "bucket-credentials"


def test_without_a_region_it_is_asked_for_by_name(tmp_path: Path) -> None:
    """OSS is not told to set what S3 wants."""
    with pytest.raises(StateError) as refused:
        open_backend("oss://bucket", tmp_path, environ={"OSS_ENDPOINT": "https://x.example"})
    (found,) = refused.value.problems
    assert (found.code, found.mend) == ("bucket-region", "Set OSS_REGION, such as cn-hangzhou.")


def test_the_clouds_own_variables_serve_oss_too(tmp_path: Path) -> None:
    """ALIBABA_CLOUD_* where there are no OSS_*; a token is never mixed into another's keys."""
    environ = {
        "ALIBABA_CLOUD_ACCESS_KEY_ID": "id",
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "hidden",
        "ALIBABA_CLOUD_REGION_ID": "cn-hangzhou",
    }
    with serving(Bucket()) as url:
        where = Where("oss://bucket", tmp_path, {**environ, "OSS_ENDPOINT": url})
        with closing(where.open()) as backend:
            backend.append("s", 0, ["a"])
            assert (backend.url, backend.spaces(), backend.history("s")) == ("oss://bucket", ["s"], ["a"])
