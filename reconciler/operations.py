"""The operations of the APIs as data: one row each, no behaviour.

Everything that depends on an operation reads this table: the client (where parameters go, what may be retried), the
plan (which calls notify people), the rate limit, the sandbox, the tests. Source: the public API references and the
request models of the official Python clients, see docs/cloud.md.
"""

from __future__ import annotations

from enum import Enum
from typing import Literal, NamedTuple

from reconciler import refusals
from reconciler.refusals import Listed

Product = Literal["cams", "resourcedirectorymaster", "sts"]

VERSIONS: dict[Product, str] = {"cams": "2020-06-06", "resourcedirectorymaster": "2022-04-19", "sts": "2015-04-01"}
# How access policies name the products: docs/ram.md.
RAM_NAMES: dict[Product, str] = {"cams": "cams", "resourcedirectorymaster": "resourcemanager", "sts": "sts"}
CloudSite = Literal["china", "international"]
# CAMS is served from Singapore only; the directory has a documented host for each of the cloud's two sites.
HOSTS: dict[CloudSite, dict[Product, str]] = {
    "china": {
        "cams": "cams.ap-southeast-1.aliyuncs.com",
        "resourcedirectorymaster": "resourcedirectory.aliyuncs.com",
        "sts": "sts.aliyuncs.com",
    },
    "international": {
        "cams": "cams.ap-southeast-1.aliyuncs.com",
        "resourcedirectorymaster": "resourcedirectory-intl.aliyuncs.com",
        "sts": "sts.aliyuncs.com",
    },
}


class Effect(Enum):
    """The effect of a call on the world. It decides what may be repeated, and is never derived from the operation's
    name."""

    READ = "R"
    IDEMPOTENT = "I"
    CREATE = "K"
    NOTIFY = "N"
    CONSUME = "C"


class Operation(NamedTuple):
    """One operation of an API.

    name: as on the wire.
    product: that offers it.
    effect: its effect class.
    required: parameter names as on the wire.
    optional: parameter names as on the wire.
    answer: the fields read from an answer, besides the envelope.
    secret: parameters whose value is never written or shown.
    travels: where the parameters go.
    daily: the daily cap that it counts against: a key of `limits` in reconciler.yaml.
    metered: it registers or deregisters. Meta counts these per number: ten in 72 hours.
    irreversible: it cannot be undone.
    calls_per_second: the documented limit.
    refusals: its own, which take precedence over those of its product and of the gateway.
    advice: what a person can do about an unlisted refusal.
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
        """Of the product's API."""
        return VERSIONS[self.product]

    @property
    def parameters(self) -> tuple[str, ...]:
        """All parameter names."""
        return self.required + self.optional


_CODE = frozenset({"VerifyCode"})
_NUMBER = ("CustSpaceId", "PhoneNumber")
_WEBHOOK = ("HttpFlag", "QueueFlag", "StatusCallbackUrl", "UpCallbackUrl")
_PROFILE = ("About", "Address", "Description", "Email", "ProfilePictureUrl", "Vertical", "Websites")
_RD: Product = "resourcedirectorymaster"
_R, _I, _K, _N, _C = Effect.READ, Effect.IDEMPOTENT, Effect.CREATE, Effect.NOTIFY, Effect.CONSUME
_CODES: Literal["code_messages_per_day"] = "code_messages_per_day"
OF_CONTACTS: Literal["contact_messages_per_day"] = "contact_messages_per_day"
_CONTACT_FIELDS = ("EmailAddress", "MessageTypes", "Name", "PhoneNumber", "Title")

_INSTANCES = ("BindId", "ChannelType", "FilterStr", "InstanceId", "InstanceName", "IsBind", "PageIndex", "PageSize")

