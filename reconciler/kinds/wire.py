"""How requests and answers write values. Everywhere else numbers are E.164 and lists are Python lists."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from unicodedata import normalize
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from reconciler.kinds.table import Data, Facts, Params


CALLED = frozenset({"number", "method", "locale"})
"""Facts that every number has: the number, how its code is sent, and in which language."""
# E.164 has given out all calling codes of one digit and of two; each other one has three.
_CALLING_CODE = re.compile("[17]|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|[2-9][0-9]{2}")


def digits(number: str) -> str:
    """+8613800001234 -> 8613800001234, as Chat App Message Service writes it."""
    return number.removeprefix("+")


def host(url: str) -> str:
    """In lower case, with its port unless that is 443: behind another one somebody else may listen. "" if it has
    none."""
    try:
        parts = urlsplit(url)
        name, port = parts.hostname or "", parts.port or 443
    except ValueError:
        return ""
    return name if port == 443 or not name else f"{name}:{port}"


def split(number: str) -> tuple[str, str]:
    """+8613800001234 -> (86, 13800001234): two operations take country code and national number separately.

    Raises ValueError if it begins with no calling code.
    """
    bare = digits(number)
    country = _CALLING_CODE.match(bare)
    if country is None:
        raise ValueError("a number of no country")
    return country[0], bare[country.end() :]


def dashed(number: str) -> str:
    """+8613911111234 -> 86-13911111234, as Resource Directory writes it."""
    return "-".join(split(number))


def same_text(one: Any, other: Any, case: bool = True) -> bool:
    """Whether two texts are equal after what the cloud may do to a text: trimming, collapsing blanks, Unicode NFKC.

    case: whether case matters; in e-mail addresses it does not.
    """
    if not (isinstance(one, str) and isinstance(other, str)):
        return False
    one, other = _plain(one), _plain(other)
    return one == other or (not case and one.casefold() == other.casefold())


def _plain(text: str) -> str:
    return normalize("NFKC", " ".join(text.split()))


def in_space(facts: Facts) -> Params:
    return {"CustSpaceId": facts["space_id"]}


def number_in_space(facts: Facts) -> Params:
    return {**in_space(facts), "PhoneNumber": digits(facts["number"])}


def code_request(facts: Facts) -> Params:
    return {**number_in_space(facts), "Method": facts["method"], "Locale": facts["locale"]}


def code_message(facts: Facts) -> tuple[str, str]:
    return facts["method"], facts["number"]


def contact(facts: Facts) -> Params:
    return {"ContactId": facts["contact_id"]}


def contact_fields(facts: Facts) -> Params:
    fields = {
        "Name": facts["name"],
        "EmailAddress": facts["email"],
        "Title": facts["title"],
        "MessageTypes": list(facts["message_types"]),
    }
    return {**fields, "PhoneNumber": dashed(facts["phone"])} if facts.get("phone") else fields


def data(answer: Data, field: str = "Data") -> Data:
    """An object in an answer; empty if the cloud sent null or anything else."""
    found = answer.get(field)
    return found if isinstance(found, dict) else {}


def text(row: Data, field: str) -> str:
    """A string in an object; "" if the cloud sent anything else."""
    found = row.get(field)
    return found if isinstance(found, str) else ""


def rows(answer: Data, field: str) -> list[Data]:
    """A list of objects in an answer; elements that are not objects are left out."""
    found = answer.get(field)
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []
