"""Alibaba Cloud's official chain of credentials, without what it would log, send through a proxy, or read of the time
zone: it logs tracebacks, its HTTP libraries log signed URLs and tokens."""

from __future__ import annotations

import logging
from contextlib import suppress
from datetime import UTC
from typing import Any

from reconciler.net import environment

_TALKERS = ("credentials", "alibabacloud-tea", "darabonba-core")
"""The packages set their loggers' levels on import, so these are disabled instead."""


def official_chain(profile: str = "") -> Any:
    """An object with `get_credentials()`, which raises errors of many libraries.

    profile: of ~/.aliyun/config.json; "" for the whole chain.
    """
    for name in _TALKERS:
        logging.getLogger(name).disabled = True
    for name in ("urllib3", "apscheduler"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    environment.plain_directly()
    with suppress(ImportError):
        import tzlocal.unix

        # With a TZ that is not known here there would be no keys at all, and the zone only plans their renewal.
        tzlocal.unix._cache_tz = UTC  # type: ignore[assignment]
    # Both read the environment on import.
    from alibabacloud_credentials.provider.cli_profile import CLIProfileCredentialsProvider
    from alibabacloud_credentials.provider.default import DefaultCredentialsProvider

    return CLIProfileCredentialsProvider(profile_name=profile) if profile else DefaultCredentialsProvider()
