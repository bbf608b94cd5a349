"""What a plan was compared with where that was not recorded state. Such a plan is there to be read, never applied."""

from __future__ import annotations

from msgspec import Struct

from reconciler.core import fields


class Basis(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """revision: the commit, in hex, whose configuration stands for what is recorded.

    taken_at: when the snapshot was taken that tells the phases, "" without one: then all that the revision declares
    counts as done. unsure: addresses whose records are not as it declares them. undeclared: how many records it does
    not declare. behind: it is no part of what is planned, so that its changes look as if they were taken back.
    """

    revision: fields.Revision
    taken_at: fields.MaybeTime = ""
    unsure: tuple[fields.Address, ...] = ()
    undeclared: fields.Whole = 0
    behind: bool = False
