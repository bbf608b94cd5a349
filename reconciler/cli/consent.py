"""The options of consent, and those that limit a plan, each group passed to a command as one value."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import fields
from typing import Any

import click

from reconciler.cli import completion, options
from reconciler.cli.options import option
from reconciler.core.consent import Consent

ADOPT = option("--adopt", consent=True, is_flag=True, help="Take over what exists already.")
ALLOWS = (
    option(
        "--allow-messages",
        consent=True,
        type=click.IntRange(0),
        metavar="N",
        help="Raise guards.max_messages, this once.",
    ),
    option(
        "--allow-deletes",
        consent=True,
        type=click.IntRange(0, 100),
        metavar="PERCENT",
        help="Raise guards.max_delete_percent, this once.",
    ),
    option(
        "--allow-country",
        consent=True,
        multiple=True,
        callback=options.names_in_commas,
        metavar="CODE",
        help="Add to guards.allowed_countries, this once.",
    ),
    option(
        "--allow-metered",
        consent=True,
        is_flag=True,
        help="Allow one more try to register or deregister a number after three in the last 72 hours.",
    ),
)
FINAL = option(
    "--allow-irreversible",
    consent=True,
    is_flag=True,
    help="Do not ask for steps that cannot be undone; `destroy` without a terminal needs it.",
)


def words_of_consent(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options, and hands them to the command as one `consent`."""
    return ADOPT(FINAL(words_that_allow(command)))


def words_that_allow(command: Callable[..., Any]) -> Callable[..., Any]:
    """The same for what only looks: without what matters only once calls are made."""

    @functools.wraps(command)
    def collected(*arguments: Any, **options: Any) -> Any:
        given = {field.name: options.pop(field.name) for field in fields(Consent) if field.name in options}
        return command(*arguments, consent=Consent(**given), **options)

    wrapped: Callable[..., Any] = collected
    for each in reversed(ALLOWS):
        wrapped = each(wrapped)
    return wrapped


_addresses = functools.partial(
    option,
    metavar="ADDRESS",
    multiple=True,
    callback=options.names_in_commas,
    shell_complete=completion.addresses,
)
_TARGETS = _addresses(
    "--target",
    "targets",
    help="Only this resource, or all below a space such as acme, and what it depends on; may be repeated.",
)
_EXCLUDES = _addresses("--exclude", "excludes", help="Everything but this, and what depends on it; may be repeated.")
_REPLACES = _addresses(
    "--replace",
    "replaces",
    consent=True,
    help="Remove this resource, unless its on_remove is refuse, and make it again; may be repeated. What stays in the "
    "cloud afterwards is taken over with --adopt.",
)
_DESTROYS = option(
    "--destroy", consent=True, is_flag=True, help="Remove everything recorded, each as its on_remove says."
)


def scoped(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options that limit a plan, and hands them to the command as one `scope`."""
    return _REPLACES(_DESTROYS(targeted(command)))


def targeted(command: Callable[..., Any]) -> Callable[..., Any]:
    """The same, without those that ask for more than the configuration says."""

    @_TARGETS
    @_EXCLUDES
    @functools.wraps(command)
    def collected(
        *arguments: Any,
        targets: Sequence[str],
        excludes: Sequence[str],
        replaces: Sequence[str] = (),
        destroy: bool = False,
        **options: Any,
    ) -> Any:
        from reconciler.core.plan.basis import Scope  # what --help does not need

        if targets and excludes:
            raise click.UsageError("--target says what is planned: leave --exclude out.")
        if destroy and replaces:
            raise click.UsageError("--destroy removes everything: leave --replace out.")
        named = [tuple(sorted(set(each))) for each in (targets, excludes, replaces)]
        scope = Scope(named[0], named[1], named[2], destroy)
        return command(*arguments, scope=None if scope == Scope() else scope, **options)

    return collected
