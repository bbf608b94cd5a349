"""The operations on a space's numbers: add, verify, register, read. None sends a message itself.

Each takes the world and the parameters, and returns the answer's fields without the envelope, or raises Refusal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from reconciler.sandbox.numbers import codes, listing
from reconciler.sandbox.numbers.telephone import e164, wire
from reconciler.sandbox.refusal import Refusal
from reconciler.sandbox.world import Answer, Number, Space, World

Parameters = Mapping[str, str]
Handler = Callable[[World, Parameters], Answer]


def add(world: World, given: Parameters) -> Answer:
    space = world.approved(given["CustSpaceId"])
    number = e164(given["Cc"] + given["PhoneNumber"])
    if world.holders(number) or number in world.elsewhere:
        raise Refusal(world.settings.number_exists)
    space.numbers[number] = Number(number, world.new_id(), given["VerifiedName"], named_at=world.now)
    return {}


def ask_code(world: World, given: Parameters) -> Answer:
    number = _number(world, world.approved(given["CustSpaceId"]), given)
    codes.ask(world, "GetChatappVerifyCode", number, given["Method"], given["Locale"])
    return {}


def verify_and_register(world: World, given: Parameters) -> Answer:
    number = _number(world, world.approved(given["CustSpaceId"]), given)
    codes.verify(world, number, given["VerifyCode"])
    if not world.settings.registers_after_verifying:
        raise Refusal("InternalError")
    connect(world, number)
    return {}


def register(world: World, given: Parameters) -> Answer:
    number = _number(world, world.approved(given["CustSpaceId"]), given)
    (meter if number.status == "CONNECTED" else connect)(world, number)
    return {}


def deregister(world: World, given: Parameters) -> Answer:
    number = _number(world, world.space(given["CustSpaceId"]), given)
    meter(world, number)
    if number.status == "CONNECTED":
        number.become("OFFLINE", world.now)
        world.watch.cycle("", number.number)
    return {}


def account(world: World, given: Parameters) -> Answer:
    space = world.space(given.get("CustSpaceId", ""))
    if not space.account:
        return {}
    return {"Data": {"Id": f"waba-{space.id}", "Name": space.id, "AccountReviewStatus": world.account(space)}}


def business(world: World, given: Parameters) -> Answer:
    """Of the account that is bound to the space. Raises Refusal for another one."""
    space = world.space(given["CustSpaceId"])
    if given["WabaId"] != f"waba-{space.id}" or not space.account:
        raise Refusal("InvalidParameter.WabaId", "The space has no such account")
    status = {"VerificationStatus": world.settings.business} if world.settings.business else {}
    return {"Data": {"BusinessId": f"business-{space.id}", "BusinessName": space.id, "Vertical": "RETAIL", **status}}


def verification_status(world: World, given: Parameters) -> Answer:
    space = world.space(given["CustSpaceId"])
    number = _number(world, space, given)
    status = listing.verification(world, number, world.now)
    if world.settings.stale_reads:
        seen = listing.synced(world, space).get(number.number, {})
        status = seen.get("CodeVerificationStatus", world.settings.unverified)
    return data(number, **({"CodeVerificationStatus": status} if status else {}))


def sync(world: World, given: Parameters) -> Answer:
    return {"PhoneNumbers": listing.sync(world, world.space(given["CustSpaceId"]))}


def query(world: World, given: Parameters) -> Answer:
    spaces = [world.space(given["CustSpaceId"])] if given.get("CustSpaceId") else list(world.spaces.values())
    rows = [row for space in spaces for row in listing.rows(world, space)]
    wanted = given.get("Status")
    return {"PhoneNumbers": [row for row in rows if not wanted or row.get("Status") == wanted]}


def _number(world: World, space: Space, given: Parameters) -> Number:
    return world.number(space, e164(given["PhoneNumber"]))


def data(number: Number, **more: str) -> Answer:
    """An answer about one number."""
    return {"Data": {"PhoneNumber": wire(number.number), "Id": number.id, **more}}


def connect(world: World, number: Number) -> None:
    """Registers a number: counted, and refused if it is too early or too often."""
    meter(world, number)
    if not world.verified(number):
        raise Refusal("PhoneNumber.NotVerified")
    if world.now - number.named_at < world.settings.name_review_s:
        raise Refusal("DisplayName.NotApproved", "The display name is under review")
    number.become("CONNECTED", world.now)


def meter(world: World, number: Number) -> None:
    """Counts a registration or deregistration of a number, in any space."""
    settings = world.settings
    before = world.registrations.get(number.number, [])
    recent = [at for at in before if world.now - at < settings.registrations_window_s]
    if settings.registrations and len(recent) >= settings.registrations:
        raise Refusal("PhoneNumber.RegisterLimit")
    world.registrations[number.number] = [*recent, world.now]


def instances(world: World, given: Parameters) -> Answer:
    """The account's spaces, a page at a time."""
    page, size = int(given.get("PageIndex", "1")), int(given.get("PageSize", "10"))
    rows = [_instance(space) for space in world.spaces.values()]
    return {"Data": rows[(page - 1) * size : page * size], "TotalCount": len(rows)}


def _instance(space: Space) -> Answer:
    named = {"CustSpaceId": space.id, "InstanceId": space.id, "InstanceName": space.title or space.id}
    return {**named, "ChannelType": "whatsapp", "State": "Normal"}


NUMBERS: dict[str, Handler] = {
    "AddChatappPhoneNumber": add,
    "GetChatappVerifyCode": ask_code,
    "ChatappVerifyAndRegister": verify_and_register,
    "ChatappPhoneNumberRegister": register,
    "ChatappPhoneNumberDeregister": deregister,
    "QueryChatappBindWaba": account,
    "QueryWabaBusinessInfo": business,
    "GetPhoneNumberVerificationStatus": verification_status,
    "ChatappSyncPhoneNumber": sync,
    "ListInstance": instances,
    "QueryChatappPhoneNumbers": query,
}
