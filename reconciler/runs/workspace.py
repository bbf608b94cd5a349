"""The workspace of a command: the project's folder, its recorded state, its cloud, the time."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.core.model import Limits, Project
from reconciler.core.times import stamp
from reconciler.errors import ConfigError, Problem, UsageError
from reconciler.operations import Product
from reconciler.runs.recorded import Recorded

# Imported only when used: `validate`, for example, needs no state.
if TYPE_CHECKING:
    from reconciler.cloud.client import Cloud
    from reconciler.cloud.credentials import Chain, Credentials
    from reconciler.core.exchange import Watch
    from reconciler.store.backend import Backend
    from reconciler.store.journal import Journal
    from reconciler.store.quota import Quota


def now() -> str:
    """The time, as in entries."""
    return stamp(datetime.now(UTC))


def folder(root: Path, environ: Mapping[str, str]) -> str:
    """The project's folder in the repository, "" for its root: from a pipeline's variables, otherwise the current
    directory."""
    try:
        whole = os.path.realpath(environ.get("GITHUB_WORKSPACE") or environ.get("CI_PROJECT_DIR") or "")
    except FileNotFoundError:  # the current directory was removed
        return ""
    here = Path(os.path.realpath(root))
    return here.relative_to(whole).as_posix().removeprefix(".") if here.is_relative_to(whole) else ""


OWN_ENDPOINT: dict[Product, str] = {
    "cams": "RECONCILER_CAMS_ENDPOINT",
    "resourcedirectorymaster": "RECONCILER_RESOURCE_DIRECTORY_ENDPOINT",
    "sts": "RECONCILER_STS_ENDPOINT",
}


@dataclass
class Workspace(Recorded):
    """Everything a command works with. Parts are opened when first used: a command without configuration reads none.

    endpoint_url: as typed behind --endpoint; None for those that variables name, or the default.
    """

    endpoint_url: str | None = None

    def again(self, *arguments: str) -> str:
        """A command line that continues from here, with the options of this one."""
        before = ["-C", str(self.root)] if self.root != Path() else []
        # The environment is always repeated: the line may be typed elsewhere, as from a comment.
        said = {"--environment": self.environment, "--state": self.state_url, "--endpoint": self.endpoint_url}
        # A URL that may contain a password is not repeated.
        after = [f"{name}={url}" for name, url in said.items() if url and "@" not in url and "?" not in url]
        return shlex.join(["reconciler", *before, *arguments, *after])

    @property
    def folder(self) -> str:
        """The project's folder in the repository."""
        return folder(self.root, os.environ)

    @cached_property
    def project(self) -> Project:
        """The configuration. Raises ConfigError and UsageError."""
        from reconciler.config.project import load_project

        if not self.root.is_dir():
            raise UsageError(Problem("no-such-folder", f"{self.root} is not a folder"))
        return load_project(self.root, environment=self.environment)

    def check_pace(self, limits: Limits) -> None:
        """Raises ConfigError for calls without a rate limit to a real cloud."""
        if not limits.calls_per_second and self.identity != "loopback":
            what = "calls_per_second: 0 is for an endpoint on this machine only"
            raise ConfigError(Problem("no-pace-elsewhere", what))

    @cached_property
    def endpoints(self) -> dict[Product, str]:
        """Product -> URL. An option applies to all products; among variables, the product's own takes precedence."""
        from reconciler.cloud.endpoints import endpoints

        own = {} if self.endpoint_url else {product: os.environ.get(name) for product, name in OWN_ENDPOINT.items()}
        shared = self.endpoint_url or os.environ.get("RECONCILER_ENDPOINT")
        return endpoints(shared, own=own, site=self.settings.site)

    @cached_property
    def identity(self) -> str:
        """The endpoint, as journals record it."""
        from reconciler.cloud.endpoints import identities

        return identities(self.endpoints)

    def journal(self, space_id: str, backend: Backend | None = None) -> Journal:
        """backend: another access to the same store; None for the plain one."""
        from reconciler.store.journal import Journal

        return Journal(backend or self.backend, space_id, now, self.emergency)

    def cloud(
        self,
        limits: Limits,
        signer: Credentials,
        on_throttle: Callable[[str, float], None] | None = None,
        shared: Quota | None = None,
    ) -> Cloud:
        """A client. on_throttle: called with operation and seconds."""
        from reconciler.cloud.client import Cloud

        self.check_pace(limits)
        return Cloud(
            self.endpoints,
            signer,
            limits,
            on_throttle=on_throttle,
            shared=shared,
            watch=self._watch,
            accounts=self.accounts,
        )

    @property
    def accounts(self) -> dict[Product, str]:
        """Product -> id of the account that its calls are for, "" for any; STS answers for each."""
        said = self.settings
        return {"cams": said.account, "resourcedirectorymaster": said.contacts_account}

    @property
    def _watch(self) -> Watch | None:
        debug = self.start.debug
        if debug is None:
            return None
        from reconciler.render.text.exchange import exchange_line

        return lambda exchange: debug(exchange_line(exchange, now()))

    def signer(self, products: Sequence[Product]) -> Credentials:
        """The credentials, checked now and not during the run. Raises CloudError."""
        for product in products:
            self._chain.get(product)
        return self._chain

    @cached_property
    def _chain(self) -> Chain:
        """One for the run, so that a role is taken once."""
        from reconciler.cloud.credentials import Chain

        return Chain(os.environ)
