"""What a plan was compared with instead of recorded state, and what it is limited to."""

from __future__ import annotations

from msgspec import Struct

from reconciler.core import fields


class Basis(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What a plan uses instead of recorded state. Such a plan can be read, never applied.

    revision: the commit, in hex, whose configuration is assumed to be recorded.
    taken_at: when the published state was written that gives the phases. "" without one: then everything declared
        counts as done.
    unsure: addresses whose records differ from that revision.
    undeclared: the number of records that it does not declare.
    behind: the revision is not an ancestor of what is planned, so its changes look like reversals.
    """

    revision: fields.Revision
    taken_at: fields.MaybeTime = ""
    unsure: tuple[fields.Address, ...] = ()
    undeclared: fields.Whole = 0
    behind: bool = False


class Scope(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What a plan is limited to, and what is asked for beside the configuration.

    targets: addresses, of which alone changes are planned; or spaces, or types of a space.
    excludes: likewise, of which no change is planned.
    replaces: addresses of what is made again.
    destroy: everything recorded is removed.
    """

    targets: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    replaces: tuple[fields.Address, ...] = ()
    destroy: bool = False

    @property
    def partial(self) -> bool:
        """Whether other changes are left out."""
        return bool(self.targets or self.excludes)
