"""The official clients drive the sandbox as they drive the real thing, operation by operation."""

from __future__ import annotations

import inspect
import re

import pytest
from alibabacloud_tea_openapi.exceptions import ClientException

from reconciler.operations import OPERATIONS, Operation
from reconciler.sandbox import Sandbox
from reconciler.sandbox.region import HANDLERS
from tests.sandbox import stories
from tests.sandbox.callers import MODELS, Official, Wire
from tests.sandbox.stories import AT, EMAIL, HOW, NUMBER, PHONE, SPACE, TOM


def _without_ids(answer: dict[str, object]) -> dict[str, object]:
    assert answer.pop("RequestId")
    return answer


def test_every_operation_is_played() -> None:
    """What the project can call, the sandbox can answer, and nothing else."""
    assert HANDLERS.keys() == OPERATIONS.keys()


# Which account and which owner: the credentials say so already. The last is deprecated.
NOT_OURS = {"OwnerId", "ResourceOwnerAccount", "ResourceOwnerId", "PreValidateId"}
# Not called required by the models, and named as missing by the documented errors, or what the call is about.
ALWAYS_ASKED = {"ContactId", "PhoneNumber", "EmailAddress", "Members"}


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_parameters_are_the_models(operation: Operation) -> None:
    """Each operation takes what its official model has, and demands what that calls required, or the documents do."""
    source, required = _model(operation)
    ours = set(operation.parameters)
    assert ours == set(re.findall(r"result\['(\w+)'\]", source)) - NOT_OURS
    assert set(required) <= set(operation.required) <= set(required) | ALWAYS_ASKED


def _model(operation: Operation) -> tuple[str, list[str]]:
    """The source of the request's model, and the wire names of what it calls required."""
    model = getattr(MODELS[operation.product], f"{operation.name}Request", None)
    source = inspect.getsource(model) if model else ""  # one that takes nothing has none
    wire = dict(re.findall(r"self\.(\w+) is not None:\s*result\['(\w+)'\]", source))
    required, noted = [], False
    for line in source.splitlines():
        if field := re.search(r"self\.(\w+) = \1", line):
            required += [wire[field[1]]] if noted else []
            noted = False
        noted |= "This parameter is required." in line
    return source, required


def test_what_the_models_let_out(call: Official, wire: Wire) -> None:
    """A direct customer names no space, an authorised partner its code; lists are filtered, changes cancelled."""
    assert call("QueryChatappBindWaba", IsvCode="isv")["Data"]["AccountReviewStatus"] == "APPROVED"
    assert call("QueryChatappPhoneNumbers", IsvCode="isv")["PhoneNumbers"] == []
    id = stories.active(call, wire)
    ann = call("AddMessageContact", **{**TOM, "Name": "Ann"})["Contact"]["ContactId"]
    assert [row["ContactId"] for row in call("ListMessageContacts", ContactId=ann)["Contacts"]] == [ann]
    assert call("ListMessageContacts", Member="rd-3G****")["TotalCount"] == 0
    assert call("ListMessageContacts")["TotalCount"] == 2
    call("UpdateMessageContact", ContactId=id, EmailAddress="new@example.com", PhoneNumber="86-13922222222")
    call("CancelMessageContactUpdate", ContactId=id)
    assert call("GetMessageContact", ContactId=id)["Contact"]["Status"] == "Active"


def test_whose_credentials_they_are(call: Official, wire: Wire) -> None:
    """STS names the account that the sandbox was told to be, as the official client reads it."""
    assert call("GetCallerIdentity")["AccountId"] == "1000000000000001"
    wire.tell("settings", account="1234567890123456")
    assert call("GetCallerIdentity")["AccountId"] == "1234567890123456"


def test_a_denial_says_what_was_denied(call: Official, wire: Wire) -> None:
    """The official client's own exception carries the detail."""
    wire.tell("faults", operation="QueryChatappBindWaba", fault="error:Ram.PermissionDeny")
    with pytest.raises(ClientException) as caught:
        call("QueryChatappBindWaba", CustSpaceId=SPACE)
    detail = {"AuthAction": "cams:QueryChatappBindWaba", "NoPermissionType": "ImplicitDeny"}
    assert caught.value.access_denied_detail == detail


