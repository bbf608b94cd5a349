"""The two APIs as data: one row per operation, nothing else.

Everything that depends on an operation reads this table: the client (where parameters travel, what may be
retried), the plan (which calls notify people), the pace, the sandbox, the tests. It must never hold behaviour.
Source: the public API references and the request models of the official Python clients, see docs/cloud.md.
"""

from __future__ import annotations

from enum import Enum
from typing import Literal, NamedTuple

Product = Literal["cams", "resourcedirectorymaster"]

VERSIONS: dict[Product, str] = {"cams": "2020-06-06", "resourcedirectorymaster": "2022-04-19"}
Site = Literal["china", "international"]
# CAMS is served from Singapore only; the directory has a documented host for each of the cloud's two sites.
HOSTS: dict[Site, dict[Product, str]] = {
    "china": {
        "cams": "cams.ap-southeast-1.aliyuncs.com",
        "resourcedirectorymaster": "resourcedirectory.aliyuncs.com",
    },
    "international": {
        "cams": "cams.ap-southeast-1.aliyuncs.com",
        "resourcedirectorymaster": "resourcedirectory-intl.aliyuncs.com",
    },
}


class Effect(Enum):
    """What a call does to the world decides what may be repeated. Never derived from an operation's name."""

    READ = "R"
    IDEMPOTENT = "I"
    CREATE = "K"
    NOTIFY = "N"
    CONSUME = "C"


class Meaning(Enum):
    """What a refusal says. All of them come before acting: nothing was sent, made, consumed or registered."""

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
    """A code that is known to come before acting; every other one says nothing of what was done.

    code: whole, or what it begins with where a `*` ends it. source: who says so. advice: what a person does about it.
    """

    code: str
    meaning: Meaning
    source: str
    advice: str = ""


class Operation(NamedTuple):
    """One API action.

    required, optional: parameter names as on the wire. secret: those whose value is never written or shown.
    answer: the fields this project reads beyond the envelope. travels: where the parameters go.
    daily: which daily cap the call spends, a key of `limits` in reconciler.yaml.
    metered: it registers or deregisters: counted per number by Meta, ten in 72 hours. refusals: its own, before those
    of its product and of the gateway. advice: what a person does where it is refused in a code that no list has.
    """

    name: str
    product: Product
    effect: Effect
    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    answer: tuple[str, ...] = ()
    secret: frozenset[str] = frozenset()
    travels: Literal["query", "body"] = "query"
    daily: Literal["", "contact_messages_per_day", "code_messages_per_day"] = ""
    metered: bool = False
    irreversible: bool = False
    calls_per_second: int = 10
    refusals: tuple[Listed, ...] = ()
    advice: str = ""

    @property
    def version(self) -> str:
        return VERSIONS[self.product]

    @property
    def parameters(self) -> tuple[str, ...]:
        return self.required + self.optional


