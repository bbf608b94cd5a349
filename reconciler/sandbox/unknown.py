"""Everything that is undocumented or contradictory about the real cloud: one field each; the default is the kind
answer.

Every behaviour of the sandbox that may vary depends on these fields only; `contrary` draws them. It holds no state.
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
    """One field for each unknown. A time in seconds is the delay until something shows.

    Answers:
    code_wrong: the code of a refusal of a wrong code.
    code_expired: the code of a refusal of an expired code.
    number_exists: the code of a refusal of an existing number.
    contact_exists: the code of a refusal of an existing contact.
    refusal_form: how undocumented codes are worded, see wording.py.
    undocumented_status: the HTTP status of undocumented codes; 0 as documented.
    refusal_status: the HTTP status of CAMS refusals, e.g. 200; 0 as documented.
    success_code: the code of a CAMS success.
    success_flag: the form of `Success` in a CAMS success.
    id_form: the form of ids.
    date_form: the form of dates.

    Trouble, of all calls with an effect:
    trouble: the answer, see trouble.py.
    trouble_share: the part of calls that meets it; 0.1 is a tenth.
    trouble_most: how often in a row a resource meets it at most; 0 for no limit.
    trouble_acts: the part of those calls that is executed all the same.
    throttle_share: the part answered System.LimitControl.
    limit_control_acts: System.LimitControl comes after executing the call.
    busy_share: the part of contact operations answered ConcurrentCallNotSupported.
    binding: part does only the first half of a binding or unbinding, and names those members.
    rebinding: refused answers a binding of what is bound, and an unbinding of what is not, by an unlisted code.
    registers_after_verifying: false makes ChatappVerifyAndRegister fail between its two halves.

    Reads:
    status_new: Status of an added number; "" omits it.
    status_migrating: Status of a migrating number; "" omits it.
    status_in_service: Status of a registered number.
    status_left: Status of a deregistered number; "" omits the whole row.
    unverified: CodeVerificationStatus of a number that is not verified; "" omits it.
    name_approved: NameStatus of an approved name.
    name_waits: NameStatus of a name under review.
    spelling: of numbers in the listing.
    texts: the form of names and of a profile's texts.
    emails_lowered: e-mail addresses are returned in lower case.
    stale_reads: status reads report what the last ChatappSyncPhoneNumber saw.
    stale_lists: the listing reports what the last ChatappSyncPhoneNumber saw.
    sync_takes_s: until a sync shows.
    lists_take_s: until the listing shows any change.
    verifying_shows_s: until a verification shows.
    connecting_shows_s: how long a registered number is PENDING.
    leaving_shows_s: until a deregistration shows.
    confirming_shows_s: until a confirmed address shows.
    updates_show_at_once: a contact shows a changed address before it is confirmed.
    deletes_at_once: false makes every deletion take its time.
    deletion_shows: the status of a contact during its deletion.
    settings_kept: what becomes of a number's settings: kept, ignored, truncated, altered.
    settings_show_s: until a setting shows.
    settings_left_out: what becomes of settings that a call of their group leaves out: kept, cleared.
    binding_shows_s: until a member that was bound or unbound shows.
    business: VerificationStatus of the business that an account belongs to; "" omits it.
    no_members: how a contact without members is shown: an empty list, null, or without the field.

    Rules:
    account_review_s: how long an account is under review, from the beginning.
    name_review_s: how long a name is under review, from its adding.
    resend_voids: a new code voids the one before it.
    day_starts_s: when daily caps reset, in seconds after midnight UTC.
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
    binding: Literal["whole", "part"] = "whole"
    rebinding: Literal["accepted", "refused"] = "accepted"
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
    settings_kept: Literal["kept", "ignored", "truncated", "altered"] = "kept"
    settings_show_s: float = 0.0
    settings_left_out: Literal["kept", "cleared"] = "kept"
    business: str = "verified"
    binding_shows_s: float = 0.0
    no_members: Literal["empty", "null", "absent"] = "empty"
    account_review_s: float = 0.0
    name_review_s: float = 0.0
    resend_voids: bool = True
    day_starts_s: float = 0.0
