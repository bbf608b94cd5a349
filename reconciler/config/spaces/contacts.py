"""What the cloud accepts as a contact's name, phone and e-mail address.

The rules are the patterns of schemas/space.schema.json; this module words the errors.
"""

from __future__ import annotations

from reconciler.config.schema import judge
from reconciler.config.spaces.numbers import e164
from reconciler.errors import Problem


def name(text: str) -> Problem | None:
    """What is wrong with a contact's name."""
    fits = judge("space", "contact").fits
    if fits("name", text):
        return None
    if all(fits("name", 2 * letter) for letter in text):
        return Problem("contact-name", f"a contact's name has 2 to 12 letters, this one {len(text)}", found=text)
    return Problem("contact-name", "a contact's name holds only Latin letters and Chinese characters", found=text)


def phone(text: str) -> tuple[str, Problem | None]:
    """The phone in E.164, and what is wrong with it."""
    form, problem = e164(text)
    if problem is None and not judge("space", "contact").fits("phone", form):
        return form, Problem("contact-phone", "a contact's phone is a mobile of mainland China (+86)", found=text)
    return form, problem


def email(text: str) -> Problem | None:
    """What is wrong with an e-mail address."""
    if judge("space", "contact").fits("email", text):
        return None
    return Problem("contact-email", "no such e-mail address can exist", found=text)
