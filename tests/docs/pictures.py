"""Draws the pictures of docs/pictures: `python -m tests.docs.pictures`. Every word in them is what commands print.

A small project is played against a local cloud. What differs from run to run is put in place: times, and the digest.
"""

from __future__ import annotations

import html
import re
import tempfile
from collections.abc import Callable, Mapping
from functools import reduce
from hashlib import sha256
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple

from rich.console import Console, RenderableType
from rich.markdown import Markdown
from rich.padding import Padding
from rich.terminal_theme import DEFAULT_TERMINAL_THEME, SVG_EXPORT_THEME, TerminalTheme
from rich.text import Text
from rich.theme import Theme

from tests.stage.cloud import Cloud, serving
from tests.stage.project import Project

PICTURES = Path(__file__).parents[2] / "docs/pictures"
# The longest line of a plan, in a block of code, in a margin.
COLUMNS = 100

SPACE = "space: acme\nspace_id: cams-kei8s9d0\nphone_numbers:\n"
BEFORE = '  desk: {number: "+8613800005678", onboarding: register, display_name: Acme Desk, on_remove: deregister}\n'
AFTER = """\
  support: {number: "+8613800001234", onboarding: register, display_name: Acme Support}
  sales: {number: "+6281234567890", onboarding: migrate, locale: id}
"""
FIXED = (
    (r"last changed .*", "last changed 2 days ago"),
    (r"\b(\d{4}-\d\d-\d\d )?\d\d:\d\d\b", "10:31"),
    (r"\b[0-9a-f]{64}\b", sha256(b"reconciler").hexdigest()),
    (r'\["[0-9a-f-]{16,}",(\d+),"[0-9a-f]{16}"\]', r'["2b1f0c9d7e6a4f58",\1,"9c0d2e4f6a8b1c3d"]'),
)

# No font is fetched and no address named: a picture is whole in itself.
FRAME = """\
<svg viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
text {{ font-family: Menlo, Consolas, "DejaVu Sans Mono", monospace }}
.{unique_id}-matrix {{ font-size: {char_height}px }}
.{unique_id}-title {{ font-size: 17px; font-family: system-ui, "DejaVu Sans", sans-serif }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal"><rect width="{terminal_width}" height="{terminal_height}"/></clipPath>
{lines}
</defs>
CHROME
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix" xml:space="preserve">
{matrix}
</g>
</g>
</svg>
"""
COMMENT = """\
<clipPath id="{unique_id}-frame"><rect width="100%" height="100%" rx="10"/></clipPath>
<g clip-path="url(#{unique_id}-frame)">
<rect width="100%" height="100%" fill="PAGE" stroke="EDGE" stroke-width="3" rx="10"/>
<rect x="1.5" y="1.5" width="100%" height="35" fill="BAR"/>
<text class="{unique_id}-title" x="18" y="26" fill="FAINT"><tspan font-weight="bold"
fill="INK">github-actions</tspan> commented</text>
</g>"""


class Look(NamedTuple):
    """How a reader has set the browser. chrome: word of COMMENT -> colour. code: behind code, and its style."""

    terminal: TerminalTheme
    paper: TerminalTheme
    chrome: Mapping[str, str]
    code: tuple[str, str]


LIGHT = Look(
    DEFAULT_TERMINAL_THEME,
    TerminalTheme((255, 255, 255), (31, 35, 40), [(31, 35, 40)] * 8),
    {"PAGE": "#ffffff", "EDGE": "#d0d7de", "BAR": "#f6f8fa", "FAINT": "#59636e", "INK": "#1f2328"},
    ("#eff1f3", "default"),
)
DARK = Look(
    SVG_EXPORT_THEME,
    TerminalTheme((13, 17, 23), (230, 237, 243), [(230, 237, 243)] * 8),
    {"PAGE": "#0d1117", "EDGE": "#3d444d", "BAR": "#151b23", "FAINT": "#9198a1", "INK": "#f0f6fc"},
    ("#262c36", "github-dark"),
)


def played() -> dict[str, str]:
    """What each command printed, by picture."""
    with tempfile.TemporaryDirectory() as scratch, serving(Path(scratch)) as cloud:
        project = Project(Path(scratch), {**cloud.environment, "FORCE_COLOR": "1"})
        try:
            return {name: timeless(text) for name, text in _story(project, cloud).items()}
        finally:
            project.close()


def _story(project: Project, cloud: Cloud) -> dict[str, str]:
    cloud.tell("numbers", number="+6281234567890", state="elsewhere")
    project.write("spaces/acme.yaml", SPACE + BEFORE)
    project.run("apply", "--auto-approve", "--no-input")
    project.run("verify", "acme/phone_number/desk", given=cloud.code("+8613800005678"))
    project.write("spaces/acme.yaml", SPACE + AFTER)
    return {
        "plan": _typed(project, "plan", "--out", "plan.out"),
        "comment": project.run("show", "plan.out", "--format", "markdown").out,
        "pause": _typed(project, "apply", "plan.out", "--no-input"),
    }


def _typed(project: Project, *words: str) -> str:
    """As it stands in a terminal, without progress; and the exit code, where it says something."""
    done = project.run(*words)
    code = f"$ echo $?\n{done.code}\n" if done.code else ""
    return f"$ {' '.join(['reconciler', *words])}\n{done.out}{code}"


def timeless(text: str) -> str:
    for pattern, instead in FIXED:
        text = re.sub(pattern, instead, text)
    return text


def _terminal(text: str, look: Look) -> str:
    return _drawn(Text.from_ansi(text.rstrip()), look, look.terminal, "{chrome}")


def _comment(text: str, look: Look) -> str:
    chrome = reduce(lambda text, each: text.replace(*each), look.chrome.items(), COMMENT)
    return _drawn(Markdown(opened(text), code_theme=look.code[1]), look, look.paper, chrome)


def opened(text: str) -> str:
    """With the details open, as a reader who clicked on them sees it."""
    text = re.sub(r"<details>\n<summary>(.*)</summary>", lambda found: f"▾ {html.unescape(found[1])}", text)
    return re.sub(r"</?code>", "`", text).replace("</details>", "")


def _drawn(shown: RenderableType, look: Look, theme: TerminalTheme, chrome: str) -> str:
    ink = Theme({"markdown.code": f"on {look.code[0]}", "markdown.item.bullet": "none", "markdown.h3": "bold"})
    asked: dict[str, Any] = {"force_terminal": True, "color_system": "truecolor", "theme": ink, "_environ": {}}
    console = Console(record=True, file=StringIO(), width=COLUMNS, **asked)
    console.print(Padding(shown, 1))
    frame: dict[str, Any] = {"code_format": FRAME.replace("CHROME", chrome), "font_aspect_ratio": 0.602}
    svg = console.export_svg(title="", theme=theme, unique_id="drawn", **frame)
    return "\n".join(line.rstrip() for line in svg.splitlines()) + "\n"


DRAWN: Mapping[str, Callable[[str, Look], str]] = {"plan": _terminal, "comment": _comment, "pause": _terminal}
LOOKS = {"": LIGHT, "-dark": DARK}


def pictures() -> dict[str, str]:
    """Name -> SVG."""
    texts = played()
    return {f"{name}{end}": draw(texts[name], look) for name, draw in DRAWN.items() for end, look in LOOKS.items()}


if __name__ == "__main__":
    PICTURES.mkdir(exist_ok=True)
    for name, svg in pictures().items():
        (PICTURES / f"{name}.svg").write_text(svg, encoding="utf-8")
