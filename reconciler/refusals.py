"""The trusted refusals as data: codes that come before acting. Each operation also has its own, in operations.py.

An unlisted code says nothing about what was done. No behaviour here. Source: the public API references, and Meta's list
of error codes, which are passed through; see docs/cloud.md.
"""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple


class Meaning(Enum):
    """The meaning of a refusal. All come before acting: nothing was sent, created, consumed or registered."""

    CLOCK = "clock"
    CREDENTIALS = "credentials"
    PERMISSION = "permission"
    PRODUCT = "product"
    ACTION = "action"
    PARAMETER = "parameter"
    THROTTLED = "throttled"
    CAP = "cap"
    ABSENT = "absent"
    EXISTS = "exists"
    WRONG_CODE = "wrong_code"
    REVIEWING = "reviewing"
    PRECONDITION = "precondition"


class Listed(NamedTuple):
    """A code that is known to come before acting.

    code: complete, or a prefix that ends with `*`.
    meaning: of the code.
    source: of this knowledge.
    advice: what a person can do about it.
    """

    code: str
    meaning: Meaning
    source: str
    advice: str = ""


_GATEWAY = "the gateway's public list of errors"
_PAGE = "the operation's page in the API reference"
_META = "Meta's list of error codes, passed through"
_SANDBOX = "the sandbox's, and settable there: no document has one"


def _all(meaning: Meaning, source: str, codes: str, advice: str = "") -> tuple[Listed, ...]:
    return tuple(Listed(code, meaning, source, advice) for code in codes.split())


# What the gateway answers before any product is asked.
GATEWAY = (
    *_all(Meaning.CLOCK, _GATEWAY, "InvalidTimeStamp.*"),
    *_all(Meaning.CREDENTIALS, _GATEWAY, "IncompleteSignature SignatureDoesNotMatch InvalidSecurityToken.*"),
    *_all(Meaning.CREDENTIALS, _GATEWAY, "InvalidAccessKeyId InvalidAccessKeyId.*"),
    *_all(Meaning.PERMISSION, _GATEWAY, "Forbidden Forbidden.* NoPermission"),
    *_all(Meaning.ACTION, _GATEWAY, "InvalidAction.NotFound InvalidVersion"),
    *_all(Meaning.PARAMETER, _GATEWAY, "InvalidParameter InvalidParameter.* Missing*"),
    *_all(Meaning.THROTTLED, _GATEWAY, "Throttling Throttling.*"),
)
_BIND = "Bind an approved WhatsApp Business Account to the space by embedded signup, then apply again."
# What a product may answer to each of its operations.
PRODUCTS: dict[str, tuple[Listed, ...]] = {
    "cams": (
        *_all(Meaning.PRODUCT, _PAGE, "Product.Unsubscript Unknown.ResourceOwnerId"),
        *_all(Meaning.PERMISSION, _PAGE, "Ram.PermissionDeny Authentication.NoAuth"),
        *_all(Meaning.THROTTLED, _PAGE, "System.LimitControl"),
        *_all(Meaning.PRECONDITION, _PAGE, "ERR-OPERATION-MAAP-0060", _BIND),
        *_all(Meaning.PRECONDITION, _PAGE, "ERR-OPERATION-MAAP-0065", "Add the number to the space first."),
    ),
    "resourcedirectorymaster": _all(Meaning.ABSENT, _PAGE, "EntityNotExists.Contact"),
    "sts": (),
}
_TWO_STEPS = "Switch two-step verification off where the number is now (the old provider does it), then apply again."
MIGRATION = "See that two-step verification is off at the old provider and the business is verified, then apply again."
_OFTEN = "Wait 72 hours: tries are counted for the number, and more of them lock it for longer."
_NAME = "Nothing has to be done: once the display name is approved, apply again."
_HERE = "If this very space lists the number, in service or not, write `onboarding: register` and apply with --adopt."
HELD = "Where another provider or space holds the number, write `onboarding: migrate`."
PIN = _all(Meaning.PRECONDITION, _META, "133005 133008 133009", _TWO_STEPS)
MIGRATING = (
    *PIN,
    *_all(Meaning.PRECONDITION, _META, "2388012 2388091 2388093", MIGRATION),
    *_all(Meaning.PRECONDITION, _SANDBOX, "PhoneNumber.NotMigrating"),
)
_METERED = (
    *_all(Meaning.PRECONDITION, _META, "133015 133016", _OFTEN),
    *_all(Meaning.PRECONDITION, _SANDBOX, "PhoneNumber.RegisterLimit", _OFTEN),
)
REGISTERS = (
    *_METERED,
    *PIN,
    *_all(Meaning.PRECONDITION, _META, "133006", "The number has to be verified first."),
    *_all(Meaning.PRECONDITION, _SANDBOX, "PhoneNumber.NotVerified", "The number has to be verified first."),
    *_all(Meaning.REVIEWING, _META, "2388001", _NAME),
    *_all(Meaning.REVIEWING, _SANDBOX, "DisplayName.NotApproved", _NAME),
)
WRONG = (
    *_all(Meaning.WRONG_CODE, _META, "136025"),
    *_all(Meaning.WRONG_CODE, _SANDBOX, "VerifyCode.Invalid VerifyCode.Expired"),
)
_CAP = _all(Meaning.CAP, _PAGE, "SendValidateCodeExceedsLimitForAccount")
ASKS = (
    *_CAP,
    *_all(Meaning.PRECONDITION, _META, "136024", "Wait some hours, and see that the phone can be reached."),
)
LINKS = (*_CAP, *_all(Meaning.PRECONDITION, _PAGE, "EntityNotExists.Contact.Verification"))
ADDING = _all(Meaning.EXISTS, _SANDBOX, "PhoneNumber.AlreadyExists", HELD)
DEREGISTERS = (*_METERED, *_all(Meaning.PRECONDITION, _META, "133010"))
TAKEN = _all(Meaning.EXISTS, _SANDBOX, "PhoneNumber.AlreadyExists", _HERE)
# Not for what sends a message or takes a code: no document says that there, too, it comes before acting.
BUSY = _all(Meaning.THROTTLED, _PAGE, "ConcurrentCallNotSupported")
CONTACT = (
    *BUSY,
    *_all(Meaning.EXISTS, _SANDBOX, "Contact.AlreadyExists"),
    *_all(Meaning.PRECONDITION, _SANDBOX, "LimitExceeded.Contact", "A directory holds 20 contacts: remove one."),
)
_TEN = "A contact is bound to ten members at most, also by others: unbind one in the console, or declare fewer."
_NO_MEMBER = "See that each of its `members` is the directory, or a folder or account in it."
_UNCONFIRMED = "It has to be confirmed first: see that its links were followed, then apply again."
MEMBERS = (
    *BUSY,
    *_all(Meaning.PRECONDITION, _PAGE, "LimitExceeded.ContactMembers QuotaExceeded.Members", _TEN),
    *_all(Meaning.PRECONDITION, _PAGE, "InvalidMember", _NO_MEMBER),
    *_all(Meaning.PRECONDITION, _PAGE, "ContactStatusMismatchAction", _UNCONFIRMED),
)
