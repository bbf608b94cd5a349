"""Writes the patterns of mobile numbers: `python -m tests.config.mobile_plans`, when phonenumbers has new plans."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, __version__

from reconciler.config.spaces import mobile_plans
from reconciler.config.spaces.numbering_plans import pattern

FILE = Path(mobile_plans.__file__).with_suffix(".json")


def document() -> dict[str, Any]:
    """The version of phonenumbers, and a pattern for each calling code that has mobile numbers."""
    patterns = {str(code): pattern(f"+{code}", "mobile").pattern for code in sorted(COUNTRY_CODE_TO_REGION_CODE)}
    return {"phonenumbers": __version__, "patterns": {code: each for code, each in patterns.items() if each != "(?!)"}}


if __name__ == "__main__":
    FILE.write_text(json.dumps(document(), indent=1) + "\n", "utf-8")
