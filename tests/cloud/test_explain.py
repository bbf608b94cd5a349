from __future__ import annotations

import pytest

from reconciler.core.answer import Error, NotSent, Unknown, judged
from reconciler.core.explain import explain
from reconciler.errors import ERRORS, Problem
from reconciler.operations import OPERATIONS

N = "SendPhoneVerificationForMessageContact"


C, REGISTER = "ChatappVerifyAndRegister", "ChatappPhoneNumberRegister"


@pytest.mark.parametrize(
    ("operation", "code", "problem"),
    [
        (C, "Throttling.User", "throttled-too-long"),
        (C, "System.LimitControl", "throttled-too-long"),
        (N, "SendValidateCodeExceedsLimitForAccount", "daily-cap-reached"),
        (C, "InvalidTimeStamp.Expired", "clock-skew"),
        (C, "SignatureDoesNotMatch", "credentials-refused"),
        (C, "InvalidAccessKeyId.NotFound", "credentials-refused"),
        (C, "InvalidSecurityToken.Expired", "credentials-refused"),
        (C, "Ram.PermissionDeny", "permission-denied"),
        (C, "Authentication.NoAuth", "permission-denied"),
        (N, "NoPermission", "permission-denied"),
        (C, "Product.Unsubscript", "not-activated"),
        (C, "Unknown.ResourceOwnerId", "not-activated"),
        (C, "InvalidAction.NotFound", "operation-not-offered"),
        (C, "MissingLocale", "parameter-refused"),
        (C, "InvalidParameter.PhoneNumberError", "parameter-refused"),
        (N, "EntityNotExists.Contact", "gone-elsewhere"),
        (C, "136025", "code-refused"),
        (C, "2388001", "waits-for-review"),
        (REGISTER, "133016", "refused-by-cloud"),
        # No list of the operation has these.
        (C, "Whatever", "unknown-answer"),
        (C, "EntityNotExists.Contact", "unknown-answer"),
        (N, "136025", "unknown-answer"),
        (N, "ConcurrentCallNotSupported", "unknown-answer"),
    ],
)
def test_every_code_has_a_meaning(operation: str, code: str, problem: str) -> None:
    """A listed code is believed and explained; what the operation's list lacks is unknown, whatever its status."""
    for status in (200, 400, 403, 404, 409):
        assert explain(operation, judged(OPERATIONS[operation], code, status=status)).code == problem
    assert problem in ERRORS


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (NotSent("no connection"), "cannot-reach"),
        (NotSent("it is stopped", stopped=True), "operation-stopped"),
        (Unknown("HTTP 500"), "unknown-answer"),
        (Unknown("400 `X`", "X", status=400, stops=True), "operation-stopped"),
    ],
)
def test_every_answer_has_a_code(answer: Error | NotSent | Unknown, code: str) -> None:
    """What is no refusal has a code, too, which the table of errors knows."""
    assert explain(N, answer).code == code
    assert code in ERRORS


def test_a_missing_permission_is_named_with_a_policy() -> None:
    """The hint names the action as policies spell it, and a policy that holds no more than this action."""
    assert explain(N, judged(OPERATIONS[N], "NoPermission", "You may not.", 403)) == Problem(
        "permission-denied",
        f"{N} was refused: 403 `NoPermission`",
        found="You may not.",
        hint=f"Let the caller do resourcemanager:{N}, for example by the policy "
        f'{{"Version":"1","Statement":[{{"Effect":"Allow","Action":"resourcemanager:{N}","Resource":"*"}}]}}',
    )
    assert f"cams:{C}" in explain(C, judged(OPERATIONS[C], "Ram.PermissionDeny")).hint


def test_sent_and_not_sent_are_told_apart() -> None:
    """What is certain and what is not read differently."""
    assert explain(N, NotSent("no connection")).what == f"{N} was not sent: no connection"
    assert explain(N, Unknown("HTTP 500")).what == f"{N} was sent, its outcome is unknown: HTTP 500"
