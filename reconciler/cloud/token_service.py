"""Why the cloud's token service refused a role that a pipeline wants to assume (AssumeRoleWithOIDC).

The official chain's exception contains the whole answer. Only the code is taken from it, because the rest may contain a
token.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from reconciler.errors import Problem

_REFUSED = re.compile(r'oidc_role_arn, http_code: (\d{3}), result: (?:.*?"Code" ?: ?"([\w.-]{1,80})")?')
_SUBJECT = "Compare the role's trust policy with the job: issuer, audience, subject, and the provider's ARN."
HINTS = {
    "AuthenticationFail.NoPermission": _SUBJECT,
    "AuthenticationFail.OIDCToken.AudienceNotMatch": "Add `sts.aliyuncs.com` to the provider's client ids.",
    "AuthenticationFail.OIDCToken.Expired": "Have the pipeline renew the token's file while it runs.",
}
"""Code of the token service -> what to do. Source: its page of error codes, 2015-04-01."""


def refusal(said: str) -> Iterator[Problem]:
    """said: the text of the official chain's exception. Nothing if the token service did not answer, or was not
    asked."""
    if found := _REFUSED.search(said):
        code = found[2] or f"HTTP {found[1]}"
        hint = HINTS.get(code, "See the token service's error codes, and docs/credentials.md.")
        yield Problem("credentials-unusable", f"the token service refused the role: {code}", hint=hint)
