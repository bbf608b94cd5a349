"""The settings of a number, and the callback of a space's account. Nothing here is ever called or fetched.

What is set may be kept, cut, altered or ignored, and may show late, and what a call leaves out may be cleared: see
`settings_kept`, `settings_show_s` and `settings_left_out`.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

from reconciler.sandbox.numbers import spelling
from reconciler.sandbox.numbers.listing import CALLBACKS, shown_settings
from reconciler.sandbox.numbers.operations import Handler, Parameters
from reconciler.sandbox.numbers.telephone import e164
from reconciler.sandbox.refusal import Refusal
from reconciler.sandbox.world import Answer, Number, World

_LONGEST = {"About": 139, "Address": 256, "Description": 512, "Email": 128}
_PROFILE = ("About", "Address", "Description", "Email", "ProfilePictureUrl", "Vertical", "Websites")
_COMMERCE = ("CartEnable", "CatalogVisible")
_SITES = 2


def set_callbacks(world: World, given: Parameters) -> Answer:
    number, flags = _number(world, given), _flags(given)
    urls = {field: _url(given, field) for field in ("StatusCallbackUrl", "UpCallbackUrl") if given.get(field)}
    queue = "sandbox-queue" if flags["QueueFlag"] == "Y" else ""
    _keep(world, number, CALLBACKS, {**urls, "StatusQueue": queue, "UpQueue": queue})
    return {}


def set_account_callback(world: World, given: Parameters) -> Answer:
    """No read shows what it is set to, so nothing is kept."""
    world.space(given["CustSpaceId"])
    _flags(given)
    if given.get("StatusCallbackUrl"):
        _url(given, "StatusCallbackUrl")
    return {}


def modify_profile(world: World, given: Parameters) -> Answer:
    number = _number(world, given)
    fields: dict[str, Any] = {field: given[field] for field in _PROFILE if field in given}
    for field, longest in _LONGEST.items():
        if len(fields.get(field, "")) > longest:
            raise Refusal(f"InvalidParameter.{field}")
    if "Websites" in fields:
        fields["Websites"] = _sites(given["Websites"])
    _keep(world, number, _PROFILE, fields)
    return {}


def profile(world: World, given: Parameters) -> Answer:
    shown = shown_settings(world, _number(world, given), world.now)
    data = {field: shown.get(field, [] if field == "Websites" else "") for field in _PROFILE}
    texts = {field: spelling.text(data[field], world.settings) for field in ("About", "Address", "Description")}
    return {"Data": {**data, **texts, "Email": spelling.email(data["Email"], world.settings)}}


def set_commerce(world: World, given: Parameters) -> Answer:
    _keep(world, _number(world, given), _COMMERCE, {field: _flag(given, field) for field in _COMMERCE})
    return {}


def commerce(world: World, given: Parameters) -> Answer:
    shown = shown_settings(world, _number(world, given), world.now)
    return {"Data": {field: shown.get(field, False) for field in _COMMERCE}}


def _number(world: World, given: Parameters) -> Number:
    return world.number(world.space(given["CustSpaceId"]), e164(given["PhoneNumber"]))


def _keep(world: World, number: Number, group: Collection[str], fields: Mapping[str, Any]) -> None:
    """group: the fields that the operation may set."""
    settings = world.settings
    kept = {field: _as_kept(settings.settings_kept, value) for field, value in fields.items()}
    cleared = group if settings.settings_left_out == "cleared" else ()
    number.before = world.now, shown_settings(world, number, world.now)
    if settings.settings_kept != "ignored":
        others = {field: value for field, value in number.settings.items() if field not in cleared}
        number.settings = {**others, **kept}


def _as_kept(how: str, value: Any) -> Any:
    if how == "kept" or not value:
        return value
    if isinstance(value, list):
        return [_as_kept(how, each) for each in value]
    if isinstance(value, bool):
        return not value if how == "altered" else value
    return value[: len(value) // 2] if how == "truncated" else f"{value}_"


def _flags(given: Parameters) -> dict[str, str]:
    flags = {name: given.get(name) or "N" for name in ("HttpFlag", "QueueFlag")}
    for name, flag in flags.items():
        if flag not in ("Y", "N"):
            raise Refusal(f"InvalidParameter.{name}")
    return flags


def _flag(given: Parameters, field: str) -> bool:
    if given[field].lower() not in ("true", "false"):
        raise Refusal(f"InvalidParameter.{field}")
    return given[field].lower() == "true"


def _url(given: Parameters, field: str) -> str:
    if not given[field].startswith(("https://", "http://")):
        raise Refusal(f"InvalidParameter.{field}")
    return given[field]


def _sites(text: str) -> list[str]:
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not (isinstance(found, list) and len(found) <= _SITES and all(isinstance(each, str) for each in found)):
        raise Refusal("InvalidParameter.Websites")
    return found


SETTINGS: dict[str, Handler] = {
    "UpdatePhoneWebhook": set_callbacks,
    "UpdateAccountWebhook": set_account_callback,
    "ModifyPhoneBusinessProfile": modify_profile,
    "QueryPhoneBusinessProfile": profile,
    "UpdateCommerceSetting": set_commerce,
    "GetCommerceSetting": commerce,
}
