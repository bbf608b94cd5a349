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
HOSTS: dict[Product, str] = {
    "cams": "cams.ap-southeast-1.aliyuncs.com",
    "resourcedirectorymaster": "resourcedirectorymaster.aliyuncs.com",
}


class Effect(Enum):
    """What a call does to the world decides what may be repeated. Never derived from an operation's name."""

    READ = "R"
    IDEMPOTENT = "I"
    CREATE = "K"
    NOTIFY = "N"
    CONSUME = "C"


class Operation(NamedTuple):
    """One API action.

    required, optional: parameter names as on the wire. secret: those whose value is never written or shown.
    answer: the fields this project reads beyond the envelope. travels: where the parameters go.
    daily: which daily cap the call spends, a key of `limits` in reconciler.yaml.
    metered: counted per number by Meta, ten in 72 hours.
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

OPERATIONS: dict[str, Operation] = {
    operation.name: operation
    for operation in (
        # Chat App Message Service: the five the project was founded on come first where they belong.
        Operation("GetChatappVerifyCode", "cams", _N, (*_NUMBER, "Method", "Locale"), daily=_CODES),
        Operation("GetMigrationVerifyCode", "cams", _N, (*_NUMBER, "Method", "Locale"), answer=("Data",), daily=_CODES),
        Operation("ChatappMigrationVerified", "cams", _C, (*_NUMBER, "VerifyCode"), answer=("Data",), secret=_CODE),
        Operation(
            "GetPreValidatePhoneId",
            "cams",
            _C,
            ("PhoneNumber", "VerifyCode"),
            answer=("Data",),
            secret=_CODE,
            travels="body",
        ),
        Operation("AddChatappPhoneNumber", "cams", _K, ("CustSpaceId", "Cc", "PhoneNumber", "VerifiedName")),
        Operation("ChatappVerifyAndRegister", "cams", _C, (*_NUMBER, "VerifyCode"), secret=_CODE),
        Operation("ChatappPhoneNumberRegister", "cams", _I, _NUMBER, metered=True),
        Operation("ChatappPhoneNumberDeregister", "cams", _I, _NUMBER, metered=True),
        Operation(
            "CreateChatappMigrationInitiate",
            "cams",
            _K,
            ("CustSpaceId", "CountryCode", "MobileNumber"),
            answer=("Data",),
        ),
        Operation("ChatappMigrationRegister", "cams", _I, _NUMBER, irreversible=True),
        Operation("QueryChatappBindWaba", "cams", _R, (), ("CustSpaceId", "IsvCode"), answer=("Data",)),
        Operation("ChatappSyncPhoneNumber", "cams", _I, ("CustSpaceId",), answer=("PhoneNumbers",)),
        Operation("GetPhoneNumberVerificationStatus", "cams", _R, _NUMBER, answer=("Data",)),
        Operation(
            "QueryChatappPhoneNumbers", "cams", _R, (), ("CustSpaceId", "IsvCode", "Status"), answer=("PhoneNumbers",)
        ),
        # Resource Directory Master: message contacts, one directory for the whole account.
        Operation("SendPhoneVerificationForMessageContact", _RD, _N, ("ContactId", "PhoneNumber"), daily=_CONTACTS),
        Operation("SendEmailVerificationForMessageContact", _RD, _N, ("ContactId", "EmailAddress"), daily=_CONTACTS),
        Operation(
            "AddMessageContact",
            _RD,
            _K,
            ("Name", "EmailAddress", "Title", "MessageTypes"),
            ("PhoneNumber",),
            answer=("Contact",),
        ),
        Operation("UpdateMessageContact", _RD, _I, ("ContactId",), _CONTACT_FIELDS),
        Operation("DeleteMessageContact", _RD, _I, ("ContactId",), ("RetainContactInMembers",), answer=("Status",)),
        Operation("GetMessageContactDeletionStatus", _RD, _R, ("ContactId",), answer=("ContactDeletionStatus",)),
        Operation("CancelMessageContactUpdate", _RD, _I, ("ContactId",), ("EmailAddress", "PhoneNumber")),
        Operation("GetMessageContact", _RD, _R, ("ContactId",), answer=("Contact",)),
        Operation(
            "ListMessageContacts",
            _RD,
            _R,
            (),
            ("ContactId", "Member", "PageNumber", "PageSize"),
            answer=("Contacts", "PageNumber", "PageSize", "TotalCount"),
        ),
        Operation(
            "ListMessageContactVerifications",
            _RD,
            _R,
            (),
            ("ContactId", "PageNumber", "PageSize"),
            answer=("ContactVerifications", "PageNumber", "PageSize", "TotalCount"),
        ),
    )
}
