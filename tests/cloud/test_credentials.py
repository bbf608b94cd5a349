from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from reconciler.cloud.credentials import Key, from_environment
from tests.cloud.loopback import OK, Server, answer, raw

# Each case is a process of its own: the official package reads the environment when it is imported.
ASK = """
import sys, logging
logging.basicConfig(level=1)
from reconciler.cloud.credentials import Chain
from reconciler.errors import CloudError
for product in ("cams", "resourcedirectorymaster"):
    try:
        key = Chain().get(product)
        print(key.id, key.secret, key.token or "-")
    except CloudError as error:
        for problem in error.problems:
            named = "ALIBABA_CLOUD_ACCESS_KEY_ID" in problem.mend
            print(problem.code, problem.found, named, error.__suppress_context__)
print("imported" if "alibabacloud_credentials" in sys.modules else "not imported")
"""
PROFILES = {
    "current": "usual",
    "profiles": [
        {"name": "usual", "mode": "AK", "access_key_id": "u", "access_key_secret": "us"},
        {"name": "numbers", "mode": "StsToken", "access_key_id": "n", "access_key_secret": "ns", "sts_token": "nt"},
        {"name": "broken", "mode": "AK"},
    ],
}
PLAIN = {"ALIBABA_CLOUD_ACCESS_KEY_ID": "e", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "es"}


def ask(home: Path, environ: dict[str, str]) -> str:
    base = {"HOME": str(home), "ALIBABA_CLOUD_ECS_METADATA_DISABLED": "true"}
    done = subprocess.run([sys.executable, "-c", ASK], capture_output=True, text=True, timeout=60, env=base | environ)
    assert done.stderr == ""
    return done.stdout


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / ".aliyun").mkdir()
    (tmp_path / ".aliyun/config.json").write_text(json.dumps(PROFILES))
    return tmp_path


def test_nothing_set(tmp_path: Path) -> None:
    """Without credentials there is one problem that names the variables, and not a line from the official package."""
    assert ask(tmp_path, {}) == "no-credentials None True True\n" * 2 + "imported\n"


def test_a_chain_that_fails_is_not_heard_of(tmp_path: Path) -> None:
    """A link that asks a server and is refused leaves neither a traceback nor an address anywhere."""
    with Server(raw(404, b"", connection="close")) as server:
        environ = {"ALIBABA_CLOUD_CREDENTIALS_URI": f"{server.url}/?token=TOKEN"}
        assert ask(tmp_path, environ) == "no-credentials None True True\n" * 2 + "imported\n"
    assert [received.query for received in server.received] == ["token=TOKEN"] * 2


def test_keys_in_plain_text_pass_no_proxy_and_no_log(tmp_path: Path) -> None:
    """Who gives out keys on this machine is asked directly, whatever the chain makes of HTTP_PROXY and DEBUG."""
    until = {"Expiration": "2099-01-01T00:00:00Z"}
    keys = answer(
        200, {"connection": "close"}, Code="Success", AccessKeyId="m", AccessKeySecret="ms", SecurityToken="mt", **until
    )
    with Server(keys) as machine, Server(OK) as proxy:
        environ = {"ALIBABA_CLOUD_CREDENTIALS_URI": machine.url, "HTTP_PROXY": proxy.url, "http_proxy": proxy.url}
        assert ask(tmp_path, environ | {"DEBUG": "sdk"}) == "m ms mt\n" * 2 + "imported\n"
    assert (len(machine.received), proxy.received) == (2, [])


@pytest.mark.parametrize("zone", ["WIB-7", "Asia/Nowhere"])
def test_a_time_zone_that_is_not_known_here_hides_no_key(home: Path, zone: str) -> None:
    """As in an image without time zones: the chain is asked whatever TZ says."""
    assert ask(home, {"TZ": zone, "ALIBABA_CLOUD_ECS_METADATA_DISABLED": "false"}) == "u us -\n" * 2 + "imported\n"


def test_plain_variables_come_first_and_import_nothing(home: Path) -> None:
    """The chain begins with the environment, so plain variables need no import and beat the profile in use."""
    assert ask(home, PLAIN) == "e es -\n" * 2 + "not imported\n"


def test_half_a_pair_is_passed_over(home: Path) -> None:
    """An id without its secret is no credential: the chain goes on to the profile in use."""
    assert ask(home, {"ALIBABA_CLOUD_ACCESS_KEY_ID": "e"}) == "u us -\n" * 2 + "imported\n"


def test_a_profile_for_one_product(home: Path) -> None:
    """A product's own profile beats plain variables, for that product alone."""
    assert ask(home, PLAIN | {"RECONCILER_CAMS_PROFILE": "numbers"}) == "n ns nt\ne es -\nimported\n"


@pytest.mark.parametrize(("profile", "problems"), [("broken", 2), ("absent", 1)])
def test_a_profile_that_gives_nothing(home: Path, profile: str, problems: int) -> None:
    """A profile that is named and gives nothing is an error that names it; nothing else is used in its place."""
    told = f"credentials-unusable {profile} False True\n" * problems
    assert ask(home, {"RECONCILER_RD_PROFILE": profile}) == f"u us -\n{told}imported\n"


@pytest.mark.parametrize("secret", ["", "line\nbreak", "schlüssel"])
def test_what_would_break_a_header_is_no_key(secret: str) -> None:
    """A value that is empty, not ASCII or not printable is not used."""
    environ = {"ALIBABA_CLOUD_ACCESS_KEY_ID": "e", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": secret}
    assert from_environment(environ) is None
    assert from_environment(environ | {"ALIBABA_CLOUD_ACCESS_KEY_SECRET": "s"}) == Key("e", "s")
