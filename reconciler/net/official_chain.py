"""The cloud's official chain of credentials, made such that it shows nothing: it prints tracebacks through a logger of
its own, and its HTTP library logs addresses that are signed.
"""

from __future__ import annotations

import logging
from typing import Any


def official_chain(profile: str = "") -> Any:
    """An object with `get_credentials()`, which raises whatever its files, sockets and parsers raise.

    profile: of ~/.aliyun/config.json; "" for the whole chain.
    """
    # The package sets the level of its own logger when it is imported, so that one is switched off instead.
    logging.getLogger("credentials").disabled = True
    for name in ("urllib3", "apscheduler"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    # Both read the environment when they are imported.
    from alibabacloud_credentials.provider.cli_profile import CLIProfileCredentialsProvider
    from alibabacloud_credentials.provider.default import DefaultCredentialsProvider

    return CLIProfileCredentialsProvider(profile_name=profile) if profile else DefaultCredentialsProvider()
