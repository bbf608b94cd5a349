"""A contrary world: drawn from a seed, told by its own endpoint, and as unkind as each of its answers says."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from reconciler.errors import CloudError
from reconciler.sandbox import Sandbox
from reconciler.sandbox.contrary import DIMENSIONS, draw
from reconciler.sandbox.http.wording import FORMS, UNDOCUMENTED
from reconciler.sandbox.numbers.spelling import other
from reconciler.sandbox.settings import DAY, Settings
from reconciler.sandbox.trouble import ANSWERS
from reconciler.sandbox.unknown import Unknown
from tests.sandbox import stories
from tests.sandbox.callers import Official, Wire
from tests.sandbox.stories import AT, EMAIL, HOW, NUMBER, PHONE, SPACE, TOM

ASK = {**AT, **HOW}
NEW = {"CustSpaceId": SPACE, "Cc": "86", "PhoneNumber": "13800001234", "VerifiedName": "Acme"}
# A setting of its own each, since tests want to name the codes.
NOT_DRAWN = {"code_wrong", "code_expired", "number_exists", "contact_exists", "name_waits"}


def test_the_first_answer_is_the_kind_one() -> None:
    """A world in which nothing is unkind is the sandbox as it is by default; every answer is a setting's value."""
    assert [next(iter(answers.values())) for answers in DIMENSIONS.values()] == [{}] * len(DIMENSIONS)
    for answers in DIMENSIONS.values():
        for changes in answers.values():
            Settings().changed(changes)
    drawn = {name for answers in DIMENSIONS.values() for changes in answers.values() for name in changes}
    assert {field.name for field in fields(Unknown)} - drawn <= NOT_DRAWN


def test_a_seed_is_a_world() -> None:
    """The same seed draws the same, another one something else; two thousand draw each answer fifty times."""
    assert draw(7) == draw(7) != draw(8)
    drawn = Counter(f"{name}={answer}" for seed in range(2000) for name, answer in draw(seed).drawn.items())
    assert {f"{name}={answer}" for name, answers in DIMENSIONS.items() for answer in answers} == set(drawn)
    assert min(drawn.values()) >= 50


def test_the_sandbox_tells_what_it_drew(sandbox: Sandbox, wire: Wire) -> None:
    """Seed, answers, in a line, and the settings that follow; a kind world says that it is one."""
    assert wire.see("world")["contrary"] is False
    with Sandbox(contrary=7, calls_per_second=0) as unkind:
        told = Wire(unkind).see("world")
    world = draw(7)
    assert (told["contrary"], told["seed"], told["drawn"]) == (True, 7, dict(world.drawn))
    assert told["line"] == str(world)
    assert {**told["settings"], "calls_per_second": 10} == json.loads(json.dumps(_dict(world.settings)))
    unkindly = [f"{name}={answer}" for name, answer in world.drawn.items() if DIMENSIONS[name][answer]]
    assert told["line"] == " ".join(["seed 7:", *unkindly])


def test_a_contrary_world_replays() -> None:
    """Told and called the same, it answers the same, ids, codes and trouble included."""
    assert _life(23) == _life(23)
    assert len({json.dumps(_life(seed)) for seed in range(5)}) == 5


def test_a_folder_keeps_its_world(tmp_path: Path) -> None:
    """After a restart the world is the same; another seed, or none, is refused instead of mixing two worlds."""
    with Sandbox(data=tmp_path, contrary=7) as sandbox:
        before = Wire(sandbox).see("world")
    with Sandbox(data=tmp_path, contrary=7) as sandbox:
        after = Wire(sandbox).see("world")
    assert after | {"truth": {}} == before | {"truth": {}}
    for seed in (8, None):
        with pytest.raises(CloudError) as caught:
            Sandbox(data=tmp_path, contrary=seed)
        assert [problem.code for problem in caught.value.problems] == ["sandbox-other-world"]


