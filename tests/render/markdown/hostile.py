"""Plans and outcomes whose every free text wants to be more than text, and the same ones with harmless words.

What is free is what no form holds to a shape where it is read: addresses, kinds, phases and times are not.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from random import Random
from typing import Any

from reconciler.core.outcome import EXITS, Challenge, Outcome
from reconciler.core.plan.change import Change, Plan, Removal, SpacePlan, Unchanged
from reconciler.errors import ERRORS, Problem
from reconciler.kinds import KINDS
from reconciler.kinds.table import Kind
from reconciler.render import mask
from tests.fuzz.hostile import text as anything

NOW = "2026-11-20T10:31:00.000Z"
OWN, ADDRESS = "+8613812345678", "acme/phone_number/support"
Said = Callable[[], str]

MARKUP = (
    *("@octocat", "@org/team", "a@octocat", "#123", "org/repo#1", "GH-1", "ABC-12", "!12", "$5", "%3", "~bug", "&4"),
    *("a1b2c3d", "deadbeef", "don'fadedbe", "a'ffffffa'b", "1234567", "0" * 40, "www.example.com"),
    *("https://x.example/a", "<https://x.example>"),
    *("tom@example.com", "mailto:x@y.example", "javascript:x", "//x.example", "ftp://x.example", "x.example", "a.b/c"),
    *("[x](https://x.example)", "[x][1]", "[1]: //x.example", "![x](//x.example)", "[x]", "[^1]", "[^1]: x", "[[x]]"),
    *("<img src=x onerror=y>", "</details>", "<h1>x</h1>", "</code></pre>", "</summary>", "</li></ul>", "<a href=x>"),
    *("<!-- x", "-->", "--!>", "<!-- reconciler:plan -->", "<![CDATA[x]]>", "<?x?>", "<!X>", "<", ">", "<x", "</x"),
    *(":tada:", ":x:", "/approve", "/merge", "/lgtm", "atlantis apply", "bors r+", "@dependabot merge", "::set-output"),
    *("*x*", "**x**", "_x_", "__x__", "~~x~~", "==x==", "^x^", "~x~", "++x++", "||x||", ">!x!<", "[x(y)]", "$x$", "$$"),
    *("- x", "+ x", "* x", "- [x] x", "1. x", "1) x", "5.", "# x", "===", "---", "***", "> x", "> [!NOTE]"),
    "| a | b |",
    *("|---|---|", "*[HTML]: x", ": y", "{- x -}", "{+ y +}", "[[_TOC_]]", "%{sha}", "#ff0000", "    x", "\tx", "  "),
    *("`", "``", "```", "````", "` `", "a`b``c```d", "`x", "x`", "`@octocat`", "`` ` ``", "```diff", "~~~", "`" * 250),
    *("\\", "\\`", "\\\\`", "\\@x", "&lt;x&gt;", "&#60;x&#62;", "&commat;x", "\u00a0@x", "\uff20x", "x\u3000@y", "("),
    ")",
    *('"', "'", "(@x)", "'@x'", '"#1"', "(`@x`)", "`@x`.", "@x,", "#1.", "...", "!", "!x", "@" * 250, "<" * 250),
    "王" * 99,
)
JOINTS = ("", " ", " ", "\n", "\n\n", "`", "``", "\\", "](")


def hostile(random: Random) -> Said:
    def text() -> str:
        if random.random() < 0.3:
            return anything(random)
        return random.choice(JOINTS).join(random.choices(MARKUP, k=random.choice((1, 1, 2, 3, 5))))

    return text


def harmless() -> Said:
    """Another word each time."""
    numbers = count(1)
    return lambda: f"word {'x' * next(numbers)}"


def plan(random: Random, text: Said) -> Plan:
    spaces = tuple(_space(random, text) for _ in range(random.randrange(4)))
    refusals = tuple(problem(random, text) for _ in range(random.choice((0, 0, 1, 3))))
    since = None if spaces else random.choice((None, Unchanged(text(), 3), Unchanged(text(), 3, 2)))
    return Plan(text(), spaces, refusals, since=since)


def _space(random: Random, text: Said) -> SpacePlan:
    changes = tuple(_change(random, text) for _ in range(random.randrange(3)))
    return SpacePlan(text(), text(), text(), text(), changes, random.randrange(3), 2, NOW)


def _change(random: Random, text: Said) -> Change:
    contact = random.random() < 0.4
    facts: dict[str, Any] = {name: text() for name in ("display_name", "email", "title", "method", "locale")}
    facts |= {"phone": OWN, "message_types": [text(), text()]}
    key = text() if contact else OWN
    kind = KINDS["contact" if contact else random.choice(("register", "migrate", "prevalidated"))]
    facts |= {"number": key, "name": key, "email": f"x {facts['email']}"}  # an empty one is asked for nothing
    return Change(
        "acme/contact/tom" if contact else ADDRESS,
        kind.name,
        key,
        random.choice(("create", "update", "replace", "delete", "forget", "move")),
        text(),
        facts,
        facts,
        differences=(("title", text(), text()), ("phone", OWN, None), ("message_types", None, [text()])),
        previous=random.choice(("", "acme/contact/amy")),
        phase=random.choice(("", *kind.steps)),
        requested_at=random.choice(("", NOW)),
        in_doubt=random.random() < 0.5,
        parked=random.random() < 0.3,
        removal=random.choice((None, _removal(random, text, kind, key))),
    )


def _removal(random: Random, text: Said, kind: Kind, key: str) -> Removal:
    door = random.choice(("", *kind.ways_out.values()))
    return Removal(text(), ADDRESS, kind.name, key, 1, text(), door, text())


def problem(random: Random, text: Said) -> Problem:
    return Problem(random.choice(sorted(ERRORS)), text(), None, text(), f"x {text()}")


def rehearsal(random: Random, text: Said) -> list[str]:
    return [f"Calls:        {mask.text(text())}" for _ in range(random.choice((0, 0, 3)))]


def notes(random: Random, text: Said) -> list[str]:
    return [f"x {text()}" for _ in range(random.choice((0, 0, 1, 12)))]


def challenge(random: Random, text: Said) -> Challenge:
    kind: Any = random.choice(("code", "confirmation", "time"))
    whom = random.choice((OWN, f"+{text()}", "tom@example.com", text()))
    doubt, parked = random.random() < 0.5, random.random() < 0.3
    return Challenge(ADDRESS, whom, kind, text(), random.choice(("", NOW)), 1, 1, doubt, parked, text())


def outcome(random: Random, text: Said) -> Outcome:
    said: Any = random.choice(["done", *(result for result, _ in EXITS)])
    why = random.choice((None, problem(random, text)))
    waits = random.choice((None, challenge(random, text)))
    return Outcome(ADDRESS, "create", said, why, waits, random.choice(("", NOW)), random.choice(("", f"x {text()}")))
