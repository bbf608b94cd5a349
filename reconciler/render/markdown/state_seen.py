"""How far journals had come when a comment was written: a file that holds this line is what --expect takes."""

from __future__ import annotations

import json

from reconciler.core.journal.tip import Tips
from reconciler.render.markdown.words import fence, in_html

# Hexadecimal digits of a hash, which tells accidents from another: nobody who means harm is kept out by it.
TIP = 16
LONGEST = 8_000


def state_seen(tips: Tips) -> list[str]:
    """Folded; nothing where there are none, or so many that a saved plan or published state has to tell them."""
    line = json.dumps(
        {"": {name: [tip.lineage, tip.serial, tip.hash[:TIP]] for name, tip in tips.items()}}, separators=(",", ":")
    )
    if not tips or len(line) > LONGEST:
        return []
    summary = f"<summary>State seen, for {in_html('--expect')}</summary>"
    return [f"<details>\n{summary}\n\n{fence([line])}text\n  {line}\n{fence([line])}\n\n</details>"]