@pytest.mark.parametrize("form", FORMS)
def test_the_form_of_a_refusal(call: Official, wire: Wire, form: str) -> None:
    """What no document names comes in any form, also without a code; what a document names does not change."""
    wire.tell("settings", refusal_form=form, undocumented_status=409)
    stories.asked(call, wire)
    expected = FORMS[form]("VerifyCode.Invalid")  # type: ignore[index]
    status, answer = wire.call("ChatappVerifyAndRegister", **AT, VerifyCode="wrong")
    assert (status, answer.get("Code")) == (409, expected)
    assert ("Code" in answer) == (expected is not None)
    status, answer = wire.call("GetChatappVerifyCode", **{**ASK, "Method": "pigeon"})
    assert (status, answer["Code"]) == (400, "InvalidParameter.Method")


def test_every_undocumented_code_has_every_form() -> None:
    """No form fails for any of them, and none of them becomes a success."""
    worded = [FORMS[form](code) for form in FORMS for code in UNDOCUMENTED]
    assert not {"OK", "0000", ""} & set(worded)


@pytest.mark.parametrize("acts", [True, False])
@pytest.mark.parametrize("form", ANSWERS)
def test_trouble_acts_or_not(call: Official, wire: Wire, form: str, acts: bool) -> None:
    """The same answer, whether or not a person was sent a message; reads know no trouble."""
    stories.added(call)
    wire.tell("settings", trouble=form, trouble_share=1.0, trouble_acts=float(acts))
    status, answer = wire.call("GetChatappVerifyCode", **ASK)
    expected, fields = ANSWERS[form]  # type: ignore[index]
    assert status == expected
    assert {name: answer[name] for name in answer if name in ("Code", "Success")} == fields
    assert len(wire.see("inbox")["messages"]) == acts
    assert wire.see("ledger")["calls"][-1]["result"] == form
    assert wire.call("QueryChatappPhoneNumbers")[0] == 200
    wire.call("GetChatappVerifyCode", **ASK)
    assert wire.breached() == (["I1", "I2"] if acts else [])


@pytest.mark.parametrize(("acts", "messages"), [(True, 1), (False, 0)])
def test_throttling_acts_or_not(call: Official, wire: Wire, acts: bool, messages: int) -> None:
    """System.LimitControl, drawn as trouble is."""
    stories.added(call)
    wire.tell("settings", throttle_share=1.0, limit_control_acts=acts)
    assert call.refused("GetChatappVerifyCode", **ASK) == "System.LimitControl"
    assert len(wire.see("inbox")["messages"]) == messages


def test_the_directory_may_be_busy(wire: Wire) -> None:
    """ConcurrentCallNotSupported comes with 429, before anything is done."""
    wire.tell("settings", busy_share=1.0)
    given = {name: value for name, value in TOM.items() if name != "MessageTypes"} | {"MessageTypes.1": "FaultMessage"}
    status, answer = wire.call("AddMessageContact", **given)
    assert (status, answer["Code"]) == (429, "ConcurrentCallNotSupported")
    wire.tell("settings", busy_share=0.0)
    assert wire.call("ListMessageContacts")[1]["TotalCount"] == 0


def test_trouble_comes_to_an_end(call: Official, wire: Wire) -> None:
    """So often in a row at most, for each operation and number apart."""
    wire.tell("settings", trouble="timeout_400", trouble_share=1.0, trouble_most=3)
    other = {**NEW, "PhoneNumber": "13800005678"}
    met = [wire.call("AddChatappPhoneNumber", **given)[1]["Code"] for given in (NEW, NEW, NEW, other, NEW)]
    assert met == ["RequestTimeout"] * 4 + ["OK"]


def test_the_world_tells_what_is_true(call: Official, wire: Wire) -> None:
    """Whatever the reads say of it."""
    wire.tell("settings", status_in_service="PAUSED", verifying_shows_s=60, deletes_at_once=False)
    stories.registered(call, wire)
    id = stories.linked(call)
    truth = wire.see("world")["truth"]
    said = {"space": SPACE, "number": f"+{NUMBER}", "status": "CONNECTED", "shown": "PAUSED", "verified": True}
    assert truth["numbers"] == [said | {"registrations": 1}]
    assert truth["contacts"] == [{"id": id, "name": "Tom", "waiting": ["EmailAddress", "PhoneNumber"], "members": []}]


