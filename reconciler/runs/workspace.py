"""Where a command works: the project's folder, its recorded state, the cloud it is pointed at, the time."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.core.model import Limits, Project
from reconciler.core.times import stamp
from reconciler.errors import ConfigError, Problem, StateError, UsageError
from reconciler.operations import Product
from reconciler.runs.start import Start
from reconciler.runtime.gc_pause import paused
from reconciler.store.filesystem import leads_out

# What reads no state, such as `validate`, loads nothing of it.
if TYPE_CHECKING:
    from reconciler.cloud.client import Cloud
    from reconciler.cloud.credentials import Credentials
    from reconciler.config.settings import Settings
    from reconciler.core.exchange import Watch
    from reconciler.core.journal.state import State
    from reconciler.core.journal.tip import Tips
    from reconciler.store.backend import Backend
    from reconciler.store.encryption import Encrypted
    from reconciler.store.journal import Journal
    from reconciler.store.quota import Quota
    from reconciler.store.safety.emergency import Emergency
    from reconciler.store.safety.last_seen import Witness


def now() -> str:
    return stamp(datetime.now(UTC))


def folder(root: Path, environ: Mapping[str, str]) -> str:
    """The project's place in the repository, "" for its root: a pipeline says where that is; else it is here."""
    whole = os.path.realpath(environ.get("GITHUB_WORKSPACE") or environ.get("CI_PROJECT_DIR") or "")
    here = Path(os.path.realpath(root))
    return here.relative_to(whole).as_posix().removeprefix(".") if here.is_relative_to(whole) else ""


OWN_ENDPOINT: dict[Product, str] = {
    "cams": "RECONCILER_CAMS_ENDPOINT",
    "resourcedirectorymaster": "RECONCILER_RESOURCE_DIRECTORY_ENDPOINT",
}
_OF_THE_STATE = ("place", "backend", "witness", "recorded", "witnessed", "_alone")


