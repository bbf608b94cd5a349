"""The options of consent, passed to a command as one value."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import fields
from typing import Any

import click

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
