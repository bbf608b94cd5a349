"""Consent: options by which a person lets one run do more than by default. It is never stored."""

from __future__ import annotations

from dataclasses import dataclass

from reconciler.core.model import Guards


@dataclass(frozen=True, slots=True)
class Consent:
    """What a person allows for one run.

    adopt: take over resources that exist but were not created by a run.
    allow_messages: replaces `max_messages`; None if not given.
    allow_deletes: replaces `max_delete_percent`; None if not given.
    allow_country: calling codes added to `allowed_countries`.
    allow_metered: one more registration than the limit allows.
    allow_irreversible: steps that cannot be undone, without being asked for them.
    """

    adopt: bool = False
    allow_messages: int | None = None
    allow_deletes: int | None = None
    allow_country: tuple[str, ...] = ()
    allow_metered: bool = False
    allow_irreversible: bool = False

    def to(self, guards: Guards) -> Guards:
        """The guards with this consent."""
        return guards._replace(
            max_messages=guards.max_messages if self.allow_messages is None else self.allow_messages,
            max_delete_percent=guards.max_delete_percent if self.allow_deletes is None else self.allow_deletes,
            # An empty list allows every country, so nothing is added to it.
            allowed_countries=guards.allowed_countries and (*guards.allowed_countries, *self.allow_country),
        )


NONE = Consent()