def test_submissions_are_counted_whatever_they_meet(call: Official, wire: Wire) -> None:
    """I13: the fourth code that is not taken since the last message, though the cloud never looked at one."""
    stories.asked(call, wire)
    wire.tell("settings", trouble="unlisted_400", trouble_share=1.0)
    for _ in range(4):
        call.refused("ChatappVerifyAndRegister", **AT, VerifyCode="123456")
    assert wire.breached() == ["I13"]


@pytest.mark.parametrize(
    ("setting", "word"), [("status_new", "UNKNOWN"), ("status_new", ""), ("unverified", "REVOKED"), ("unverified", "")]
)
def test_the_words_of_a_new_number(call: Official, wire: Wire, setting: str, word: str) -> None:
    """Any word, or none: then the row has no such field."""
    wire.tell("settings", **{setting: word})
    stories.added(call)
    (row,) = call("QueryChatappPhoneNumbers", CustSpaceId=SPACE)["PhoneNumbers"]
    assert row.get("Status" if setting == "status_new" else "CodeVerificationStatus") == (word or None)
    if setting == "unverified":
        assert call("GetPhoneNumberVerificationStatus", **AT)["Data"].get("CodeVerificationStatus") == (word or None)


def test_the_words_of_service(call: Official, wire: Wire) -> None:
    """PENDING first, then in service with a remark; after deregistering still in service for a while, then gone."""
    wire.tell("settings", connecting_shows_s=60, status_in_service="FLAGGED", leaving_shows_s=60, status_left="")
    stories.registered(call, wire)
    assert stories.status(call) == ("PENDING", "VERIFIED")
    wire.tell("clock", advance_s=60)
    assert stories.status(call) == ("FLAGGED", "VERIFIED")
    call("ChatappPhoneNumberDeregister", **AT)
    assert stories.status(call) == ("FLAGGED", "VERIFIED")
    wire.tell("clock", advance_s=60)
    assert call("QueryChatappPhoneNumbers", CustSpaceId=SPACE)["PhoneNumbers"] == []


@pytest.mark.parametrize(
    ("digits", "others"),
    [
        ("5521987654321", "552187654321"),
        ("525512345678", "5215512345678"),
        ("541123456789", "5491123456789"),
        ("2250707123456", "22507123456"),
        ("2250712345678", "2250712345678"),
        ("22520812345", "2252120812345"),
        ("22997123456", "2290197123456"),
        ("8613800001234", "8613800001234"),
    ],
)
def test_one_phone_has_several_spellings(digits: str, others: str) -> None:
    """Brazil, Mexico, Argentina, Ivory Coast, Benin; everywhere else there is one."""
    assert other(digits) == others


def test_the_listing_spells_otherwise(call: Official, wire: Wire) -> None:
    """The wire takes what was declared; the listing has it with a plus, or in the other spelling."""
    given = {"CustSpaceId": SPACE, "Cc": "55", "PhoneNumber": "21987654321", "VerifiedName": "Acme"}
    call("AddChatappPhoneNumber", **given)
    shown = []
    for spelling in ("asked", "plus", "other"):
        wire.tell("settings", spelling=spelling)
        shown += [row["PhoneNumber"] for row in call("QueryChatappPhoneNumbers")["PhoneNumbers"]]
    assert shown == ["5521987654321", "+5521987654321", "552187654321"]


def test_texts_come_back_otherwise(call: Official, wire: Wire) -> None:
    """Blanks squeezed, letters composed or taken apart, e-mail addresses in lower case; links still reach them."""
    call("AddChatappPhoneNumber", **{**NEW, "VerifiedName": " Café  Z "})
    shown = []
    for texts in ("asked", "squeezed", "composed", "decomposed"):
        wire.tell("settings", texts=texts)
        shown += [row["VerifiedName"] for row in call("QueryChatappPhoneNumbers")["PhoneNumbers"]]
    assert shown == [" Café  Z ", "Café Z", " Café  Z ", " Cafe\u0301  Z "]
    wire.tell("settings", emails_lowered=True)
    id = call("AddMessageContact", **{**TOM, "EmailAddress": "Tom@Example.com"})["Contact"]["ContactId"]
    assert call("GetMessageContact", ContactId=id)["Contact"]["EmailAddress"] == EMAIL
    assert call("ListMessageContactVerifications")["ContactVerifications"][0]["Target"] == EMAIL
    call("SendEmailVerificationForMessageContact", ContactId=id, EmailAddress="Tom@Example.com")
    call("SendEmailVerificationForMessageContact", ContactId=id, EmailAddress=EMAIL)
    assert [message["to"] for message in wire.see("inbox")["messages"]] == ["Tom@Example.com"] * 2


