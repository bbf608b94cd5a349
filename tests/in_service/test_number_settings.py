"""Each setting of a number, in each onboarding: set, changed, removed, and not kept by the cloud."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from reconciler.core.model import Guards
from reconciler.kinds import KINDS
from reconciler.kinds.number_settings import NAMES, READY, SERVED
from tests.heavy import heavy
from tests.in_service.stage import stage

ONBOARDINGS = [name for name, kind in KINDS.items() if kind.served]
CALLBACKS = {
    "messages_url": "https://hooks.example.com/acme",
    "status_url": "https://hooks.example.com/acme/status",
    "queue": False,
}
COMMERCE = {"cart": True, "catalog": True}
# Fact -> the group's other settings, a value and another one, the operation, its field, the value there.
TRIED: dict[str, tuple[dict[str, Any], Any, Any, str, str]] = {
    "messages_url": (
        CALLBACKS,
        "https://hooks.example.com/a?k=1",
        "https://other.example.com/b",
        "UpdatePhoneWebhook",
        "UpCallbackUrl",
    ),
    "status_url": (
        CALLBACKS,
        "https://hooks.example.com/s",
        "https://hooks.example.com/t",
        "UpdatePhoneWebhook",
        "StatusCallbackUrl",
    ),
    "queue": (CALLBACKS, True, False, "UpdatePhoneWebhook", "UpQueue"),
    "about": ({}, "Ask us", "Ask us anything", "ModifyPhoneBusinessProfile", "About"),
    "description": ({}, "Shoes\nfor all", "Boots", "ModifyPhoneBusinessProfile", "Description"),
    "address": ({}, "1 Main Street", "2 Main Street", "ModifyPhoneBusinessProfile", "Address"),
    "email": ({}, "Shop@example.com", "help@example.com", "ModifyPhoneBusinessProfile", "Email"),
    "websites": (
        {},
        ("https://a.example",),
        ("https://a.example", "http://b.example/x"),
        "ModifyPhoneBusinessProfile",
        "Websites",
    ),
    "vertical": ({}, "RETAIL", "TRAVEL", "ModifyPhoneBusinessProfile", "Vertical"),
    "picture": (
        {},
        "https://a.example/1.png",
        "https://a.example/2.png",
        "ModifyPhoneBusinessProfile",
        "ProfilePictureUrl",
    ),
    "cart": (COMMERCE, True, False, "UpdateCommerceSetting", "CartEnable"),
    "catalog": (COMMERCE, False, True, "UpdateCommerceSetting", "CatalogVisible"),
}
EVERYTHING = {**CALLBACKS, "about": "Ask us", "websites": ("https://a.example",), **COMMERCE}
SENT = ["UpdatePhoneWebhook", "ModifyPhoneBusinessProfile", "UpdateCommerceSetting"]
PAIRS = [
    pytest.param(kind, name, marks=() if place % 3 == 0 else pytest.mark.heavy)
    for place, (kind, name) in enumerate((kind, name) for name in NAMES for kind in ONBOARDINGS)
]


@pytest.mark.parametrize(("kind", "name"), PAIRS)
def test_a_setting_is_set_changed_and_removed(kind: str, name: str, tmp_path: Path) -> None:
    """By one call each, the removal by none; the second apply calls nothing; the number is registered once."""
    others, value, another, operation, field = TRIED[name]
    with stage(kind, tmp_path) as world:
        assert world.applied({**others, name: value}).result == "done"
        assert world.called()[-1] == operation
        assert _shown(world.truth()[field]) == _shown("sandbox-queue" if name == "queue" else value)
        assert world.applied({**others, name: value}).result == "done"
        assert (world.called(), world.planned({**others, name: value}).all_changes) == ([], ())
        assert world.applied({**others, name: another}).result == "done"
        assert world.called() == [operation]
        kept = dict(world.truth())
        assert _shown(kept[field]) == _shown("" if name == "queue" else another)
        (change,) = world.planned({}).all_changes
        assert (change.calls, change.action) == ((), "update")
        assert change.reason == f"{', '.join(sorted({*others, name}))} removed from the YAML: not sent any more"
        assert world.applied({}).result == "done"
        assert (world.called(), world.truth(), world.planned({}).all_changes) == ([], kept, ())
        assert (world.phase, world.cloud.violations()) == ("registered", [])


def _shown(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


@pytest.mark.parametrize("kind", ONBOARDINGS)
def test_all_settings_follow_the_registration_in_one_apply(kind: str, tmp_path: Path) -> None:
    """A group is one call; a change in one group calls that operation, and no other."""
    with stage(kind, tmp_path) as world:
        assert world.applied(EVERYTHING).result == "done"
        assert world.called()[-3:] == SENT
        said = EVERYTHING
        for name, value, operation in (("about", "Ask", SENT[1]), ("cart", False, SENT[2]), ("queue", True, SENT[0])):
            said = {**said, name: value}
            assert world.applied(said).result == "done"
            assert world.called() == [operation]


@pytest.mark.parametrize("kind", ONBOARDINGS)
def test_nothing_declared_plans_nothing(kind: str, tmp_path: Path) -> None:
    """As for every number that was registered before there were settings."""
    with stage(kind, tmp_path) as world:
        assert world.applied({}).result == "done"
        world.called()
        record = world.state.records["phone_number/+8613800001234"]
        assert {"to_set", "to_check"} & set(record.facts) == set()
        assert world.planned({}).all_changes == ()


HOW = ("ignored", "truncated", "altered")
TEXTS = [("register", CALLBACKS), ("migrate", {"about": "Ask us", "websites": ("https://a.example",)})]


@pytest.mark.parametrize(
    ("kind", "settings", "how"),
    [
        *((*each, how) for how in HOW for each in TEXTS),
        *(heavy("embedded", {"description": "Shoes"}, how) for how in HOW),
        # A truth value has no length.
        *(("embedded", COMMERCE, how) for how in HOW if how != "truncated"),
    ],
)
def test_what_the_cloud_does_not_keep_is_not_called_ready(
    kind: str, settings: dict[str, Any], how: str, tmp_path: Path
) -> None:
    """It waits, naming what is otherwise; nothing is sent again, and nothing leads back to registering."""
    with stage(kind, tmp_path, settings_kept=how) as world:
        outcome = world.applied(settings)
        assert (outcome.result, outcome.challenge and outcome.challenge.reason) == ("paused", "settings")
        assert outcome.problem
        assert (outcome.problem.code, outcome.problem.found) == ("setting-not-shown", ", ".join(_seen(settings)))
        world.called()
        assert world.applied(settings).result == "paused"
        assert world.called() == []
        world.cloud.settings({"settings_kept": "kept"})
        other = {**settings, **({"about": "Ask"} if "about" in settings else {})}
        assert world.applied(other).result == ("done" if other != settings else "paused")


def _seen(settings: dict[str, Any]) -> list[str]:
    return [name for name in NAMES if name in settings and name != "queue"]


def test_what_shows_late_is_waited_for(tmp_path: Path) -> None:
    """A pause, and ready once it shows; nothing is sent a second time."""
    with stage("embedded", tmp_path, settings_show_s=60.0) as world:
        assert world.applied(EVERYTHING).result == "paused"
        for _ in range(2):
            world.cloud.advance(61)
            world.applied(EVERYTHING)
        world.cloud.advance(61)
        assert world.applied(EVERYTHING).result == "done"
        assert world.called()[-3:] == SENT


@pytest.mark.parametrize("texts", ["squeezed", "composed", "decomposed"])
def test_texts_that_the_cloud_writes_otherwise_are_the_same(texts: str, tmp_path: Path) -> None:
    """Blanks, the Unicode form, an address in lower case; and what a call leaves out may be cleared: it is sent again
    once it is declared again."""
    said = {"about": "Café  Zu\u0308rich ", "email": "Shop@Example.com"}
    forms = {"texts": texts, "emails_lowered": True, "settings_left_out": "cleared"}
    with stage("embedded", tmp_path, **forms) as world:
        assert world.applied(said).result == "done"
        assert (world.applied({"about": "Ask"}).result, world.truth()) == ("done", {"About": "Ask"})
        world.called()
        assert world.applied(said).result == "done"
        assert (world.called(), world.truth()["Email"]) == (["ModifyPhoneBusinessProfile"], said["email"])


def test_a_failed_setting_never_leads_back_to_registering(tmp_path: Path) -> None:
    """Refused, it stays where it is; another onboarding in the file does not replace a number in service."""
    with stage("register", tmp_path) as world:
        world.cloud.fault("UpdatePhoneWebhook", "error:Ram.PermissionDeny", 3)
        assert world.applied(CALLBACKS).result == "failed"
        assert world.phase == "connected"
        world.called()
        world.kind = "migrate"
        (change,) = world.planned(CALLBACKS).all_changes
        assert [call.operation for call in change.all_calls if call.effect != "R"] == ["UpdatePhoneWebhook"]
        assert world.applied(CALLBACKS).result == "failed"
        assert set(world.called()) == {"UpdatePhoneWebhook"}


REFUSALS = ("error:Ram.PermissionDeny", "error:InvalidParameter.PhoneNumberError")


@pytest.mark.parametrize("kind", ONBOARDINGS)
def test_whatever_a_setting_is_answered_the_number_stays_in_service(kind: str, tmp_path: Path) -> None:
    """Registered before there were settings, it gets those that are declared, in one call each; refused,
    only that call is made again."""
    with stage(kind, tmp_path) as world:
        assert world.applied({}).result == "done"
        world.called()
        said: dict[str, Any] = EVERYTHING
        assert world.applied(said).result == "done"
        assert world.called() == SENT
        for turn, operation in enumerate(SENT):
            for refusal in REFUSALS:
                said = {**said, **_another(said)[turn]}
                world.cloud.fault(operation, refusal)
                results = [world.applied(said).result]
                assert world.phase in (*SERVED, READY)
                results += [world.applied(said).result]
                assert (results[-1], {*world.called()}) == ("done", {operation}), refusal
        assert (world.phase, world.cloud.violations()) == ("registered", [])


def _another(said: dict[str, Any]) -> tuple[dict[str, Any], ...]:
    """A change of one group each."""
    return {"queue": not said["queue"]}, {"about": f"{said['about']}!"}, {"cart": not said["cart"]}


def test_a_branch_cannot_relax_its_own_list() -> None:
    """What both lists have counts; nothing in common allows nothing."""
    base, branch = Guards(callback_hosts=("a.example",)), Guards(callback_hosts=("a.example", "b.example"))
    assert branch.stricter(base).callback_hosts == ("a.example",)
    assert Guards(callback_hosts=("b.example",)).stricter(base).callback_hosts == ("none",)
    assert Guards().stricter(base).callback_hosts == ("a.example",)


@pytest.mark.parametrize("kind", ["register", "migrate", "prevalidated_embedded"])
def test_settings_that_change_before_a_number_is_in_service(kind: str, tmp_path: Path) -> None:
    """Nothing is called for them while it waits for its code; what is declared in the end is sent, once."""
    with stage(kind, tmp_path) as world:
        for settings in (EVERYTHING, {**EVERYTHING, "cart": False}, {}, {"about": "Ask"}):
            assert world.applied(settings, answering=False).result == "paused"
        begun = world.called()
        assert world.applied({**EVERYTHING, "cart": False}).result == "done"
        assert (set(SENT) & {*begun}, world.called()[-3:]) == (set(), SENT)
        assert (world.truth()["CartEnable"], world.cloud.violations()) == (False, [])
