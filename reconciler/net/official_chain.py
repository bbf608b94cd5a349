"""Alibaba Cloud's official chain of credentials, with its logging disabled: it logs tracebacks, and its HTTP library
logs signed URLs."""

from __future__ import annotations

import logging
from typing import Any


def official_chain(profile: str = "") -> Any:
    """An object with `get_credentials()`, which raises errors of many libraries.

    profile: of ~/.aliyun/config.json; "" for the whole chain.
    """
    # The package sets its logger's level on import, so that logger is disabled instead.
    logging.getLogger("credentials").disabled = True
    for name in ("urllib3", "apscheduler"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    # Both read the environment on import.
    from alibabacloud_credentials.provider.cli_profile import CLIProfileCredentialsProvider
    from alibabacloud_credentials.provider.default import DefaultCredentialsProvider

    return CLIProfileCredentialsProvider(profile_name=profile) if profile else DefaultCredentialsProvider()