def test_a_listing_shows_late(call: Official, wire: Wire) -> None:
    """What was done shows a minute after it; what was added meanwhile does not yet."""
    wire.tell("settings", lists_take_s=60)
    stories.added(call)
    assert call("QueryChatappPhoneNumbers")["PhoneNumbers"] == []
    wire.tell("clock", advance_s=60)
    call("AddChatappPhoneNumber", **{**NEW, "PhoneNumber": "13800005678"})
    assert [row["PhoneNumber"] for row in call("QueryChatappPhoneNumbers")["PhoneNumbers"]] == [NUMBER]


def test_a_sync_shows_late(call: Official, wire: Wire) -> None:
    """The listing waits for a sync, and the sync takes a while; the status of one number does not wait."""
    wire.tell("settings", stale_lists=True, sync_takes_s=60)
    stories.registered(call, wire)
    assert call("ChatappSyncPhoneNumber", CustSpaceId=SPACE)["PhoneNumbers"] == []
    assert call("QueryChatappPhoneNumbers")["PhoneNumbers"] == []
    assert call("GetPhoneNumberVerificationStatus", **AT)["Data"]["CodeVerificationStatus"] == "VERIFIED"
    wire.tell("clock", advance_s=60)
    assert stories.status(call) == ("CONNECTED", "VERIFIED")


def test_a_verification_shows_late(call: Official, wire: Wire) -> None:
    """Registered, and for a minute not verified to whoever reads."""
    wire.tell("settings", verifying_shows_s=60)
    stories.registered(call, wire)
    assert stories.status(call) == ("CONNECTED", "NOT_VERIFIED")
    assert call("GetPhoneNumberVerificationStatus", **AT)["Data"]["CodeVerificationStatus"] == "NOT_VERIFIED"
    wire.tell("clock", advance_s=60)
    assert stories.status(call) == ("CONNECTED", "VERIFIED")


def test_a_name_is_under_review(call: Official, wire: Wire) -> None:
    """The right code verifies; registering is refused until the name is approved, days later."""
    wire.tell("settings", name_review_s=3 * DAY)
    code = stories.asked(call, wire)
    assert call.refused("ChatappVerifyAndRegister", **AT, VerifyCode=code) == "DisplayName.NotApproved"
    assert call.refused("ChatappPhoneNumberRegister", **AT) == "DisplayName.NotApproved"
    (row,) = call("QueryChatappPhoneNumbers")["PhoneNumbers"]
    assert (row["Status"], row["CodeVerificationStatus"], row["NameStatus"]) == (
        "PENDING",
        "VERIFIED",
        "Pending_Review",
    )
    wire.tell("clock", advance_s=3 * DAY)
    call("ChatappPhoneNumberRegister", **AT)
    assert wire.breached() == []


def test_an_account_is_under_review() -> None:
    """A new world's accounts are pending, and approved days later without anybody's word."""
    with Sandbox() as sandbox:
        call, wire = Official(sandbox), Wire(sandbox)
        wire.tell("settings", account_review_s=2 * DAY)
        assert call("QueryChatappBindWaba", CustSpaceId=SPACE)["Data"]["AccountReviewStatus"] == "PENDING"
        assert call.refused("AddChatappPhoneNumber", **NEW) == "Authentication.NoAuth"
        wire.tell("clock", advance_s=2 * DAY)
        call("AddChatappPhoneNumber", **NEW)


def test_a_resend_may_leave_the_old_code(call: Official, wire: Wire) -> None:
    """Where it does not void it, either works, once."""
    wire.tell("settings", resend_voids=False)
    old = stories.asked(call, wire)
    call("GetChatappVerifyCode", **ASK)
    call("ChatappVerifyAndRegister", **AT, VerifyCode=old)
    assert call.refused("ChatappVerifyAndRegister", **AT, VerifyCode=old) == "VerifyCode.Expired"


