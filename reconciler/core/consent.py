"""Consent: what lets a single apply do more than it would. Given by a person each time, never remembered."""

from __future__ import annotations

from dataclasses import dataclass

from reconciler.core.model import Guards


@dataclass(frozen=True, slots=True)
class Consent:
    adopt: bool = False
    allow_messages: int | None = None
    allow_deletes: int | None = None
    allow_country: tuple[str, ...] = ()
    allow_metered: bool = False

    def to(self, guards: Guards) -> Guards:
        return guards._replace(
            max_messages=guards.max_messages if self.allow_messages is None else self.allow_messages,
            max_delete_percent=guards.max_delete_percent if self.allow_deletes is None else self.allow_deletes,
            # No list at all allows every country; one word more must not make it a list of one.
            allowed_countries=guards.allowed_countries and (*guards.allowed_countries, *self.allow_country),
        )


NONE = Consent()