def test_registering_a_number(sandbox: Sandbox, call: Official, wire: Wire) -> None:
    """A number is added, verified by a code from the inbox and connected; every answer fits the client's models."""
    ok = {"Code": "OK", "Message": "OK", "Success": True}
    new = {"CustSpaceId": SPACE, "Cc": "86", "PhoneNumber": "13800001234", "VerifiedName": "Acme"}
    assert _without_ids(call("QueryChatappBindWaba", CustSpaceId=SPACE)) == ok | {
        "Data": {"AccountReviewStatus": "APPROVED", "Id": "waba-acme", "Name": "acme"}
    }
    assert _without_ids(call("AddChatappPhoneNumber", **new)) == ok
    assert _without_ids(call("GetChatappVerifyCode", **AT, Method="voice", Locale="zh_CN")) == ok
    assert _without_ids(call("ChatappVerifyAndRegister", **AT, VerifyCode=wire.code())) == ok
    row = {
        "CodeVerificationStatus": "VERIFIED",
        "IsOfficial": "N",
        "MessagingLimitTier": "TIER_250",
        "NameStatus": "APPROVED",
        "NewNameStatus": "",
        "PhoneNumber": NUMBER,
        "QualityRating": "GREEN",
        "Status": "CONNECTED",
        "StatusCallbackUrl": "",
        "StatusQueue": "",
        "UpCallbackUrl": "",
        "UpQueue": "",
        "VerifiedName": "Acme",
    }
    assert _without_ids(call("QueryChatappPhoneNumbers", CustSpaceId=SPACE)) == ok | {"PhoneNumbers": [row]}
    assert _without_ids(call("ChatappSyncPhoneNumber", CustSpaceId=SPACE)) == ok | {"PhoneNumbers": [row]}
    assert call("QueryChatappPhoneNumbers", Status="PENDING")["PhoneNumbers"] == []
    assert _without_ids(call("ChatappPhoneNumberDeregister", **AT)) == {"Code": "OK", "Message": "OK"}
    assert stories.status(call) == ("OFFLINE", "VERIFIED")
    assert _without_ids(call("ChatappPhoneNumberRegister", **AT)) == ok
    assert stories.status(call) == ("CONNECTED", "VERIFIED")
    assert wire.breached() == []


def test_migrating_a_number(call: Official, wire: Wire) -> None:
    """A number of another provider arrives in four calls, and is verified before it is connected."""
    start = call("CreateChatappMigrationInitiate", CustSpaceId=SPACE, CountryCode="86", MobileNumber="13800001234")
    assert start["Data"] == {"Id": start["Data"]["Id"], "PhoneNumber": NUMBER, "Status": "MIGRATING"}
    number = {"Id": start["Data"]["Id"], "PhoneNumber": NUMBER}
    assert call("GetMigrationVerifyCode", **AT, **HOW)["Data"] == number
    done = call("ChatappMigrationVerified", **AT, VerifyCode=wire.code())
    assert (done["Data"], done["Message"]) == (number, "SUCCESS")
    status = call("GetPhoneNumberVerificationStatus", **AT)
    assert status["Data"] == number | {"CodeVerificationStatus": "VERIFIED"}
    assert stories.status(call) == ("MIGRATING", "VERIFIED")
    assert _without_ids(call("ChatappMigrationRegister", **AT)) == {"Code": "OK", "Message": "OK"}
    assert stories.status(call) == ("CONNECTED", "VERIFIED")
    assert wire.breached() == []


def test_a_prevalidated_number(call: Official, wire: Wire) -> None:
    """The purchase code, sent as a form, gives the id of the number."""
    bought = wire.tell("numbers", number=f"+{NUMBER}", state="prevalidated")["purchase_code"].replace("-", "")
    answer = call("GetPreValidatePhoneId", PhoneNumber=NUMBER, VerifyCode=bought)
    assert answer["Data"]["PhoneNumber"] == NUMBER
    assert answer["Data"]["PhoneNumberId"].isdigit()
    assert wire.breached() == []