_CODE = frozenset({"VerifyCode"})
_NUMBER = ("CustSpaceId", "PhoneNumber")
_RD: Product = "resourcedirectorymaster"
_R, _I, _K, _N, _C = Effect.READ, Effect.IDEMPOTENT, Effect.CREATE, Effect.NOTIFY, Effect.CONSUME
_CODES: Literal["code_messages_per_day"] = "code_messages_per_day"
_CONTACTS: Literal["contact_messages_per_day"] = "contact_messages_per_day"
_CONTACT_FIELDS = ("EmailAddress", "MessageTypes", "Name", "PhoneNumber", "Title")


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
PRODUCTS: dict[Product, tuple[Listed, ...]] = {
    "cams": (
        *_all(Meaning.PRODUCT, _PAGE, "Product.Unsubscript Unknown.ResourceOwnerId"),
        *_all(Meaning.PERMISSION, _PAGE, "Ram.PermissionDeny Authentication.NoAuth"),
        *_all(Meaning.THROTTLED, _PAGE, "System.LimitControl"),
        *_all(Meaning.PRECONDITION, _PAGE, "ERR-OPERATION-MAAP-0060", _BIND),
        *_all(Meaning.PRECONDITION, _PAGE, "ERR-OPERATION-MAAP-0065", "Add the number to the space first."),
    ),
    "resourcedirectorymaster": _all(Meaning.ABSENT, _PAGE, "EntityNotExists.Contact"),
}
_TWO_STEPS = "Switch two-step verification off where the number is now (the old provider does it), then apply again."
_MIGRATION = "See that two-step verification is off at the old provider and the business is verified, then apply again."
_OFTEN = "Wait 72 hours: tries are counted for the number, and more of them lock it for longer."
_NAME = "Nothing has to be done: once the display name is approved, apply again."
_HELD = "Where another provider or space holds the number, write `onboarding: migrate`."
_PIN = _all(Meaning.PRECONDITION, _META, "133005 133008 133009", _TWO_STEPS)
_MIGRATING = (
    *_PIN,
    *_all(Meaning.PRECONDITION, _META, "2388012 2388091 2388093", _MIGRATION),
    *_all(Meaning.PRECONDITION, _SANDBOX, "PhoneNumber.NotMigrating"),
)
_METERED = (
    *_all(Meaning.PRECONDITION, _META, "133015 133016", _OFTEN),
    *_all(Meaning.PRECONDITION, _SANDBOX, "PhoneNumber.RegisterLimit", _OFTEN),
)
_REGISTERS = (
    *_METERED,
    *_PIN,
    *_all(Meaning.PRECONDITION, _META, "133006", "The number has to be verified first."),
    *_all(Meaning.PRECONDITION, _SANDBOX, "PhoneNumber.NotVerified", "The number has to be verified first."),
    *_all(Meaning.REVIEWING, _META, "2388001", _NAME),
    *_all(Meaning.REVIEWING, _SANDBOX, "DisplayName.NotApproved", _NAME),
)
_WRONG = (
    *_all(Meaning.WRONG_CODE, _META, "136025"),
    *_all(Meaning.WRONG_CODE, _SANDBOX, "VerifyCode.Invalid VerifyCode.Expired"),
)
_CAP = _all(Meaning.CAP, _PAGE, "SendValidateCodeExceedsLimitForAccount")
_ASKS = (
    *_CAP,
    *_all(Meaning.PRECONDITION, _META, "136024", "Wait some hours, and see that the phone can be reached."),
)
_LINKS = (*_CAP, *_all(Meaning.PRECONDITION, _PAGE, "EntityNotExists.Contact.Verification"))
_TAKEN = _all(Meaning.EXISTS, _SANDBOX, "PhoneNumber.AlreadyExists")
# Not for what sends a message or takes a code: no document says that there, too, it comes before acting.
_BUSY = _all(Meaning.THROTTLED, _PAGE, "ConcurrentCallNotSupported")
_CONTACT = (
    *_BUSY,
    *_all(Meaning.EXISTS, _SANDBOX, "Contact.AlreadyExists"),
    *_all(Meaning.PRECONDITION, _SANDBOX, "LimitExceeded.Contact", "A directory holds 20 contacts: remove one."),
)

