"""Types of the fields of persisted values. Each type is both a check and a line of a JSON Schema.

`Maybe…` also allows the empty string. codec.py encodes and decodes them.
"""

from __future__ import annotations

from abc import ABCMeta
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal

from msgspec import Meta

from reconciler.errors import ERRORS
from reconciler.kinds import KINDS
from reconciler.operations import OPERATIONS

_NAME = "[a-z0-9][a-z0-9._-]{0,62}"
# Each pattern names the Chinese characters only once: compiling them takes more than a millisecond.
_KEY = "(?![._-])([A-Za-z0-9._-]|[\u3400-\u4dbf\u4e00-\u9fff]){1,63}"
_NUMBER = r"\+[1-9][0-9]{6,14}"
_WORD = "[A-Za-z][A-Za-z_]{0,63}"
_SPACE = "[A-Za-z0-9][A-Za-z0-9_-]{0,63}"
_LOCAL = f"phone_number/{_NAME}|contact/{_KEY}|account_callback/account"
# Existing dates only: days 1–28 of any month, 29–30 of all but February, 31 of long months, and leap days.
_DAY = "((0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])|(0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31)"
_LEAP = "2(0|4|8)00-02-29|2[0-9](0[48]|[2468][048]|[13579][26])-02-29"
_TIME = f"(2[0-9]{{3}}-{_DAY}|{_LEAP})T([01][0-9]|2[0-3])(:[0-5][0-9]){{2}}\\.[0-9]{{3}}Z"
_PATTERNS = {
    "Time": _TIME,
    "MaybeTime": f"|{_TIME}",
    "Word": _WORD,
    "MaybeWord": f"|{_WORD}",
    "Name": _NAME,
    "Number": _NUMBER,
    "Key": f"{_NUMBER}|{_KEY}|{_SPACE}",
    "Local": _LOCAL,
    "Address": f"{_NAME}/({_LOCAL})",
    "RecordId": f"phone_number/{_NUMBER}|contact/{_KEY}|account_callback/{_SPACE}",
    "Revision": "[0-9a-f]{40}|[0-9a-f]{64}",
    "Digest": "[0-9a-f]{64}",
    "Hexadecimal": "[0-9a-f]{1,64}",
    "MaybeDigest": "|[0-9a-f]{64}",
    "MaybeAccount": "|[1-9][0-9]{9,19}",
    "MaybeEnvironment": "|[a-z][a-z0-9-]{0,30}",
    "CloudCode": "[A-Za-z][A-Za-z0-9._]{0,127}",
    # A message's recipient: a masked number or an e-mail address.
    "Masked": r"|\+[0-9]{1,3} [0-9]{0,3}\*{4}[0-9]{0,4}|\*{4}[0-9]{0,4}|[^\s+][^\s]{0,253}",
}

Whole = Annotated[int, Meta(ge=0, lt=1 << 53)]
Few = Annotated[int, Meta(ge=0, le=1_000_000)]
Seconds = Annotated[float, Meta(gt=0, lt=1e9)]
Duration = Annotated[float, Meta(ge=0, lt=1e9)]
Door = Literal["create", "update", "delete"]
OnRemove = Literal["refuse", "forget", "deregister", "delete", "detach"]
Proof = Literal["phone", "email"]

Value = str | Whole | bool | list[str] | None
"""All that a fact or a parameter can be."""

if TYPE_CHECKING:
    Time = str
    MaybeTime = str
    Word = str
    MaybeWord = str
    Name = str
    Number = str
    Key = str
    Local = str
    Address = str
    RecordId = str
    Revision = str
    Digest = str
    Hexadecimal = str
    MaybeDigest = str
    MaybeAccount = str
    MaybeEnvironment = str
    CloudCode = str
    Masked = str
    OperationName = str
    KindName = str
    ErrorCode = str
    MaybeErrorCode = str
    Channel = str
    Facts = Mapping[str, Any]
    Values = Mapping[str, Any]
else:

    def __getattr__(name: str) -> Any:
        """Compiles a pattern when a field of its type is first decoded."""
        if name == "Values":
            return dict[__getattr__("Word"), Value]
        if name not in _PATTERNS:
            raise AttributeError(name)
        # `$` alone would allow a trailing newline.
        made = globals()[name] = Annotated[str, Meta(pattern=rf"^({_PATTERNS[name]})$(?!\n)")]
        return made

    OperationName = Literal[tuple(OPERATIONS)]
    KindName = Literal[tuple(KINDS)]
    ErrorCode = Literal[tuple(ERRORS)]
    MaybeErrorCode = Literal["", *ERRORS]

    Channel = Literal["", "sms", "voice", "email"]

    class Facts(metaclass=ABCMeta):  # noqa: B024 - a name for what plain mappings are registered as
        """What is known of a resource, by name. Facts named in KnownFacts have their type; any other is a Value."""

    Facts.register(dict)
