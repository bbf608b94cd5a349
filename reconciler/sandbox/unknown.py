"""What no document tells of the real cloud, or documents contradict: a field each, whose default is the kind answer.

Whatever the sandbox does in one way or another branches on these fields and on nothing else; `contrary` draws them. A
time in seconds says how long after the fact it shows. It must never hold state.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

RefusalForm = Literal["named", "meta", "meta_number", "numbered", "operation", "chat", "isp", "system", "lacking"]
TroubleForm = Literal[
    "system_500",
    "system_200",
    "unavailable_200",
    "timeout_400",
    "ok_but_false",
    "nearly_ok",
    "system_number",
    "meta_number",
    "unlisted_400",
    "unlisted_403",
    "unlisted_409",
    "unlisted_429",
    "lacking",
]


@dataclass(frozen=True, slots=True)
class Unknown:
    """Answers

    code_wrong, code_expired, number_exists, contact_exists: the codes in which the cloud says so.
    refusal_form: how codes that no document names are worded (see wording); undocumented_status: what they come with.
    refusal_status: the HTTP status of CAMS refusals, e.g. 200. For both, 0 leaves it as documented.
    success_code, success_flag: how CAMS says yes. id_form, date_form: among the documented ones.

    Trouble, of all calls that do anything

    trouble: what is answered instead (see trouble); trouble_share: how large a part meets it, 0.1 is a tenth;
    trouble_most: how often in a row a thing meets it at most, 0 for no end; trouble_acts: the part of those that is
    carried out all the same. throttle_share: the part answered
    System.LimitControl; limit_control_acts: after acting, not instead of it. busy_share: the part of contact
    operations answered ConcurrentCallNotSupported. registers_after_verifying: false makes ChatappVerifyAndRegister
    fail between its two halves.

    Reads

    status_new, status_migrating, status_in_service, status_left: a number's Status; "" leaves it out, and of one that
    was deregistered the whole row. unverified: CodeVerificationStatus of one that is not; "" leaves it out.
    name_approved, name_waits: NameStatus. spelling: of numbers in the listing. texts: how names come back.
    emails_lowered: so they come back. stale_reads: status reads tell what the last ChatappSyncPhoneNumber saw;
    stale_lists: the listing does; sync_takes_s: until a sync shows. lists_take_s: until the listing shows anything.
    verifying_shows_s, leaving_shows_s, confirming_shows_s: until a verification, a deregistration, a confirmed address
    shows. connecting_shows_s: how long a registered number is PENDING. updates_show_at_once: a contact shows a changed
    address before it is confirmed. deletes_at_once: false makes every deletion take its time, and deletion_shows is
    what the contact looks like meanwhile.

    Rules

    account_review_s, name_review_s: how long an account, from the beginning, and a name, from its adding, are under
    review. resend_voids: a new code makes the one before it worthless. day_starts_s: when daily caps are reset, in
    seconds after midnight UTC.
    """

    code_wrong: str = "VerifyCode.Invalid"
    code_expired: str = "VerifyCode.Expired"
    number_exists: str = "PhoneNumber.AlreadyExists"
    contact_exists: str = "Contact.AlreadyExists"
    refusal_form: RefusalForm = "named"
    undocumented_status: int = 0
    refusal_status: int = 0
    success_code: Literal["OK", "0000"] = "OK"
    success_flag: Literal["true", "text", "absent"] = "true"
    id_form: Literal["uuid", "digits", "prefixed"] = "uuid"
    date_form: Literal["letters", "blank", "zone"] = "letters"
    trouble: TroubleForm = "system_500"
    trouble_share: float = 0.0
    trouble_most: int = 0
    trouble_acts: float = 0.0
    throttle_share: float = 0.0
    limit_control_acts: bool = False
    busy_share: float = 0.0
    registers_after_verifying: bool = True
    status_new: str = "PENDING"
    status_migrating: str = "MIGRATING"
    status_in_service: str = "CONNECTED"
    status_left: str = "OFFLINE"
    unverified: str = "NOT_VERIFIED"
    name_approved: str = "APPROVED"
    name_waits: str = "Pending_Review"
    spelling: Literal["asked", "plus", "other"] = "asked"
    texts: Literal["asked", "squeezed", "composed", "decomposed"] = "asked"
    emails_lowered: bool = False
    stale_reads: bool = False
    stale_lists: bool = False
    sync_takes_s: float = 0.0
    lists_take_s: float = 0.0
    verifying_shows_s: float = 0.0
    connecting_shows_s: float = 0.0
    leaving_shows_s: float = 0.0
    confirming_shows_s: float = 0.0
    updates_show_at_once: bool = False
    deletes_at_once: bool = True
    deletion_shows: Literal["Deleting", "Active"] = "Deleting"
    account_review_s: float = 0.0
    name_review_s: float = 0.0
    resend_voids: bool = True
    day_starts_s: float = 0.0