@dataclass
class Workspace:
    """Opened as far as it is used: a command that needs no configuration reads none.

    expect: what tells how far the state had come, a file or an address.
    """

    start: Start
    state_url: str | None = None
    endpoint_url: str | None = None
    expect: str | None = None

    def again(self, *arguments: str) -> str:
        """A command as it would be typed to go on from here, with what was said on this command line."""
        before = ["-C", str(self.root)] if self.root != Path() else []
        said = {"--state": self.state_url, "--endpoint": self.endpoint_url}
        known = {"--state": "RECONCILER_STATE", "--endpoint": "RECONCILER_ENDPOINT"}
        typed = {name: url for name, url in said.items() if url and os.environ.get(known[name]) != url}
        # A URL that could hold a password is not repeated: the person has it.
        after = [f"{name}={url}" for name, url in typed.items() if "@" not in url and "?" not in url]
        return shlex.join(["reconciler", *before, *arguments, *after])

    @property
    def root(self) -> Path:
        return self.start.root

    @property
    def folder(self) -> str:
        return folder(self.root, os.environ)

    @cached_property
    def project(self) -> Project:
        from reconciler.config.project import load_project

        if not self.root.is_dir():
            raise UsageError(Problem("no-such-folder", f"{self.root} is not a folder"))
        return load_project(self.root)

    def check_pace(self, limits: Limits) -> None:
        if not limits.calls_per_second and self.identity != "loopback":
            what = "calls_per_second: 0 is for an endpoint on this machine only"
            raise ConfigError(Problem("no-pace-elsewhere", what))

    @cached_property
    def backend(self) -> Backend:
        """Raises StateError while this place is being filled from another one: what lacks yet is not undone."""
        from reconciler.store.safety import transfer

        transfer.check_filled(self.place)
        return self.place

    @cached_property
    def place(self) -> Encrypted:
        """The same, whatever is going on there."""
        from reconciler.store import open_backend
        from reconciler.store.safety import emergency, last_seen

        url, start = self.state_url or self.settings.state, self.start
        backend = open_backend(url, self.root, start.network_allowed, os.environ, tell=start.notify)
        folder = self.root / last_seen.NAME
        self._check_within(folder.parent, folder, self.root / emergency.NAME)
        if os.path.lexists(folder.parent) and not folder.parent.is_dir():
            raise StateError(Problem("state-unusable", f"{folder.parent} is no folder"))
        # Closed, SQLite is one file that can be copied.
        self.start.closing.callback(backend.close)
        return backend

    @property
    def state_is_local(self) -> bool:
        from reconciler.store import FILES

        return (self.state_url or self.settings.state).partition(":")[0] in FILES

    def close(self) -> None:
        """Nothing of the state stays open, and nothing that was read of it is remembered: while a person is asked
        others are at work. What is used next is opened and read anew."""
        if "place" in self.__dict__:
            self.place.close()
        for name in _OF_THE_STATE:
            self.__dict__.pop(name, None)

    @cached_property
    def emergency(self) -> Emergency:
        from reconciler.store.safety.emergency import NAME, Emergency

        self._check_within(self.root / NAME)
        return Emergency(self.root / NAME)

    def _check_within(self, *paths: Path) -> None:
        for path in paths:
            if leads_out(self.root, path):
                raise StateError(Problem("file-outside", f"{path} leads out of the repository"))

    @cached_property
    def witness(self) -> Witness:
        from reconciler.store.safety.last_seen import NAME, Witness

        return Witness(self.root / NAME, self.place.url)

    @cached_property
    def settings(self) -> Settings:
        """What reconciler.yaml says, without reading any space."""
        from reconciler.config.settings import read_settings

        said, problems = read_settings(self.root)
        if problems:
            raise ConfigError.of(problems)
        return said

    @cached_property
    def endpoints(self) -> dict[Product, str]:
        """What was typed moves all of them; in the environment the more special counts."""
        from reconciler.cloud.endpoints import endpoints

        typed = self.endpoint_url and self.endpoint_url != os.environ.get("RECONCILER_ENDPOINT")
        own = {} if typed else {product: os.environ.get(name) for product, name in OWN_ENDPOINT.items()}
        return endpoints(self.endpoint_url, own=own, site=self.settings.site)

    @cached_property
    def identity(self) -> str:
        """The endpoint, as journals remember it."""
        from reconciler.cloud.endpoints import identities

        return identities(self.endpoints)

    def journal(self, space_id: str, backend: Backend | None = None) -> Journal:
        """backend: another way to the same place, None for the plain one."""
        from reconciler.store.journal import Journal

        return Journal(backend or self.backend, space_id, now, self.emergency)

    @cached_property
    def recorded(self) -> dict[str, State]:
        """Every space as this command found it, by id.

        Raises StateError when less is there than was seen before, or when all this went on to another place.
        """
        from reconciler.store.safety import transfer

        return transfer.still_here(self.witnessed)

    @cached_property
    def witnessed(self) -> dict[str, State]:
        """The same, also of journals that moved."""
        return self._checked(self.found)

    def recorded_of(self, space_id: str) -> State | None:
        """One space alone, None where nothing is recorded: the others are neither read nor checked.

        Raises StateError as `recorded` does.
        """
        from reconciler.store.safety import transfer

        if "recorded" in self.__dict__:
            return self.recorded.get(space_id)
        if space_id not in self._alone:
            try:
                states = self._checked(lambda: transfer.states(self.backend, [space_id]), space_id)
            except StateError:
                self.recorded  # noqa: B018 - all of them may tell better what is wrong
                raise
            self._alone |= {space_id: transfer.still_here(states).get(space_id)}
        return self._alone[space_id]

    @cached_property
    def _alone(self) -> dict[str, State | None]:
        return {}

    def _checked(self, read: Callable[[], dict[str, State]], only: str = "") -> dict[str, State]:
        """What is read, unless it is older than was seen here or than --expect names. only: the id of one space, which
        --expect may also know by its name or its lineage."""
        from reconciler.store.safety.last_seen import check

        # Before it is read: others move on meanwhile.
        seen, expected = self.witness.seen(), self._expected(self.expect) if self.expect else {}
        states = read()
        mine = {only, *(name for name, id in self.space_ids.items() if only == id)} if only else {*seen, *expected}
        mine |= {state.lineage for state in states.values()}
        for tips, where in ((seen, "here before"), (expected, f"by {self.expect}")):
            check(states, {id: tip for id, tip in tips.items() if mine & {id, tip.lineage}}, where)
        return states

    def _expected(self, source: str) -> Tips:
        from reconciler.runs.expected import expected

        return expected(source, self.root, self.place.url)

    @cached_property
    def space_ids(self) -> dict[str, str]:
        """By the names of spaces, as a glance at the configuration tells; nothing of it is checked."""
        from reconciler.config.glance import space_ids

        return space_ids(self.root)

    def chosen(self, only: Sequence[str]) -> list[State]:
        """What is recorded of these spaces, of all of them when none is named. Raises UsageError for an unknown one."""
        self.check_names(only, {state.name for state in self.recorded.values()})
        return [state for state in self.recorded.values() if not only or state.name in only]

    def check_names(self, only: Sequence[str], known: Collection[str]) -> None:
        unknown = [name for name in only if name not in known]
        if unknown:
            what = "no space of this name is declared or recorded"
            raise UsageError(*(Problem("unknown-space", what, found=name) for name in unknown))

    def found(self) -> dict[str, State]:
        from reconciler.store.safety import transfer

        with paused():
            return transfer.states(self.backend)

    def cloud(
        self,
        limits: Limits,
        products: Sequence[Product],
        on_throttle: Callable[[str, float], None],
        shared: Quota | None = None,
    ) -> Cloud:
        """on_throttle: told operation and seconds."""
        from reconciler.cloud.client import Cloud

        self.check_pace(limits)
        return Cloud(
            self.endpoints, self.signer(products), limits, on_throttle=on_throttle, shared=shared, watch=self._watch
        )

    @property
    def _watch(self) -> Watch | None:
        debug = self.start.debug
        if debug is None:
            return None
        from reconciler.render.text.exchange import exchange_line

        return lambda exchange: debug(exchange_line(exchange, now()))

    def signer(self, products: Sequence[Product]) -> Credentials:
        """Finds out now, not midway, whether there are credentials. Raises CloudError."""
        from reconciler.cloud.credentials import Chain

        chain = Chain(os.environ)
        for product in products:
            chain.get(product)
        return chain
