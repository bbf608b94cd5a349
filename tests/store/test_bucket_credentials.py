"""Who signs requests to a bucket, and for which region: what people and pipelines have set up anyway."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from reconciler.errors import ERRORS, StateError
from reconciler.sandbox.http.serving import Listener, serving
from reconciler.store import open_backend
from tests.cloud.loopback import Server, answer, raw
from tests.stage.servers import oss, s3
from tests.stage.servers.quiet import Quiet

Signed = list[str]


@contextmanager
def store() -> Iterator[tuple[str, Signed]]:
    """One that is empty, and who signed what its bucket was asked."""
    signed: Signed = []
    lock = threading.Lock()

    class Handler(Quiet):
        def do_GET(self) -> None:
            with lock:
                asked = self.path.startswith("/bucket")
                signed.append(self.headers.get("Authorization", "nobody") if asked else f"elsewhere: {self.path}")
            found = b"<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>"
            body, status = (found, 200) if "list-type" in self.path else (b"<Error><Code>NoSuchKey</Code></Error>", 404)
            self.reply(status, body)

    with serving(Listener(Handler)) as server:
        yield server.url, signed


def _aws(home: Path, **files: str) -> dict[str, str]:
    for name, text in files.items():
        (home / ".aws").mkdir(exist_ok=True)
        (home / ".aws" / name).write_text(text)
    return {"HOME": str(home)}


def _signed(tmp_path: Path, environ: dict[str, str]) -> str:
    """The key and the region that the first request was signed with."""
    with store() as (url, signed):
        there = {**environ, "AWS_ENDPOINT_URL_S3": url}
        with closing(open_backend("s3://bucket/x", tmp_path, environ=there)) as backend:
            assert backend.spaces() == []
    _, _, scope = signed[0].partition("Credential=")
    key, _, region, *_ = scope.split("/")
    return f"{key} {region}"


FULL = "AWS_CONTAINER_CREDENTIALS_FULL_URI"
KEYS = "[{}]\naws_access_key_id = {}\naws_secret_access_key = hidden\n"


@pytest.mark.parametrize(
    ("environ", "files", "signed"),
    [
        ({}, {"credentials": KEYS.format("default", "AKDEFAULT")}, "AKDEFAULT us-east-1"),
        (
            {"AWS_PROFILE": "team"},
            {"credentials": KEYS.format("team", "AKTEAM"), "config": "[profile team]\nregion = eu-west-1\n"},
            "AKTEAM eu-west-1",
        ),
        (
            {"AWS_PROFILE": "team", "AWS_REGION": "eu-north-1"},
            {"config": KEYS.format("profile team", "AKTEAM") + "region = eu-west-1\n"},
            "AKTEAM eu-north-1",
        ),
        (
            {"AWS_ACCESS_KEY_ID": "AKENV", "AWS_SECRET_ACCESS_KEY": "hidden"},
            {"credentials": KEYS.format("default", "AKDEFAULT"), "config": "[default]\nregion = eu-west-1\n"},
            "AKENV eu-west-1",
        ),
    ],
)
def test_a_profile_gives_keys_and_region(
    tmp_path: Path, environ: dict[str, str], files: dict[str, str], signed: str
) -> None:
    """As for `aws`: keys of the environment come first; the region of the environment before the profile's."""
    assert _signed(tmp_path, {**_aws(tmp_path, **files), **environ}) == signed


@pytest.mark.parametrize(
    ("setting", "more"),
    [
        ("endpoint_url = {}", ""),
        ("services = near\nendpoint_url = http://[::1]:1", "[services near]\ns3 =\n  endpoint_url = {}"),
    ],
)
def test_a_profile_says_where_its_store_is(tmp_path: Path, setting: str, more: str) -> None:
    """As for `aws`: for all services, or for S3 alone, which comes first. State is not looked for elsewhere."""
    with store() as (url, signed):
        config = f"{KEYS.format('default', 'AKDEFAULT')}{setting}\n{more}\n".replace("{}", url)
        with closing(open_backend("s3://bucket/x", tmp_path, environ=_aws(tmp_path, config=config))) as backend:
            assert backend.spaces() == []
    assert signed[0].startswith("AWS4-HMAC-SHA256 Credential=AKDEFAULT/")


