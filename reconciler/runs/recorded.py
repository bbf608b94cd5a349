"""Recorded state for a command: the backend, and as many spaces of it as the command needs.

What was read is remembered until close(). Nothing here appends.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.errors import ConfigError, Problem, StateError, UsageError
from reconciler.runs.place import named_by
from reconciler.runs.start import Start
from reconciler.runtime.gc_pause import paused
from reconciler.store.filesystem import leads_out

# Imported only when used: `validate`, for example, needs no state.
if TYPE_CHECKING:
    from reconciler.config.settings import Settings
    from reconciler.core.journal.state import State
    from reconciler.core.journal.tip import Tips
    from reconciler.store.backend import Backend
    from reconciler.store.encryption import Encrypted
    from reconciler.store.safety.emergency import Emergency
    from reconciler.store.safety.last_seen import Witness

_OF_THE_STATE = ("place", "backend", "witness", "recorded", "everywhere", "witnessed", "_alone", "_near")


def owned(
    states: Mapping[str, State], declared: Collection[str], elsewhere: Collection[str], account: str
) -> dict[str, State]:
    """Space id -> state of an environment's spaces: those it declares, and those that no environment declares and no
    other account has. declared, elsewhere: ids of the spaces of this environment, and of the others."""
    return {
        id: state
        for id, state in states.items()
        if id in declared or (id not in elsewhere and state.account in ("", account))
    }


@dataclass
class Recorded:
    """Recorded state, opened and read when first used.

    start: what every command gets.
    state_url: as typed behind --state; None for the one that a variable or reconciler.yaml names.
    expect: from --expect: a file or a URL.
    environment: name of the environment whose spaces and settings are used; "" without environments; None for all of
        them, as `validate` needs.
    """

    start: Start
    state_url: str | None = None
    expect: str | None = None
    environment: str | None = ""

    @property
    def root(self) -> Path:
        """The project's folder."""
        return self.start.root

    @cached_property
    def settings(self) -> Settings:
        """The settings in reconciler.yaml. No space file is read. Raises ConfigError."""
        from reconciler.config.settings import read_settings

        said, problems = read_settings(self.root)
        if problems:
            raise ConfigError.of(problems)
        return said if self.environment is None else said.of(self.environment)

    @cached_property
    def backend(self) -> Backend:
        """The backend. Raises StateError while journals are still being copied into it: an entry that is not copied
        yet would look like a call that was never made."""
        from reconciler.store.safety import transfer

        transfer.check_filled(self.place)
        return self.place

    @cached_property
    def place(self) -> Encrypted:
        """The backend, even while journals are still being copied into it."""
        from reconciler.store import open_backend
        from reconciler.store.safety import emergency, last_seen

        start = self.start
        backend = open_backend(self.place_url, self.root, start.network_allowed, os.environ, tell=start.notify)
        folder = self.root / last_seen.NAME
        self._check_within(folder.parent, folder, self.root / emergency.name_for(self.environment or ""))
        if os.path.lexists(folder.parent) and not folder.parent.is_dir():
            raise StateError(Problem("state-unusable", f"{folder.parent} is no folder"))
        # Closed when the command ends: SQLite then leaves one file, which can be copied.
        self.start.closing.callback(backend.close)
        return backend

    @property
    def place_url(self) -> str:
        return self.named_place or self.settings.state

    @property
    def named_place(self) -> str:
        """The URL that --state or a variable names; else ""."""
        return self.state_url or named_by(os.environ, self.environment or "", lambda: self.settings.environments)

    @property
    def state_is_local(self) -> bool:
        """Whether the state is in local files."""
        from reconciler.store import FILES

        return self.place_url.partition(":")[0] in FILES

    def close(self) -> None:
        """Closes the state and forgets what was read, because others may append while a person is asked."""
        if "place" in self.__dict__:
            self.place.close()
        for name in _OF_THE_STATE:
            self.__dict__.pop(name, None)

    @cached_property
    def emergency(self) -> Emergency:
        """The emergency file."""
        from reconciler.store.safety.emergency import name_for

        return self._emergency(self.root / name_for(self.environment or ""))

    @property
    def emergencies(self) -> Iterator[Emergency]:
        """The emergency files of all environments, also of former ones, that are there."""
        from reconciler.store.safety.emergency import NAMES

        return map(self._emergency, sorted(self.root.glob(NAMES)))

    def _emergency(self, path: Path) -> Emergency:
        from reconciler.store.safety.emergency import Emergency

        self._check_within(path)
        return Emergency(path)

    def _check_within(self, *paths: Path) -> None:
        for path in paths:
            if leads_out(self.root, path):
                raise StateError(Problem("file-outside", f"{path} leads out of the repository"))

    @cached_property
    def witness(self) -> Witness:
        """The last entries seen by this working copy."""
        from reconciler.store.safety.last_seen import NAME, Witness

        return Witness(self.root / NAME, self.place.url)

    @cached_property
    def recorded(self) -> dict[str, State]:
        """Space id -> state, without those of other environments.

        Raises StateError if there is less than was seen before, or if the journals continue elsewhere.
        """
        return self._of_environment(self.everywhere)

    @cached_property
    def everywhere(self) -> dict[str, State]:
        """The same, with those of other environments that share the place."""
        from reconciler.store.safety import transfer

        return transfer.still_here(self.witnessed)

    def _of_environment(self, states: dict[str, State]) -> dict[str, State]:
        """Without spaces that another environment declares, and those of another account that none does."""
        if not self.environment:
            return states
        return owned(states, {*self.space_ids.values()}, self._elsewhere, self.settings.account)

    @cached_property
    def _elsewhere(self) -> set[str]:
        from reconciler.config.glance import ids_elsewhere

        return ids_elsewhere(self.root, self.environment or "")

    @cached_property
    def witnessed(self) -> dict[str, State]:
        """Space id -> state of all spaces in the backend, of other accounts and of moved journals too.

        Raises StateError if there is less than was seen before.
        """
        return self._checked(self.found)

    def found(self) -> dict[str, State]:
        """Space id -> state, unchecked."""
        from reconciler.store.safety import transfer

        with paused():
            return transfer.states(self.backend)

    def recorded_of(self, space_id: str) -> State | None:
        """The state of this space alone, None if nothing is recorded. Other spaces are neither read nor checked.

        Raises StateError as `recorded` does.
        """
        from reconciler.store.safety import transfer

        if "recorded" in self.__dict__:
            return self.recorded.get(space_id)
        if space_id not in self._alone:
            states = self._only(lambda: transfer.state(self.backend, space_id), {space_id})
            self._alone[space_id] = self._of_environment(states).get(space_id)
        return self._alone[space_id]

    def near(self, names: Collection[str]) -> dict[str, State] | None:
        """Space id -> state of the spaces with these names, and of spaces without a file, which may have had these
        names.

        None if the caller must use `recorded` instead: all spaces have been read already, a name is not declared, or a
        space is not recorded under its name.
        """
        from reconciler.store.safety import transfer

        asked = frozenset(names)
        if "recorded" in self.__dict__ or not asked <= self.space_ids.keys():
            return None
        if asked not in self._near:
            ids = {name: self.space_ids[name] for name in asked}
            far = {*self.space_ids.values()} - {*ids.values()}
            states = self._only(lambda: transfer.states(self.backend, far), {*ids.values()})
            as_declared = all(id in states and states[id].name == name for name, id in ids.items())
            self._near[asked] = self._of_environment(states) if as_declared else None
        return self._near[asked]

    @cached_property
    def _alone(self) -> dict[str, State | None]:
        return {}

    @cached_property
    def _near(self) -> dict[frozenset[str], dict[str, State] | None]:
        return {}

    def _only(self, read: Callable[[], dict[str, State]], ids: Collection[str]) -> dict[str, State]:
        from reconciler.store.safety import transfer

        try:
            states = self._checked(read, ids)
        except StateError:
            self.recorded  # noqa: B018 - the error of all spaces may be clearer
            raise
        return transfer.still_here(states)

    def _checked(self, read: Callable[[], dict[str, State]], only: Collection[str] = ()) -> dict[str, State]:
        """The states. Raises StateError if a journal is behind the last entry seen in this working copy or given by
        --expect.

        only: ids of the spaces to check; empty for every space seen or expected. --expect may list a space by its name
            or lineage.
        """
        from reconciler.store.safety.last_seen import check

        # Read before the state, because others append meanwhile.
        seen, expected = self.witness.seen(), self.expected()
        states = read()
        mine = {*only, *(name for name, id in self.space_ids.items() if id in only)} if only else {*seen, *expected}
        mine |= {state.lineage for state in states.values()}
        for tips, where in ((seen, "here before"), (expected, f"by {self.expect}")):
            check(states, {id: tip for id, tip in tips.items() if mine & {id, tip.lineage}}, where)
        return states

    def expected(self) -> Tips:
        """The last entries given by --expect, none without it. Raises StateError if they cannot be read."""
        from reconciler.runs.expected import expected

        if not self.expect:
            return {}
        return expected(self.expect, self.root, self.place.url, self.environment or "", self.settings.account)

    @cached_property
    def space_ids(self) -> dict[str, str]:
        """Name -> space id, read quickly from the configuration without validation."""
        from reconciler.config.glance import space_ids

        return space_ids(self.root, self.environment or "")

    def chosen(self, only: Sequence[str], declared: bool = False) -> list[State]:
        """The states of these spaces, or of all. Raises UsageError for an unknown name.

        declared: a space that is declared, and of which nothing is recorded, is known too.
        """
        near = self.near(only) if only else None
        states = self.recorded if near is None else near
        self.check_names(only, {*(state.name for state in states.values()), *(self.space_ids if declared else ())})
        return [state for state in states.values() if not only or state.name in only]

    def check_names(self, only: Sequence[str], known: Collection[str]) -> None:
        """Raises UsageError for unknown names."""
        unknown = [name for name in only if name not in known]
        if unknown:
            what = "no space of this name is declared or recorded"
            raise UsageError(*(Problem("unknown-space", what, found=name) for name in unknown))
