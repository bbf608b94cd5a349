"""AWS profiles. Keys in a profile are read here; signing in and assuming roles is done by botocore.

botocore takes half a second and 25 MB, so it is only loaded, if installed, for a profile without keys.
"""

from __future__ import annotations

import configparser
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from reconciler.errors import Problem, StateError
from reconciler.net import environment

if TYPE_CHECKING:
    from obstore.store import S3Credential

NAMES = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE")
_FILES = {"credentials": ("AWS_SHARED_CREDENTIALS_FILE", "credentials"), "config": ("AWS_CONFIG_FILE", "config")}
_KEYS = {
    "aws_access_key_id": "access_key_id",
    "aws_secret_access_key": "secret_access_key",
    "aws_session_token": "token",
}
_OTHERS = ("role_arn", "sso_session", "sso_start_url", "credential_process", "web_identity_token_file", "login_session")
_LIBRARY = "Install the package botocore beside this one, or name a profile with keys."
_ASKED_AGAIN = timedelta(minutes=5)


class Profile(NamedTuple):
    """A profile.

    name: of the profile.
    said: its settings from both files.
    services: those of the section that its `services` names.
    """

    name: str
    said: Mapping[str, str]
    services: Mapping[str, str]

    @property
    def region(self) -> str:
        """Its region; "" if it names none."""
        return self.said.get("region", "")

    @property
    def endpoint(self) -> str:
        """The URL of another S3; "" if it names none."""
        own = re.search(r"^\s*endpoint_url\s*=\s*(\S+)", self.services.get("s3", ""), re.MULTILINE)
        return own[1] if own else self.said.get("endpoint_url", "")

    @property
    def has_credentials(self) -> bool:
        """Whether it has keys, or another source of credentials."""
        return any(self.said.get(key) for key in ("aws_access_key_id", *_OTHERS))


def profile(environ: Mapping[str, str]) -> Profile | None:
    """The profile named by the environment, otherwise `default`; None if there is none. Raises StateError."""
    named = next((environ[name] for name in NAMES if environ.get(name)), "")
    config, credentials = _sections(environ, "config"), _sections(environ, "credentials")
    name = named or "default"
    of_config = config.get(name if name == "default" else f"profile {name}")
    if of_config is None and name not in credentials:
        if named:
            what = "no profile of this name is in ~/.aws/credentials or ~/.aws/config"
            raise StateError(Problem("bucket-credentials", what, found=name, hint=_known(config, credentials)))
        return None
    said = {**(of_config or {}), **credentials.get(name, {})}
    return Profile(name, said, config.get(f"services {said.get('services', '')}", {}))


def provider(profile: Profile, environ: Mapping[str, str]) -> Callable[[], S3Credential]:
    """A function that returns keys and renews them. Called once here, to fail early. Raises StateError."""
    if profile.said.get("aws_access_key_id") and not profile.said.get("role_arn"):
        keys: S3Credential = {
            "access_key_id": profile.said["aws_access_key_id"],
            "secret_access_key": profile.said.get("aws_secret_access_key", ""),
            "token": profile.said.get("aws_session_token"),
            "expires_at": None,
        }
        return lambda: keys
    try:
        credentials = _signed_in(profile, environ)
        credentials.get_frozen_credentials()
    except ImportError:
        what = f"the profile {profile.name} has no keys of its own, and to sign in or to take its role needs botocore"
        raise StateError(Problem("bucket-credentials", what, hint=_LIBRARY)) from None
    except Exception as error:  # noqa: BLE001 - the chain raises whatever its files, sockets and processes raise
        what = f"the profile {profile.name} gave no credentials ({type(error).__name__})"
        hint = f"Try it with `aws sts get-caller-identity --profile {profile.name}`, or `aws sso login` first."
        raise StateError(Problem("bucket-credentials", what, hint=hint)) from None
    return lambda: _frozen(credentials)


def _signed_in(profile: Profile, environ: Mapping[str, str]) -> Any:
    import logging

    from botocore.session import Session

    logging.getLogger("botocore").setLevel(logging.CRITICAL + 1)
    environment.plain_directly()
    session = Session(profile=profile.name)
    for kind, variable in (("credentials", "credentials_file"), ("config", "config_file")):
        session.set_config_variable(variable, str(_path(environ, kind)))
    return session.get_credentials()


def _frozen(credentials: Any) -> S3Credential:
    keys = credentials.get_frozen_credentials()
    return {
        "access_key_id": keys.access_key,
        "secret_access_key": keys.secret_key,
        "token": keys.token,
        "expires_at": datetime.now(UTC) + _ASKED_AGAIN,
    }


def _sections(environ: Mapping[str, str], kind: str) -> dict[str, dict[str, str]]:
    parser = configparser.RawConfigParser(default_section="")
    path = _path(environ, kind)
    try:
        parser.read_string(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, configparser.Error) as error:
        what = f"{path} cannot be read ({type(error).__name__})"
        raise StateError(
            Problem("bucket-credentials", what, hint="Correct it, or write it again with `aws configure`.")
        ) from None
    return {name.strip(): dict(parser[name]) for name in parser.sections()}


def _path(environ: Mapping[str, str], kind: str) -> Path:
    variable, name = _FILES[kind]
    home = Path(environ.get("HOME") or Path.home())
    return Path(environ[variable]).expanduser() if environ.get(variable) else home / ".aws" / name


def _known(*files: Mapping[str, object]) -> str:
    names = sorted({name.removeprefix("profile ") for sections in files for name in sections})
    return f"There are: {', '.join(names)}." if names else "There is none: `aws configure` writes one."