def test_a_contact_from_first_to_last(call: Official, wire: Wire) -> None:
    """A contact turns active when every address was confirmed out of band, and only then."""
    id = stories.linked(call)
    made = call("GetMessageContact", ContactId=id)["Contact"]
    shown = TOM | {"ContactId": id, "CreateDate": made["CreateDate"], "Status": "Verifying"}
    assert made == shown | {"Members": []}
    waiting = call("ListMessageContactVerifications", ContactId=id)
    assert [row["Target"] for row in waiting["ContactVerifications"]] == [EMAIL, PHONE]
    wire.tell("confirm", to="+8613911111234")
    assert call("GetMessageContact", ContactId=id)["Contact"]["Status"] == "Verifying"
    wire.tell("confirm", to=EMAIL)
    assert _without_ids(call("ListMessageContacts")) == {
        "Contacts": [shown | {"Status": "Active", "Members": []}],
        "PageNumber": 1,
        "PageSize": 10,
        "TotalCount": 1,
    }
    assert call("ListMessageContactVerifications")["TotalCount"] == 0
    call("UpdateMessageContact", ContactId=id, EmailAddress="new@example.com")
    call("CancelMessageContactUpdate", ContactId=id, EmailAddress="new@example.com", PhoneNumber=PHONE)
    assert call("GetMessageContact", ContactId=id)["Contact"] == shown | {"Status": "Active", "Members": []}
    wire.tell("settings", deletion_s=3600)
    assert call("DeleteMessageContact", ContactId=id, RetainContactInMembers=False)["Status"] == "Deleting"
    status = call("GetMessageContactDeletionStatus", ContactId=id)["ContactDeletionStatus"]
    assert status == {"ContactId": id, "FailReasonList": [], "Status": "Deleting"}
    wire.tell("clock", advance_s=3601)
    assert call.refused("GetMessageContact", ContactId=id) == "EntityNotExists.Contact"
    assert wire.breached() == []


def test_the_settings_of_a_number(call: Official, wire: Wire) -> None:
    """Signed up in a browser and registered; callbacks, profile and commerce are kept, and read back as they are."""
    wire.tell("signups", number=f"+{NUMBER}", space=SPACE)
    assert stories.status(call) == ("PENDING", "VERIFIED")
    call("ChatappPhoneNumberRegister", **AT)
    urls = {"StatusCallbackUrl": "https://hooks.example.com/s", "UpCallbackUrl": "https://hooks.example.com/m"}
    ok = {"Code": "OK", "Message": "OK"}
    assert _without_ids(call("UpdatePhoneWebhook", **AT, **urls, HttpFlag="Y", QueueFlag="N")) == ok
    (row,) = call("QueryChatappPhoneNumbers", CustSpaceId=SPACE)["PhoneNumbers"]
    assert urls.items() <= row.items()
    account = {"StatusCallbackUrl": urls["StatusCallbackUrl"], "HttpFlag": "Y", "QueueFlag": "N"}
    assert _without_ids(call("UpdateAccountWebhook", CustSpaceId=SPACE, **account)) == ok
    account_id = call("QueryChatappBindWaba", CustSpaceId=SPACE)["Data"]["Id"]
    found = call("QueryWabaBusinessInfo", CustSpaceId=SPACE, WabaId=account_id)["Data"]
    assert found["VerificationStatus"] == "verified"
    assert call.refused("QueryWabaBusinessInfo", CustSpaceId=SPACE, WabaId="1") == "InvalidParameter.WabaId"
    profile = {"About": "Ask us", "Websites": ["https://a.example", "https://b.example"], "Vertical": "RETAIL"}
    assert _without_ids(call("ModifyPhoneBusinessProfile", **AT, **profile)) == ok | {"Success": True}
    rest = {"Address": "", "Description": "", "Email": "", "ProfilePictureUrl": ""}
    assert call("QueryPhoneBusinessProfile", **AT)["Data"] == profile | rest
    commerce = {"CartEnable": True, "CatalogVisible": False}
    assert _without_ids(call("UpdateCommerceSetting", **AT, **commerce)) == ok | {"Success": True}
    assert call("GetCommerceSetting", **AT)["Data"] == commerce
    assert call.refused("ModifyPhoneBusinessProfile", **AT, About="a" * 140) == "InvalidParameter.About"
    assert wire.breached() == []
