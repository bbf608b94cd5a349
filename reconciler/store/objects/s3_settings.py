"""What the environment and an AWS profile say for S3: where the store is, its region, who signs. As for `aws`, although
obstore reads more variables than that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from reconciler.errors import Problem, StateError
from reconciler.store.objects.aws_profile import NAMES, Profile, provider
from reconciler.store.objects.bucket import endpoint

if TYPE_CHECKING:
    from obstore.store import S3Config, S3Credential, S3CredentialProvider

# Used by convention for stores without regions.
ANY_REGION = "us-east-1"
ENDPOINTS = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL")
KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
REGIONS = ("AWS_REGION", "AWS_DEFAULT_REGION")
OF_PROFILE = "the profile's endpoint_url"
# Read by obstore and other programs, but not by `aws`.
ELSEWHERE = "AWS_ENDPOINT"
# Each names another source of credentials. The machine's role is only asked if it is named: elsewhere nothing answers.
OTHERS = (
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_METADATA_ENDPOINT",
)
# Without its second half obstore passes over the first, and asks the machine for its role, which may be another.
HALVES = {
    "AWS_WEB_IDENTITY_TOKEN_FILE": "AWS_ROLE_ARN",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI": "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
}


def server_of(environ: Mapping[str, str], profile: Profile | None) -> tuple[str, bool]:
    """As endpoint(). A variable that was set for another program must not lead to another store, where no state is."""
    said = {**environ, OF_PROFILE: profile.endpoint if profile else ""}
    found = endpoint(said, (*ENDPOINTS, OF_PROFILE))
    if environ.get(ELSEWHERE) and not found[0]:
        hint = f"Name the store of the state in {ENDPOINTS[0]}, also for AWS itself, or unset {ELSEWHERE}."
        raise StateError(Problem("bucket-endpoint", f"{ELSEWHERE} is set, which `aws` does not read", hint=hint))
    return found


def config_of(environ: Mapping[str, str], server: str, profile: Profile | None) -> S3Config:
    """obstore reads everything else from the environment, including other kinds of credentials. Its own variables
    change neither whether requests are signed nor which bucket they are for."""
    config: S3Config = {
        "conditional_put": "etag",
        "disable_bulk_delete": True,
        "skip_signature": False,
        "virtual_hosted_style_request": False,
    }
    if server:
        config["aws_endpoint_url_s3"] = server
    config["region"] = _region(environ, server, profile)
    return config


def _region(environ: Mapping[str, str], server: str, profile: Profile | None) -> str:
    said = next((environ[name] for name in REGIONS if environ.get(name)), profile.region if profile else "")
    if said or server:
        return said or ANY_REGION
    what = f"no region for S3: neither {' nor '.join(REGIONS)} is set, and no profile says one"
    raise StateError(Problem("bucket-region", what, hint="Set AWS_REGION, such as eu-central-1."))


def provider_of(environ: Mapping[str, str], profile: Profile | None) -> S3CredentialProvider | None:
    """The usual order: keys in the environment, a named profile, other sources in the environment, the default
    profile."""
    elsewhere = any(environ.get(name) for name in OTHERS)
    named = any(environ.get(name) for name in NAMES)
    if environ.get(KEYS[0]):
        keys = _keys(environ)
        return lambda: keys
    if elsewhere and not named:
        _check_whole(environ)
        return None
    if profile and profile.has_credentials:
        return provider(profile, environ)
    what = (
        f"no credentials for S3: neither AWS_ACCESS_KEY_ID nor any of {', '.join(OTHERS)} is set, "
        "and no profile of ~/.aws has any"
    )
    raise StateError(Problem("bucket-credentials", what))


def _keys(environ: Mapping[str, str]) -> S3Credential:
    """Read here, because obstore would take AWS_TOKEN, which may hold a pipeline's own token, for a part of them."""
    id, secret, token = (environ.get(name, "") for name in KEYS)
    if not secret:
        raise StateError(Problem("bucket-credentials", f"{KEYS[0]} is set, and {KEYS[1]} is not"))
    return {"access_key_id": id, "secret_access_key": secret, "token": token or None, "expires_at": None}


def _check_whole(environ: Mapping[str, str]) -> None:
    """One of OTHERS is set. Raises StateError unless one is whole."""
    there = [name for name in OTHERS if environ.get(name)]
    if not any(environ.get(HALVES.get(name, name)) for name in there):
        what = f"{there[0]} is set, and {HALVES[there[0]]}, which S3's client needs with it, is not"
        raise StateError(Problem("bucket-credentials", what))
