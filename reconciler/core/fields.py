"""What a field of a persisted value may hold: each type here is a check, and a line of a JSON Schema, at once.

An empty text where there may be nothing is `Maybe…`. codec.py writes and reads them.
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
# The signs of Chinese stand once in each pattern: to compile them takes more than a millisecond.
_KEY = "(?![._-])([A-Za-z0-9._-]|[\u3400-\u4dbf\u4e00-\u9fff]){1,63}"
_NUMBER = r"\+[1-9][0-9]{6,14}"
_WORD = "[A-Za-z][A-Za-z_]{0,63}"
_LOCAL = f"phone_number/{_NAME}|contact/{_KEY}"
# Days that are: of every month, of all but February, and of the long ones; and the 29th of February of leap years.
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
    "Key": f"{_NUMBER}|{_KEY}",
    "Local": _LOCAL,
    "Address": f"{_NAME}/({_LOCAL})",
    "RecordId": f"phone_number/{_NUMBER}|contact/{_KEY}",
    "Revision": "[0-9a-f]{40}|[0-9a-f]{64}",
    "Digest": "[0-9a-f]{64}",
    "MaybeDigest": "|[0-9a-f]{64}",
    "CloudCode": "[A-Za-z][A-Za-z0-9._]{0,127}",
    # Whom a message went to: a number with its middle hidden, or an e-mail address.
    "Masked": r"|\+[0-9]{1,3} [0-9]{0,3}\*{4}[0-9]{0,4}|\*{4}[0-9]{0,4}|[^\s+][^\s]{0,253}",
}

Whole = Annotated[int, Meta(ge=0, lt=1 << 53)]
Few = Annotated[int, Meta(ge=0, le=1_000_000)]
Seconds = Annotated[float, Meta(gt=0, lt=1e9)]
Duration = Annotated[float, Meta(ge=0, lt=1e9)]
Door = Literal["create", "update", "delete"]
OnRemove = Literal["refuse", "forget", "deregister", "delete"]
Proof = Literal["phone", "email"]

Value = str | Whole | bool | list[str] | None
"""A text, a whole number, yes or no, nothing, or a list of texts: no fact or parameter is more."""

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
    MaybeDigest = str
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
        """A text of a pattern, made when a field of it is first decoded."""
        if name == "Values":
            return dict[__getattr__("Word"), Value]
        if name not in _PATTERNS:
            raise AttributeError(name)
        # The whole text is of this pattern: `$` alone would let a newline follow.
        made = globals()[name] = Annotated[str, Meta(pattern=rf"^({_PATTERNS[name]})$(?!\n)")]
        return made

    OperationName = Literal[tuple(OPERATIONS)]
    KindName = Literal[tuple(KINDS)]
    ErrorCode = Literal[tuple(ERRORS)]
    MaybeErrorCode = Literal["", *ERRORS]

    Channel = Literal["", "sms", "voice", "email"]

    class Facts(metaclass=ABCMeta):  # noqa: B024 - a name for what plain mappings are registered as
        """What is known of a resource, by name: those of KnownFacts have their form, any other is a Value."""

    Facts.register(dict)
