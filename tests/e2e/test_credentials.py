"""Keys that cannot be used: each fault is told as what it is, before anything is called or recorded."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from tests.stage.cloud import Cloud
from tests.stage.project import APPLY, Project

ID, SECRET = "ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"
PROFILE, TOKEN_FILE = "ALIBABA_CLOUD_PROFILE", "ALIBABA_CLOUD_OIDC_TOKEN_FILE"
OIDC = {"ALIBABA_CLOUD_ROLE_ARN": "acs:ram::1:role/r", "ALIBABA_CLOUD_OIDC_PROVIDER_ARN": "acs:ram::1:oidc-provider/p"}
AK = {"name": "usual", "mode": "AK", "access_key_id": "u", "access_key_secret": "us-canary"}
SSO = {
    "name": "sso",
    "mode": "CloudSSO",
    "cloud_sso_sign_in_url": "https://signin.example.com",
    "cloud_sso_account_id": "1",
    "cloud_sso_access_config": "ac-1",
    "access_token": "sso-canary",
}
ECHO = "Set it without that: `printf %s`, unlike `echo`, writes no line break; quotation marks are a shell's."
MEND = "Set what is missing, or take away what names it."
GONE = "Have the pipeline write its token there, or name the file that has it."
CONFIG = "~/.aliyun/config.json"

Case = tuple[dict[str, str | None], str | dict[str, Any] | None, list[tuple[str, str, str]]]


def profiles(*them: dict[str, Any], current: str = "usual") -> dict[str, Any]:
    return {"current": current, "profiles": list(them)}


# What is changed in the environment, what config.json is, and (what, found, hint) of each problem.
CASES: dict[str, Case] = {
    "a line break after the secret": ({SECRET: "s-canary\n"}, None, [(f"{SECRET} ends in a line break", "", ECHO)]),
    "a line break after the id": ({ID: "i-canary\r\n"}, None, [(f"{ID} ends in a line break", "", ECHO)]),
    "a blank before the token": (
        {"ALIBABA_CLOUD_SECURITY_TOKEN": " t-canary"},
        None,
        [("ALIBABA_CLOUD_SECURITY_TOKEN begins or ends with a blank", "", ECHO)],
    ),
    "quotation marks": ({SECRET: '"s-canary"'}, None, [(f"{SECRET} is in quotation marks", "", ECHO)]),
    "letters no key has": ({SECRET: "schlüssel"}, None, [(f"{SECRET} holds a character that no key has", "", ECHO)]),
    "no secret": ({SECRET: None}, None, [(f"{ID} is set, {SECRET} is not", "", MEND)]),
    "no id": ({ID: None}, None, [(f"{SECRET} is set, {ID} is not", "", MEND)]),
    "a file that is no JSON": (
        {ID: None, SECRET: None},
        "{cut",
        [(f"{CONFIG} is not as `aliyun configure` writes it", "", "Correct it, or write it again with that.")],
    ),
    "a profile without a file": (
        {ID: None, SECRET: None, PROFILE: "work"},
        None,
        [(f"a profile is named, and {CONFIG} is not there", "work", MEND)],
    ),
    "an unknown profile": (
        {ID: None, SECRET: None, PROFILE: "work"},
        profiles(AK, SSO),
        [(f"{CONFIG} has no profile of this name", "work", "It has usual, sso.")],
    ),
    "an unknown profile of one product": (
        {"RECONCILER_CAMS_PROFILE": "work"},
        profiles(AK),
        [(f"{CONFIG} has no profile of this name", "work", "It has usual.")],
    ),
    "a profile without a secret": (
        {ID: None, SECRET: None},
        profiles({**AK, "access_key_secret": ""}),
        [("the profile has no secret: access_key_secret is empty", "usual", MEND)],
    ),
    "a profile with a line break": (
        {ID: None, SECRET: None},
        profiles({**AK, "access_key_secret": "us-canary\n"}),
        [("the profile's secret ends in a line break", "usual", "Take that out of its access_key_secret.")],
    ),
    "a sign-in that is over": (
        {ID: None, SECRET: None},
        profiles({**SSO, "cloud_sso_access_token_expire": 1_700_000_000}, current="sso"),
        [
            (
                "the profile's sign-in by CloudSSO is over",
                "sso",
                "Sign in again: `aliyun configure --mode CloudSSO --profile sso`.",
            )
        ],
    ),
    "a mode nobody knows": (
        {ID: None, SECRET: None},
        profiles({"name": "usual", "mode": "Magic"}),
        [
            (
                "the profile, of mode Magic, gave no key",
                "usual",
                "Try it with `aliyun sts GetCallerIdentity --profile usual`.",
            )
        ],
    ),
    "a token's file that is gone": (
        {ID: None, SECRET: None, **OIDC, TOKEN_FILE: "/nonexistent/token"},
        None,
        [(f"{TOKEN_FILE} names a file that cannot be read: No such file or directory", "/nonexistent/token", GONE)],
    ),
    "a token's file that is empty": (
        {ID: None, SECRET: None, **OIDC, TOKEN_FILE: "/dev/stdin/"},
        None,
        [(f"{TOKEN_FILE} names a file that cannot be read: Not a directory", "/dev/stdin/", GONE)],
    ),
    "two faults": (
        {SECRET: None, TOKEN_FILE: None, **OIDC},
        "[]",
        [
            (f"{ID} is set, {SECRET} is not", "", MEND),
            (f"ALIBABA_CLOUD_ROLE_ARN and ALIBABA_CLOUD_OIDC_PROVIDER_ARN are set, {TOKEN_FILE} is not", "", MEND),
            (f"{CONFIG} is not as `aliyun configure` writes it", "", "Correct it, or write it again with that."),
        ],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_each_is_told_as_what_it_is(project: Project, cloud: Cloud, name: str) -> None:
    """Exit 1, the whole text, no value in it; nothing was called, and no lease or entry is left."""
    env, config, told = CASES[name]
    project.declare("support")
    given(project, config)
    done = project.run(*APPLY, **env)
    assert (done.code, done.err) == (1, "".join(text(*each) for each in told))
    assert "canary" not in done.out + done.err
    assert (cloud.calls(), project.run("log").out) == ([], "")


def given(project: Project, config: str | dict[str, Any] | None) -> None:
    if config is not None:
        (project.home / ".aliyun").mkdir()
        (project.home / CONFIG.removeprefix("~/")).write_text(config if isinstance(config, str) else json.dumps(config))


def text(what: str, found: str, hint: str) -> str:
    shown = f"  found: {found}\n" if found else ""
    return f"error[credentials-unusable] {what}\n{shown}  hint: {hint}\n"


def test_a_config_that_cannot_be_read(project: Project) -> None:
    """What is there and no file is told with the system's reason."""
    project.declare("support")
    (project.home / ".aliyun/config.json").mkdir(parents=True)
    done = project.run(*APPLY, **{ID: None, SECRET: None})
    why = f"{CONFIG} cannot be read: it is a directory, not a file"
    assert (done.code, done.err) == (1, text(why, "", "Change its permissions, or what is there."))


def test_a_sign_in_that_holds_is_not_blamed(project: Project) -> None:
    """Where CloudSSO itself gives no key, the sign-in is not called over."""
    project.declare("support")
    holds = {
        **SSO,
        "cloud_sso_sign_in_url": "http://127.0.0.1:1",
        "cloud_sso_access_token_expire": int(time.time()) + 999,
    }
    given(project, profiles(holds, current="sso"))
    done = project.run(*APPLY, **{ID: None, SECRET: None})
    hint = "Try it with `aliyun sts GetCallerIdentity --profile sso`."
    assert (done.code, done.err) == (1, text("the profile, of mode CloudSSO, gave no key", "sso", hint))
