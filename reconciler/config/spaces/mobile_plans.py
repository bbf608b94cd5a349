"""Mobile numbers in E.164 that clearly fit the numbering plan of their country.

mobile_plans.json has a pattern for each calling code, of the plans of phonenumbers, which then need not be imported.
`python -m tests.config.mobile_plans` writes it. If a pattern does not match, phonenumbers decides.
"""

from __future__ import annotations

import json
import re
from functools import cache, lru_cache
from pathlib import Path

_NEVER = re.compile("(?!)")


@lru_cache(1)  # of each number it is asked twice
def is_mobile(number: str) -> bool:
    """Whether a number is clearly mobile. Where a plan does not tell mobiles from landlines, such as +1, each number
    of it is."""
    return _pattern(number[:4]).fullmatch(number) is not None


@cache
def _pattern(begin: str) -> re.Pattern[str]:
    """Mobile numbers of the country whose calling code these digits begin with, after the plus."""
    found = (plan for end in (2, 3, 4) if (plan := _plans().get(begin[1:end])))
    return next(map(re.compile, found), _NEVER)


@cache
def _plans() -> dict[str, str]:
    """Calling code -> pattern. No calling code is the beginning of another."""
    plans: dict[str, str] = json.loads(Path(__file__).with_suffix(".json").read_bytes())["patterns"]
    return plans