def test_deleting_takes_time(call: Official, wire: Wire) -> None:
    """Every deletion, with the contact shown as before meanwhile."""
    wire.tell("settings", deletes_at_once=False, deletion_s=60, deletion_shows="Active")
    id = stories.active(call, wire)
    assert call("DeleteMessageContact", ContactId=id)["Status"] == "Deleting"
    assert call("GetMessageContact", ContactId=id)["Contact"]["Status"] == "Active"
    wire.tell("clock", advance_s=60)
    assert call.refused("GetMessageContact", ContactId=id) == "EntityNotExists.Contact"


def test_a_confirmation_shows_late(call: Official, wire: Wire) -> None:
    """Who followed the link waits still, to whoever reads; another link is not to be had."""
    wire.tell("settings", confirming_shows_s=60)
    id = stories.active(call, wire)
    assert call("GetMessageContact", ContactId=id)["Contact"]["Status"] == "Verifying"
    assert call("ListMessageContactVerifications", ContactId=id)["TotalCount"] == 2
    send = "SendPhoneVerificationForMessageContact"
    assert call.refused(send, ContactId=id, PhoneNumber=PHONE) == "EntityNotExists.Contact.Verification"
    wire.tell("clock", advance_s=60)
    assert call("GetMessageContact", ContactId=id)["Contact"]["Status"] == "Active"
    assert call("ListMessageContactVerifications", ContactId=id)["TotalCount"] == 0


@pytest.mark.parametrize("id", ["digits", "prefixed", "uuid"])
@pytest.mark.parametrize("date", ["blank", "letters", "zone"])
def test_ids_and_dates_have_several_forms(call: Official, wire: Wire, id: str, date: str) -> None:
    """Each is a text that leads back to its contact, and a time of this year."""
    wire.tell("settings", id_form=id, date_form=date)
    made = call("AddMessageContact", **TOM)["Contact"]
    shown = call("GetMessageContact", ContactId=made["ContactId"])["Contact"]
    assert shown["CreateDate"] == made["CreateDate"]
    assert shown["CreateDate"][:2] == "20"


def test_a_yes_has_several_forms(call: Official, wire: Wire) -> None:
    """With the documented number, with its flag as a text or without one."""
    answers: list[dict[str, Any]] = []
    for code, flag in (("0000", "absent"), ("OK", "text")):
        wire.tell("settings", success_code=code, success_flag=flag)
        answers.append(wire.call("QueryChatappBindWaba", CustSpaceId=SPACE)[1])
    assert [(answer["Code"], answer.get("Success")) for answer in answers] == [("0000", None), ("OK", "true")]


def _dict(settings: Settings) -> dict[str, Any]:
    return {field.name: getattr(settings, field.name) for field in fields(settings)}


def _life(seed: int) -> list[Any]:
    """What a world of that seed answers to a few calls, but for request ids and times."""
    with Sandbox(contrary=seed, calls_per_second=0) as sandbox:
        wire = Wire(sandbox)
        wire.tell("clock", advance_s=5 * DAY)
        given = {**{k: v for k, v in TOM.items() if k != "MessageTypes"}, "MessageTypes.1": "FaultMessage"}
        told: list[Any] = [wire.call("AddChatappPhoneNumber", **NEW) for _ in range(3)]
        told += [wire.call("GetChatappVerifyCode", **ASK), wire.call("ChatappVerifyAndRegister", **AT, VerifyCode="1")]
        told += [wire.call("AddMessageContact", **given), wire.call("ListMessageContacts")]
        codes = [message["code"] for message in wire.see("inbox")["messages"]]
    text = json.dumps([codes, told])
    return [codes, [[status, _timeless(answer)] for status, answer in json.loads(text)[1]]]


def _timeless(answer: Any) -> Any:
    if isinstance(answer, dict):
        return {k: _timeless(v) for k, v in answer.items() if k not in ("RequestId", "CreateDate")}
    return [_timeless(each) for each in answer] if isinstance(answer, list) else answer
