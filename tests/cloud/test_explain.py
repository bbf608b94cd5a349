from __future__ import annotations

import pytest

from reconciler.core.answer import Error, NotSent, Unknown
from reconciler.core.explain import explain
from reconciler.errors import ERRORS, Problem

N = "SendPhoneVerificationForMessageContact"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Error("Throttling.User"), "throttled-too-long"),
        (Error("System.LimitControl"), "throttled-too-long"),
        (Error("SendValidateCodeExceedsLimitForAccount", status=409), "daily-cap-reached"),
        (Error("InvalidTimeStamp.Expired"), "clock-skew"),
        (Error("SignatureDoesNotMatch"), "credentials-refused"),
        (Error("InvalidAccessKeyId.NotFound", status=404), "credentials-refused"),
        (Error("InvalidSecurityToken.Expired"), "credentials-refused"),
        (Error("Whatever", status=401), "credentials-refused"),
        (Error("Whatever", status=403), "permission-denied"),
        (Error("Ram.PermissionDeny"), "permission-denied"),
        (Error("Authentication.NoAuth"), "permission-denied"),
        (Error("Product.Unsubscript"), "not-activated"),
        (Error("Unknown.ResourceOwnerId"), "not-activated"),
        (Error("InvalidAction.NotFound", status=404), "operation-not-offered"),
        (Error("MissingLocale"), "parameter-refused"),
        (Error("InvalidParameter.PhoneNumberError"), "parameter-refused"),
        (Error("EntityNotExists.Contact", status=404), "gone-elsewhere"),
        (NotSent("no connection"), "cannot-reach"),
        (Unknown("HTTP 500"), "unknown-answer"),
    ],
)
def test_every_answer_has_a_code(answer: Error | NotSent | Unknown, code: str) -> None:
    """Each kind of refusal has one code, which the table of errors knows."""
    assert explain(N, answer).code == code
    assert code in ERRORS


def test_a_missing_permission_is_named_with_a_policy() -> None:
    """The hint names the action as policies spell it, and a policy that holds no more than this action."""
    assert explain(N, Error("NoPermission", "You may not.", 403)) == Problem(
        "permission-denied",
        f"{N} was refused: NoPermission",
        found="You may not.",
        hint=f"Let the caller do resourcemanager:{N}, for example by the policy "
        f'{{"Version":"1","Statement":[{{"Effect":"Allow","Action":"resourcemanager:{N}","Resource":"*"}}]}}',
    )
    assert "cams:GetChatappVerifyCode" in explain("GetChatappVerifyCode", Error("Ram.PermissionDeny")).hint


def test_sent_and_not_sent_are_told_apart() -> None:
    """What is certain and what is not read differently."""
    assert explain(N, NotSent("no connection")).what == f"{N} was not sent: no connection"
    assert explain(N, Unknown("HTTP 500")).what == f"{N} was sent, its outcome is unknown: HTTP 500"
