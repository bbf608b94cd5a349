"""One-time codes: requested, superseded, expired, tried, voided. It never tells a right code by its age."""

from __future__ import annotations

import hmac

from reconciler.sandbox.refusal import Refusal
from reconciler.sandbox.world import Code, Number, World

_LOCALES = (
    "af sq ar az bn bg ca hr cs da nl en en_GB en_US et fil fi fr de el gu ha he hi hu id ga it ja kn kk ko lo lv lt "
    "mk ms ml mr nb fa pl pt_BR pt_PT pa ro ru sr zh_CN sk sl es es_AR es_MX es_ES sw sv ta te th zh_HK zh_TW tr uk ur "
    "uz vi zu"
)


def ask(world: World, operation: str, number: Number, method: str, locale: str) -> None:
    """Sends a new code, which supersedes earlier ones. After an expired verification, another code is due."""
    if method not in ("sms", "voice"):
        raise Refusal("InvalidParameter.Method")
    if locale not in _LOCALES.split():
        raise Refusal("InvalidParameter.Locale")
    if world.lapsed(number):
        number.verified_at = None
        world.watch.cycle("", number.number)
    before, value = number.code, world.new_code()
    world.send(operation, number.number, method, value)
    world.watch.message("", number.number, before is not None and is_open(world, before))
    number.code = Code(value, world.now, older=(*before.older, before.value) if before else ())


def is_open(world: World, code: Code) -> bool:
    """Whether the code can still be used."""
    settings = world.settings
    return not code.spent and code.wrong < settings.code_tries and world.now - code.at < settings.code_lifetime_s


def verify(world: World, number: Number, value: str) -> None:
    """Uses the number's code: it is verified. Raises Refusal if the code is wrong or expired."""
    settings, code = world.settings, number.code
    usable = code is not None and is_open(world, code)
    older = code is not None and value in code.older
    if code is None or not (_is(code, value) or (older and not settings.resend_voids)):
        if code is not None and not older:
            code.wrong += 1
        world.watch.submitted(number.number, settings.watched_code_tries)
        raise Refusal(settings.code_wrong if code is None or (usable and not older) else settings.code_expired)
    if not usable:
        world.watch.submitted(number.number, settings.watched_code_tries)
        raise Refusal(settings.code_expired)
    code.spent = True
    number.verified_at = world.now


def show_purchase(world: World, code: Code, value: str) -> None:
    """Checks a purchase code, which does not expire and can be used repeatedly."""
    if not _is(code, value):
        raise Refusal(world.settings.code_wrong)


def _is(code: Code, value: str) -> bool:
    return hmac.compare_digest(code.value.encode(), value.encode())
