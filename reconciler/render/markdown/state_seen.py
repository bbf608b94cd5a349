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
    return [folded_details("State seen, for", "--expect", line)]


def folded_details(what: str, option: str, text: str) -> str:
    summary, ticks = f"<summary>{what} {in_html(option)}</summary>", fence([text])
    return f"<details>\n{summary}\n\n{ticks}text\n  {text}\n{ticks}\n\n</details>"