OPERATIONS: dict[str, Operation] = {
    operation.name: operation
    for operation in (
        # Chat App Message Service.
        Operation(
            "GetChatappVerifyCode",
            "cams",
            _N,
            (*_NUMBER, "Method", "Locale"),
            daily=_CODES,
            refusals=(*refusals.ASKS, *refusals.PIN),
        ),
        Operation(
            "GetMigrationVerifyCode",
            "cams",
            _N,
            (*_NUMBER, "Method", "Locale"),
            answer=("Data",),
            daily=_CODES,
            refusals=refusals.ASKS + refusals.MIGRATING,
            advice=refusals.MIGRATION,
        ),
        Operation(
            "ChatappMigrationVerified",
            "cams",
            _C,
            (*_NUMBER, "VerifyCode"),
            answer=("Data",),
            secret=_CODE,
            refusals=refusals.WRONG + refusals.MIGRATING,
        ),
        Operation(
            "GetPreValidatePhoneId",
            "cams",
            _C,
            ("PhoneNumber", "VerifyCode"),
            answer=("Data",),
            secret=_CODE,
            travels="body",
            refusals=refusals.WRONG,
        ),
        Operation(
            "AddChatappPhoneNumber",
            "cams",
            _K,
            ("CustSpaceId", "Cc", "PhoneNumber", "VerifiedName"),
            refusals=refusals.ADDING,
            advice=refusals.HELD,
        ),
        Operation(
            "ChatappVerifyAndRegister",
            "cams",
            _C,
            (*_NUMBER, "VerifyCode"),
            secret=_CODE,
            metered=True,
            refusals=refusals.WRONG + refusals.REGISTERS,
        ),
        Operation("ChatappPhoneNumberRegister", "cams", _I, _NUMBER, metered=True, refusals=refusals.REGISTERS),
        Operation(
            "ChatappPhoneNumberDeregister",
            "cams",
            _I,
            _NUMBER,
            metered=True,
            irreversible=True,
            refusals=refusals.DEREGISTERS,
        ),
        Operation(
            "CreateChatappMigrationInitiate",
            "cams",
            _K,
            ("CustSpaceId", "CountryCode", "MobileNumber"),
            answer=("Data",),
            refusals=refusals.TAKEN + refusals.MIGRATING,
            advice=refusals.MIGRATION,
        ),
        Operation(
            "ChatappMigrationRegister",
            "cams",
            _I,
            _NUMBER,
            metered=True,
            irreversible=True,
            refusals=refusals.REGISTERS + refusals.MIGRATING,
        ),
        Operation("QueryChatappBindWaba", "cams", _R, (), ("CustSpaceId", "IsvCode"), answer=("Data",)),
        Operation("QueryWabaBusinessInfo", "cams", _R, ("CustSpaceId", "WabaId"), answer=("Data",)),
        # A read in effect, although its access level is `update`: it refreshes the rows of the listing.
        Operation("ChatappSyncPhoneNumber", "cams", _R, ("CustSpaceId",), answer=("PhoneNumbers",)),
        Operation("GetPhoneNumberVerificationStatus", "cams", _R, _NUMBER, answer=("Data",)),
        Operation(
            "QueryChatappPhoneNumbers", "cams", _R, (), ("CustSpaceId", "IsvCode", "Status"), answer=("PhoneNumbers",)
        ),
        # Settings of a number in service, and of the space's account.
        Operation("UpdatePhoneWebhook", "cams", _I, _NUMBER, _WEBHOOK),
        Operation("UpdateAccountWebhook", "cams", _I, ("CustSpaceId",), ("HttpFlag", "QueueFlag", "StatusCallbackUrl")),
        Operation("ModifyPhoneBusinessProfile", "cams", _I, _NUMBER, _PROFILE),
        Operation("QueryPhoneBusinessProfile", "cams", _R, _NUMBER, answer=("Data",)),
        Operation("UpdateCommerceSetting", "cams", _I, (*_NUMBER, "CartEnable", "CatalogVisible")),
        Operation("GetCommerceSetting", "cams", _R, _NUMBER, answer=("Data",)),
        # Which spaces an account has.
        Operation(
            "ListInstance",
            "cams",
            _R,
            (),
            (*_INSTANCES, "ResourceGroupId", "SubmitTime"),
            answer=("Data", "TotalCount"),
        ),
        # Resource Directory Master: message contacts, one directory for the whole account.
        Operation(
            "SendPhoneVerificationForMessageContact",
            _RD,
            _N,
            ("ContactId", "PhoneNumber"),
            daily=OF_CONTACTS,
            refusals=refusals.LINKS,
        ),
        Operation(
            "SendEmailVerificationForMessageContact",
            _RD,
            _N,
            ("ContactId", "EmailAddress"),
            daily=OF_CONTACTS,
            refusals=refusals.LINKS,
        ),
        Operation(
            "AddMessageContact",
            _RD,
            _K,
            ("Name", "EmailAddress", "Title", "MessageTypes"),
            ("PhoneNumber",),
            answer=("Contact",),
            refusals=refusals.CONTACT,
        ),
        Operation("UpdateMessageContact", _RD, _I, ("ContactId",), _CONTACT_FIELDS, refusals=refusals.CONTACT),
        Operation(
            "DeleteMessageContact",
            _RD,
            _I,
            ("ContactId",),
            ("RetainContactInMembers",),
            answer=("Status",),
            refusals=refusals.BUSY,
        ),
        Operation(
            "GetMessageContactDeletionStatus",
            _RD,
            _R,
            ("ContactId",),
            answer=("ContactDeletionStatus",),
            refusals=refusals.BUSY,
        ),
        Operation(
            "CancelMessageContactUpdate",
            _RD,
            _I,
            ("ContactId",),
            ("EmailAddress", "PhoneNumber"),
            refusals=refusals.BUSY,
        ),
        Operation(
            "AssociateMembers", _RD, _I, ("ContactId", "Members"), answer=("Members",), refusals=refusals.MEMBERS
        ),
        Operation(
            "DisassociateMembers", _RD, _I, ("ContactId", "Members"), answer=("Members",), refusals=refusals.MEMBERS
        ),
        Operation("GetMessageContact", _RD, _R, ("ContactId",), answer=("Contact",), refusals=refusals.BUSY),
        Operation(
            "ListMessageContacts",
            _RD,
            _R,
            (),
            ("ContactId", "Member", "PageNumber", "PageSize"),
            answer=("Contacts", "PageNumber", "PageSize", "TotalCount"),
            refusals=refusals.BUSY,
        ),
        Operation(
            "ListMessageContactVerifications",
            _RD,
            _R,
            (),
            ("ContactId", "PageNumber", "PageSize"),
            answer=("ContactVerifications", "PageNumber", "PageSize", "TotalCount"),
            refusals=refusals.BUSY,
        ),
        # Security Token Service: whose credentials these are.
        Operation("GetCallerIdentity", "sts", _R, (), answer=("AccountId",)),
    )
}