def test_what_only_the_client_reads_leads_nowhere_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Variables that `aws` does not know, set for another program: requests are signed as ever, for the same bucket."""
    theirs = {"AWS_SKIP_SIGNATURE": "true", "AWS_VIRTUAL_HOSTED_STYLE_REQUEST": "true", "AWS_TOKEN": "theirs"}
    for name, value in {**theirs, "AWS_ENDPOINT": "https://[::1]:1", "AWS_CONDITIONAL_PUT": "disabled"}.items():
        monkeypatch.setenv(name, value)
    own = {"AWS_ACCESS_KEY_ID": "AKENV", "AWS_SECRET_ACCESS_KEY": "hidden", "AWS_REGION": "eu-west-1"}
    with store() as (url, signed):
        environ = {**theirs, "AWS_ENDPOINT": "https://[::1]:1", **own, "AWS_ENDPOINT_URL_S3": url}
        with closing(open_backend("s3://bucket/x", tmp_path, environ=environ)) as backend:
            assert backend.spaces() == []
    assert signed[0].startswith("AWS4-HMAC-SHA256 Credential=AKENV/")
    assert "token" not in signed[0]


def test_a_setting_that_the_client_refuses_is_a_problem_without_its_value(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S3's client reads more variables than `aws`; which of them is wrong shows in its words."""
    monkeypatch.setenv("AWS_REQUEST_PAYER", "theirs")
    own = {"AWS_ACCESS_KEY_ID": "AKENV", "AWS_SECRET_ACCESS_KEY": "hidden", "AWS_REGION": "eu-west-1"}
    with pytest.raises(StateError) as refused:
        open_backend("s3://bucket/x", tmp_path, environ=own)
    (found,) = refused.value.problems
    assert found.what == "s3://bucket/x: Generic Config error: failed to parse … as boolean"


@pytest.mark.parametrize(
    ("scheme", "name"), [("s3", "AWS_SESSION_TOKEN"), ("s3", "AWS_REGION"), ("oss", "OSS_ACCESS_KEY_ID")]
)
def test_a_line_break_after_a_key_is_said_by_name(tmp_path: Path, scheme: str, name: str) -> None:
    """As `echo` leaves it in a secret: at once, before the client fails on it in its own way."""
    keys = {**s3.KEYS, **oss.KEYS}
    with pytest.raises(StateError) as refused:
        open_backend(f"{scheme}://bucket/x", tmp_path, environ={**keys, name: f"{keys.get(name, 'token')}\n"})
    (found,) = refused.value.problems
    assert (found.code, found.what) == ("bucket-variable", f"{name} ends in a line break")


MACHINE = {"AccessKeyId": "AKMACHINE", "SecretAccessKey": "hidden", "Token": "t", "Expiration": "2099-01-01T00:00:00Z"}


def test_a_token_with_a_line_break_is_a_problem_and_no_panic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A container's token is read by the client itself, which panics: no Exception, so nothing else would stop it."""
    (tmp_path / "token").write_text("hidden\n")
    with Server(answer(200, **MACHINE)) as machine:
        theirs = {
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": machine.url,
            "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": str(tmp_path / "token"),
        }
        for name, value in theirs.items():
            monkeypatch.setenv(name, value)
        environ = {**theirs, "HOME": str(tmp_path), "AWS_REGION": "eu-west-1"}
        with (
            closing(open_backend("s3://bucket/x", tmp_path, environ=environ)) as backend,
            pytest.raises(StateError) as refused,
        ):
            backend.spaces()
    (found,) = refused.value.problems
    assert (found.code, machine.received) == ("bucket-variable", [])


def test_a_machines_keys_pass_no_proxy(tmp_path: Path) -> None:
    """A container asks its own machine in plain text, as `aws` does; only the store is asked through the proxy."""
    (tmp_path / "token").write_text("hidden")
    with Server(answer(200, **MACHINE)) as machine, Server(raw(403, b"")) as proxy:
        environ = {
            "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": str(tmp_path / "token"),
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            "RECONCILER_LEASE_TERM": "0.1",
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": machine.url,
            "AWS_REGION": "eu-west-1",
            "http_proxy": proxy.url,
            "ALL_PROXY": proxy.url,
        }
        look = [sys.executable, "-c", LOOK.replace("oss:", "s3:")]
        done = subprocess.run(look, env=environ, capture_output=True, text=True, timeout=60)
    assert done.stderr.endswith("s3://bucket/x: no answer (the proxy refused the connection)\n")
    assert [each.line.partition(" ")[0] for each in machine.received] == ["GET"]
    assert {each.line.partition(" ")[0] for each in proxy.received} == {"CONNECT"}


def test_a_process_or_a_sign_in_gives_keys_by_the_official_library(tmp_path: Path) -> None:
    """`credential_process`, as SSO and roles do, goes through botocore where that is installed."""
    keys = {"Version": 1, "AccessKeyId": "AKPROCESS", "SecretAccessKey": "hidden"}
    script = tmp_path / "keys.py"
    script.write_text(f"print({json.dumps(json.dumps(keys))})")
    config = f"[profile team]\nregion = eu-west-1\ncredential_process = {sys.executable} {script}\n"
    assert _signed(tmp_path, {**_aws(tmp_path, config=config), "AWS_PROFILE": "team"}) == "AKPROCESS eu-west-1"