OPERATIONS: dict[str, Operation] = {
    operation.name: operation
    for operation in (
        # Chat App Message Service: the five the project was founded on come first where they belong.
        Operation(
            "GetChatappVerifyCode", "cams", _N, (*_NUMBER, "Method", "Locale"), daily=_CODES, refusals=(*_ASKS, *_PIN)
        ),
        Operation(
            "GetMigrationVerifyCode",
            "cams",
            _N,
            (*_NUMBER, "Method", "Locale"),
            answer=("Data",),
            daily=_CODES,
            refusals=(*_ASKS, *_MIGRATING),
            advice=_MIGRATION,
        ),
        Operation(
            "ChatappMigrationVerified",
            "cams",
            _C,
            (*_NUMBER, "VerifyCode"),
            answer=("Data",),
            secret=_CODE,
            refusals=(*_WRONG, *_MIGRATING),
        ),
        Operation(
            "GetPreValidatePhoneId",
            "cams",
            _C,
            ("PhoneNumber", "VerifyCode"),
            answer=("Data",),
            secret=_CODE,
            travels="body",
            refusals=_WRONG,
        ),
        Operation(
            "AddChatappPhoneNumber",
            "cams",
            _K,
            ("CustSpaceId", "Cc", "PhoneNumber", "VerifiedName"),
            refusals=_all(Meaning.EXISTS, _SANDBOX, "PhoneNumber.AlreadyExists", _HELD),
            advice=_HELD,
        ),
        Operation(
            "ChatappVerifyAndRegister",
            "cams",
            _C,
            (*_NUMBER, "VerifyCode"),
            secret=_CODE,
            metered=True,
            refusals=(*_WRONG, *_REGISTERS),
        ),
        Operation("ChatappPhoneNumberRegister", "cams", _I, _NUMBER, metered=True, refusals=_REGISTERS),
        Operation(
            "ChatappPhoneNumberDeregister",
            "cams",
            _I,
            _NUMBER,
            metered=True,
            refusals=(*_METERED, *_all(Meaning.PRECONDITION, _META, "133010")),
        ),
        Operation(
            "CreateChatappMigrationInitiate",
            "cams",
            _K,
            ("CustSpaceId", "CountryCode", "MobileNumber"),
            answer=("Data",),
            refusals=(*_TAKEN, *_MIGRATING),
            advice=_MIGRATION,
        ),
        Operation(
            "ChatappMigrationRegister",
            "cams",
            _I,
            _NUMBER,
            metered=True,
            irreversible=True,
            refusals=(*_REGISTERS, *_MIGRATING),
        ),
        Operation("QueryChatappBindWaba", "cams", _R, ("CustSpaceId",), answer=("Data",)),
        # A read in effect, although its access level is `update`: it pulls the rows anew that the listing gives.
        Operation("ChatappSyncPhoneNumber", "cams", _R, ("CustSpaceId",), answer=("PhoneNumbers",)),
        Operation("GetPhoneNumberVerificationStatus", "cams", _R, _NUMBER, answer=("Data",)),
        Operation("QueryChatappPhoneNumbers", "cams", _R, (), ("CustSpaceId", "Status"), answer=("PhoneNumbers",)),
        # Resource Directory Master: message contacts, one directory for the whole account.
        Operation(
            "SendPhoneVerificationForMessageContact",
            _RD,
            _N,
            ("ContactId", "PhoneNumber"),
            daily=_CONTACTS,
            refusals=_LINKS,
        ),
        Operation(
            "SendEmailVerificationForMessageContact",
            _RD,
            _N,
            ("ContactId", "EmailAddress"),
            daily=_CONTACTS,
            refusals=_LINKS,
        ),
        Operation(
            "AddMessageContact",
            _RD,
            _K,
            ("Name", "EmailAddress", "Title", "MessageTypes"),
            ("PhoneNumber",),
            answer=("Contact",),
            refusals=_CONTACT,
        ),
        Operation("UpdateMessageContact", _RD, _I, ("ContactId",), _CONTACT_FIELDS, refusals=_CONTACT),
        Operation(
            "DeleteMessageContact",
            _RD,
            _I,
            ("ContactId",),
            ("RetainContactInMembers",),
            answer=("Status",),
            refusals=_BUSY,
        ),
        Operation(
            "GetMessageContactDeletionStatus",
            _RD,
            _R,
            ("ContactId",),
            answer=("ContactDeletionStatus",),
            refusals=_BUSY,
        ),
        Operation("CancelMessageContactUpdate", _RD, _I, ("ContactId", "EmailAddress", "PhoneNumber"), refusals=_BUSY),
        Operation("GetMessageContact", _RD, _R, ("ContactId",), answer=("Contact",), refusals=_BUSY),
        Operation(
            "ListMessageContacts",
            _RD,
            _R,
            (),
            ("PageNumber", "PageSize"),
            answer=("Contacts", "PageNumber", "PageSize", "TotalCount"),
            refusals=_BUSY,
        ),
        Operation(
            "ListMessageContactVerifications",
            _RD,
            _R,
            (),
            ("ContactId", "PageNumber", "PageSize"),
            answer=("ContactVerifications", "PageNumber", "PageSize", "TotalCount"),
            refusals=_BUSY,
        ),
    )
}
