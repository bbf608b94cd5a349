"""Numbers from elsewhere: migrated from another provider or space, or bought pre-validated.

The old holder keeps a number until the last step, so it is always in at least one place.
"""

from __future__ import annotations

from reconciler.sandbox.numbers import codes
from reconciler.sandbox.numbers.operations import Handler, Parameters, connect, data
from reconciler.sandbox.numbers.telephone import e164, wire
from reconciler.sandbox.refusal import Refusal
from reconciler.sandbox.world import Answer, Number, World


def initiate(world: World, given: Parameters) -> Answer:
    """A number unknown to this sandbox counts as connected at another provider."""
    space = world.approved(given["CustSpaceId"])
    number = e164(given["CountryCode"] + given["MobileNumber"])
    if number in space.numbers:
        raise Refusal(world.settings.number_exists)
    name = next((holder.numbers[number].name for holder in world.holders(number)), "")
    arriving = Number(number, world.new_id(), name, status="MIGRATING")
    space.numbers[number] = arriving
    world.watch.cycle("", number)
    return data(arriving, Status="MIGRATING")


def ask_code(world: World, given: Parameters) -> Answer:
    number = _migrating(world, given)
    codes.ask(world, "GetMigrationVerifyCode", number, given["Method"], given["Locale"])
    return data(number)


def verify(world: World, given: Parameters) -> Answer:
    number = _migrating(world, given)
    codes.verify(world, number, given["VerifyCode"])
    return {**data(number), "Message": "SUCCESS"}


def register(world: World, given: Parameters) -> Answer:
    space = world.approved(given["CustSpaceId"])
    number = world.number(space, e164(given["PhoneNumber"]))
    if number.status == "CONNECTED":
        return {}
    if number.status != "MIGRATING":
        raise Refusal("PhoneNumber.NotMigrating")
    connect(world, number)
    for holder in world.holders(number.number):
        if holder is not space:
            del holder.numbers[number.number]
    world.elsewhere.discard(number.number)
    return {}


def prevalidated_id(world: World, given: Parameters) -> Answer:
    number = e164(given["PhoneNumber"])
    purchase = world.purchases.get(number)
    if purchase is None:
        raise Refusal("InvalidParameter.PhoneNumberError", "No such number was bought")
    codes.show_purchase(world, purchase.code, given["VerifyCode"])
    return {"Data": {"PhoneNumberId": purchase.id, "PhoneNumber": wire(number)}}


def _migrating(world: World, given: Parameters) -> Number:
    number = world.number(world.approved(given["CustSpaceId"]), e164(given["PhoneNumber"]))
    if number.status != "MIGRATING":
        raise Refusal("PhoneNumber.NotMigrating")
    return number


MIGRATION: dict[str, Handler] = {
    "CreateChatappMigrationInitiate": initiate,
    "GetMigrationVerifyCode": ask_code,
    "ChatappMigrationVerified": verify,
    "ChatappMigrationRegister": register,
    "GetPreValidatePhoneId": prevalidated_id,
}
