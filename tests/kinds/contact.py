"""A confirmed contact: what is recorded of it, and its row in the directory, which spells some of it otherwise."""

from __future__ import annotations

from typing import Any

FACTS: dict[str, Any] = {
    "name": "tom",
    "email": "tom@example.com",
    "phone": "+8613911111234",
    "title": "CEO",
    "message_types": ["FaultMessage", "SecurityMessage"],
    "contact_id": "c-1",
}
ROW: dict[str, Any] = {
    "ContactId": "c-1",
    "Name": "tom",
    "EmailAddress": "Tom@Example.com",
    "PhoneNumber": "86-13911111234",
    "Title": "CEO",
    "MessageTypes": ["SecurityMessage", "FaultMessage"],
    "Status": "Active",
}
