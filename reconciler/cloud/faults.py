"""Why there are no credentials: looks at what the official chain reads, once it has failed.

It names the fault and how to fix it. It never shows a secret, or a part of one.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from reconciler.errors import Problem
from reconciler.net.variables import odd, unfit
from reconciler.runtime import regular_files

PREFIX = "ALIBABA_CLOUD_"
ID, SECRET, TOKEN = (f"{PREFIX}{name}" for name in ("ACCESS_KEY_ID", "ACCESS_KEY_SECRET", "SECURITY_TOKEN"))
OIDC = tuple(f"{PREFIX}{name}" for name in ("ROLE_ARN", "OIDC_PROVIDER_ARN", "OIDC_TOKEN_FILE"))
CONFIG = "~/.aliyun/config.json"
SIZE = 4 << 20
_KEYS = {"access_key_id": "access key id", "access_key_secret": "secret"}
_NEEDS = {"AK": _KEYS, "RamRoleArn": _KEYS, "StsToken": {**_KEYS, "sts_token": "token"}}
"""A profile's mode -> its fields and their names for people."""


def of_variables(environ: Mapping[str, str]) -> list[Problem]:
    """Keys in plain environment variables that cannot sign a request."""
    return list(unfit(environ, (ID, SECRET, TOKEN), "credentials-unusable"))


def of_chain(environ: Mapping[str, str]) -> list[Problem]:
    """Everything that was set but gave no key; empty if nothing was set."""
    found = [*_half(environ, (ID, SECRET)), *_half(environ, OIDC), *_token_file(OIDC[-1], environ.get(OIDC[-1], ""))]
    disabled = environ.get(f"{PREFIX}CLI_PROFILE_DISABLED", "").lower() == "true"
    return found if disabled else [*found, *of_profile(environ, environ.get(f"{PREFIX}PROFILE", ""))]


def of_profile(environ: Mapping[str, str], name: str) -> list[Problem]:
    """Faults of a profile of the Alibaba Cloud CLI. "" means its current profile, if it has one."""
    path = Path(environ.get("HOME") or "~").expanduser() / CONFIG.removeprefix("~/")
    try:
        document = json.loads(regular_files.text(path, SIZE))
        profiles = {str(each["name"]): dict(each) for each in document.get("profiles") or ()}
        name = name or str(document.get("current") or "")
    except FileNotFoundError:
        return [_problem(f"a profile is named, and {CONFIG} is not there", found=name)] if name else []
    except OSError as error:
        return [_problem(f"{CONFIG} cannot be read: {error.strerror}", "Change its permissions, or what is there.")]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return [
            _problem(f"{CONFIG} is not as `aliyun configure` writes it", "Correct it, or write it again with that.")
        ]
    return list(_of_chosen(profiles, name)) if name else []


def _of_chosen(profiles: Mapping[str, dict[str, Any]], name: str) -> Iterator[Problem]:
    if name not in profiles:
        known = f"It has {', '.join(profiles)}." if profiles else "It has none."
        yield _problem(f"{CONFIG} has no profile of this name", known, name)
        return
    profile = profiles[name]
    mode = str(profile.get("mode") or "")
    found = list(_of_mode(profile, mode, name))
    hint = f"Try it with `aliyun sts GetCallerIdentity --profile {name}`."
    yield from found or [_problem(f"the profile, of mode {mode or 'unknown'}, gave no key", hint, name)]


def _of_mode(profile: Mapping[str, Any], mode: str, name: str) -> Iterator[Problem]:
    for field, called in _NEEDS.get(mode, {}).items():
        if not profile.get(field):
            yield _problem(f"the profile has no {called}: {field} is empty", found=name)
        elif fault := odd(str(profile[field])):
            yield _problem(f"the profile's {called} {fault}", "Take that out of its " + field + ".", name)
    if mode == "OIDC":
        yield from _token_file("the profile's oidc_token_file", str(profile.get("oidc_token_file") or ""))
    if mode == "CloudSSO" and not _signed_in(profile):
        again = f"Sign in again: `aliyun configure --mode CloudSSO --profile {name}`."
        yield _problem("the profile's sign-in by CloudSSO is over", again, name)


def _signed_in(profile: Mapping[str, Any]) -> bool:
    expires = profile.get("cloud_sso_access_token_expire")
    return bool(profile.get("access_token")) and isinstance(expires, int) and expires > time.time()


def _half(environ: Mapping[str, str], names: Iterable[str]) -> Iterator[Problem]:
    """Some, but not all, of variables that belong together."""
    there = [name for name in names if environ.get(name)]
    lacking = [name for name in names if not environ.get(name)]
    if there and lacking:
        yield _problem(f"{' and '.join(there)} {_is(there)} set, {' and '.join(lacking)} {_is(lacking)} not")


def _is(names: list[str]) -> str:
    return "is" if len(names) == 1 else "are"


def _token_file(name: str, path: str) -> Iterator[Problem]:
    try:
        if path and not regular_files.text(path, SIZE).strip():
            yield _problem(f"{name} names an empty file", found=path)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "it is no text"
        hint = "Have the pipeline write its token there, or name the file that has it."
        yield _problem(f"{name} names a file that cannot be read: {why}", hint, path)


def _problem(what: str, hint: str = "", found: str = "") -> Problem:
    return Problem("credentials-unusable", what, found=found or None, hint=hint)
