"""A saved plan as JSON and back. Its digest is stored with it, so an edited plan is refused."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any, Literal

import msgspec
from msgspec import Struct, structs

from reconciler import __version__
from reconciler.core import codec, fields
from reconciler.core.plan.basis import Basis, Scope
from reconciler.core.plan.change import Plan, SpacePlan, Unchanged
from reconciler.core.plan.settings import SavedSettings
from reconciler.errors import Place, Problem, Stale

FORMAT = 2


class At(Struct, frozen=True, forbid_unknown_fields=True):
    """A place in the configuration.

    file: its path.
    line: from 1.
    column: from 1.
    """

    file: str
    line: fields.Whole
    column: fields.Whole


class Notice(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A guard's refusal or a warning when the plan was made. For people only: apply checks again, and no digest covers
    it.

    code: of the error.
    summary: the problem.
    hint: what to do.
    address: it is about.
    place: in the configuration.
    """

    code: fields.ErrorCode
    summary: str
    hint: str = ""
    address: fields.Address | None = None
    place: At | None = None

    @property
    def problem(self) -> Problem:
        """As a problem again."""
        place = Place(self.place.file, self.place.line, self.place.column) if self.place else None
        return Problem(self.code, self.summary, place, hint=self.hint, address=self.address)


class SavedPlan(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, tag_field="type", tag="plan"):
    """The file written by `plan --out`.

    format: of the file.
    version: of the program that wrote it.
    digest: of the plan; a file with another one is refused.
    endpoint: the cloud, as journals record it.
    spaces: the planned ones.
    basis: what is used instead of recorded state; null for a plan that can be applied.
    since: why it is empty, if only changed spaces were asked for.
    settings: in force, by name.
    sent: daily limit -> messages of the last 24 hours.
    refusals: what guards refused.
    warnings: possible mistakes in the configuration.
    left_out: why some spaces are missing.
    account: id of the account that it is for; "" for any.
    contacts_account: the same of message contacts, if it is another one; else "".
    environment: its name; "" without environments.
    scope: what it is limited to; null for a plan of everything.
    """

    format: fields.Whole
    version: str
    digest: fields.Digest
    endpoint: str
    spaces: tuple[SpacePlan, ...] = ()
    basis: Basis | None = None
    since: Unchanged | None = None
    settings: SavedSettings | None = None
    sent: dict[fields.Word, fields.Whole] = {}
    refusals: tuple[Notice, ...] = ()
    warnings: tuple[Notice, ...] = ()
    left_out: tuple[Notice, ...] = ()
    account: fields.MaybeAccount = ""
    contacts_account: fields.MaybeAccount = ""
    environment: fields.MaybeEnvironment = ""
    scope: Scope | None = None

    @property
    def plan(self) -> Plan:
        """The plan in the file."""
        return Plan(
            self.endpoint,
            self.spaces,
            _problems(self.refusals),
            self.basis,
            self.since,
            _problems(self.warnings),
            settings=structs.asdict(self.settings) if self.settings else None,
            sent=self.sent,
            left_out=_problems(self.left_out),
            account=self.account,
            contacts_account=self.contacts_account,
            environment=self.environment,
            scope=self.scope,
        )


class _Head(Struct, frozen=True):
    """Only type and format: msgspec accepts a struct without its tag, unless it is one of a union.

    type: of the file.
    format: of the file.
    """

    type: Literal["plan"]
    format: int


def dump_plan(plan: Plan) -> bytes:
    """As JSON."""
    refusals, warnings, left_out = (tuple(map(notice, each)) for each in (plan.refusals, plan.warnings, plan.left_out))
    saved = SavedPlan(
        FORMAT,
        __version__,
        plan.digest,
        plan.endpoint,
        plan.spaces,
        plan.basis,
        plan.since,
        SavedSettings(**plan.settings) if plan.settings else None,
        dict(plan.sent),
        refusals,
        warnings,
        left_out,
        plan.account,
        plan.contacts_account,
        plan.environment,
        plan.scope,
    )
    return codec.encode(saved, sort=False)


def load_plan(text: bytes) -> Plan:
    """Raises Stale if this is not a plan, is of another format or version, or does not match its digest."""
    try:
        if (found := msgspec.json.decode(text, type=_Head).format) != FORMAT:
            code = "plan-newer" if found > FORMAT else "plan-unreadable"
            raise _bad(code, f"the plan's format is {found}, and this program reads {FORMAT}")
        saved: SavedPlan = _decoder().decode(text)
        if saved.version != __version__:
            what = f"the plan was made by version {saved.version}, and this is {__version__}"
            raise _bad("plan-other-version", what)
        plan = saved.plan
        digest = plan.digest
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise _bad("plan-unreadable", f"the plan file holds no plan that can be read{codec.where(error)}") from None
    if digest != saved.digest:
        raise _bad("plan-edited", "the plan is not what its digest says: it was edited or cut")
    return plan


@cache
def _decoder() -> msgspec.json.Decoder[Any]:
    return codec.decoder(SavedPlan)


def _problems(notices: Iterable[Notice]) -> tuple[Problem, ...]:
    return tuple(each.problem for each in notices)


def notice(problem: Problem) -> Notice:
    """A problem for the file."""
    place = problem.place
    at = At(place.file, place.line, place.column) if place else None
    return Notice(problem.code, problem.what, problem.hint, problem.address, at)


def _bad(code: str, what: str) -> Stale:
    return Stale(Problem(code, what))
