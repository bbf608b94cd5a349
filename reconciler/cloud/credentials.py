"""Credentials from the official chain, read only when a call is made.

Values are never shown, logged or stored, neither here nor by the official package.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from reconciler.cloud import faults, token_service
from reconciler.errors import CloudError, Problem
from reconciler.net.official_chain import official_chain
from reconciler.net.variables import odd
from reconciler.operations import Product

PROFILES: dict[Product, str] = {
    "cams": "RECONCILER_CAMS_PROFILE",
    "resourcedirectorymaster": "RECONCILER_RD_PROFILE",
}


@dataclass(frozen=True, slots=True)
class Key:
    """What signs a request. Its repr shows only the id.

    id: the access key id.
    secret: the access key secret.
    token: of temporary credentials; "" otherwise.
    """

    id: str
    secret: str = field(repr=False)
    token: str = field(default="", repr=False)


class Credentials(Protocol):
    """A source of keys."""

    def get(self, product: Product) -> Key:
        """The current key, renewed if it is temporary. Raises CloudError, without any value."""
        ...


@dataclass(frozen=True, slots=True)
class Given:
    """The same key for everything.

    key: the key.
    """

    key: Key

    def get(self, product: Product) -> Key:
        """The key."""
        return self.key


class Chain:
    """The official chain. A profile of ~/.aliyun/config.json may be set per product; it takes precedence."""

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        self._environ = environ
        self._providers: dict[str, Any] = {}
        self._last: dict[str, Key] = {}
        self._lock = threading.Lock()

    def get(self, product: Product) -> Key:
        if profile := self._environ.get(PROFILES.get(product, ""), ""):
            return self._from_official(profile)
        if wrong := faults.of_variables(self._environ):
            raise CloudError(*wrong)
        return from_environment(self._environ) or self._from_official("")

    def _from_official(self, profile: str) -> Key:
        # One thread at a time: one renewal, not one per thread.
        with self._lock:
            try:
                found = self._provider(profile).get_credentials()
                key = Key(
                    found.get_access_key_id() or "",
                    found.get_access_key_secret() or "",
                    found.get_security_token() or "",
                )
            except Exception as error:  # noqa: BLE001 - the chain raises errors of many libraries
                if profile in self._last:
                    # A quarter of an hour before the end: these are still valid, and the cloud says when they are not.
                    return self._last[profile]
                raise self._missing(profile, f"{error}") from None
            if not usable(key):
                raise self._missing(profile)
            self._last[profile] = key
        return key

    def _missing(self, profile: str, said: str = "") -> CloudError:
        """said: by the official chain; of it only a code is shown."""
        refused = list(token_service.refusal(said))
        found = refused or (faults.of_profile(self._environ, profile) if profile else faults.of_chain(self._environ))
        return CloudError(*found or [Problem("no-credentials", "no credentials were found")])

    def _provider(self, profile: str) -> Any:
        if profile not in self._providers:
            self._providers[profile] = official_chain(profile)
        return self._providers[profile]


def from_environment(environ: Mapping[str, str]) -> Key | None:
    """The chain's first source, read without the official package, whose import takes half a second."""
    key = Key(*(environ.get(name, "") for name in (faults.ID, faults.SECRET, faults.TOKEN)))
    return key if usable(key) else None


def usable(key: Key) -> bool:
    """Whether both halves are present and fit into a header."""
    return bool(key.id and key.secret) and not any(map(odd, (key.id, key.secret, key.token)))