@pytest.mark.parametrize(
    ("environ", "files", "code", "what", "hint"),
    [
        (
            {"AWS_PROFILE": "taem"},
            {"credentials": KEYS.format("team", "AKTEAM")},
            "bucket-credentials",
            "no profile of this name is in ~/.aws/credentials or ~/.aws/config",
            "There are: team.",
        ),
        (
            {"AWS_PROFILE": "team", "AWS_REGION": "eu-west-1"},
            {"config": "[profile team]\ncredential_process = /nowhere/keys\n"},
            "bucket-credentials",
            "the profile team gave no credentials (FileNotFoundError)",
            "Try it with `aws sts get-caller-identity --profile team`, or `aws sso login` first.",
        ),
        (
            {"AWS_ACCESS_KEY_ID": "AKENV", "AWS_SECRET_ACCESS_KEY": "hidden"},
            {},
            "bucket-region",
            "no region for S3: neither AWS_REGION nor AWS_DEFAULT_REGION is set, and no profile says one",
            "Set AWS_REGION, such as eu-central-1.",
        ),
        (
            {"AWS_ACCESS_KEY_ID": "AKENV", "AWS_SECRET_ACCESS_KEY": "", "AWS_REGION": "eu-west-1"},
            {},
            "bucket-credentials",
            "AWS_ACCESS_KEY_ID is set, and AWS_SECRET_ACCESS_KEY is not",
            ERRORS["bucket-credentials"].hint,
        ),
        (
            {FULL: "http://127.0.0.1/", "AWS_REGION": "eu-west-1"},
            {},
            "bucket-credentials",
            f"{FULL} is set, and AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE, which S3's client needs with it, is not",
            ERRORS["bucket-credentials"].hint,
        ),
        (
            {"AWS_WEB_IDENTITY_TOKEN_FILE": "token", "AWS_REGION": "eu-west-1"},
            {},
            "bucket-credentials",
            "AWS_WEB_IDENTITY_TOKEN_FILE is set, and AWS_ROLE_ARN, which S3's client needs with it, is not",
            ERRORS["bucket-credentials"].hint,
        ),
        (
            {"AWS_ENDPOINT": "https://minio.example.com", "AWS_REGION": "eu-west-1"},
            {"credentials": KEYS.format("default", "AKDEFAULT")},
            "bucket-endpoint",
            "AWS_ENDPOINT is set, which `aws` does not read",
            "Name the store of the state in AWS_ENDPOINT_URL_S3, also for AWS itself, or unset AWS_ENDPOINT.",
        ),
    ],
)
def test_what_lacks_is_said(
    tmp_path: Path, environ: dict[str, str], files: dict[str, str], code: str, what: str, hint: str
) -> None:
    """At once, and with the way on. No region is guessed."""
    with pytest.raises(StateError) as refused:
        open_backend("s3://bucket/x", tmp_path, environ={**_aws(tmp_path, **files), **environ})
    (found,) = refused.value.problems
    assert (found.code, found.what, found.mend) == (code, what, hint)


LOOK = """import os
from pathlib import Path
from reconciler.store import open_backend
print(open_backend("oss://bucket/x", Path(), environ=os.environ).spaces())
"""


def test_oss_takes_the_official_chain(tmp_path: Path) -> None:
    """The one that the cloud's calls take: here a profile of the cloud's command line, which is read once a process."""
    (tmp_path / ".aliyun").mkdir()
    profile = {"name": "team", "mode": "AK", "access_key_id": "LTTEAM", "access_key_secret": "hidden"}
    config = {"current": "team", "profiles": [profile]}
    (tmp_path / ".aliyun/config.json").write_text(json.dumps(config))
    own = {"HOME": str(tmp_path), "ALIBABA_CLOUD_ECS_METADATA_DISABLED": "true", "OSS_REGION": "cn-hangzhou"}
    with store() as (url, signed):
        environ = {"PATH": os.environ["PATH"], **own, "OSS_ENDPOINT": url}
        done = subprocess.run([sys.executable, "-c", LOOK], env=environ, capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ("[]\n", "")
    assert signed[0].startswith("OSS4-HMAC-SHA256 Credential=LTTEAM/")


def test_oss_is_asked_with_its_own_signature_whatever_netrc_says(tmp_path: Path) -> None:
    """A password that ~/.netrc has for every host goes to no bucket, and takes no signature's place."""
    (tmp_path / ".netrc").write_text("default login somebody password theirs\n")
    own = {"HOME": str(tmp_path), "OSS_REGION": "cn-hangzhou"}
    keys = {"OSS_ACCESS_KEY_ID": "LTENV", "OSS_ACCESS_KEY_SECRET": "hidden"}
    with store() as (url, signed):
        environ = {"PATH": os.environ["PATH"], **own, **keys, "OSS_ENDPOINT": url}
        done = subprocess.run([sys.executable, "-c", LOOK], env=environ, capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ("[]\n", "")
    assert {each.partition("/")[0] for each in signed} == {"OSS4-HMAC-SHA256 Credential=LTENV"}
