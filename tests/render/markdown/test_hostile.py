"""Nothing from a configuration, a cloud or a branch is markup. The full size: `python -m tests.full markdown`."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from reconciler.core.review.checked import CheckedAspect, CheckedResource, CheckReport
from reconciler.render.markdown.comments import drift_issue, pending_comment
from reconciler.render.markdown.words import code, fence, prose
from tests.render.markdown.documents import CODE, KEY
from tests.render.markdown.full import Worker
from tests.render.markdown.hostile import MARKUP, NOW
from tests.render.markdown.rendered import parsed, skeleton, wrong

SIZE, PARTS = 600, 3


@pytest.mark.parametrize("part", range(PARTS))
def test_the_template_is_all_there_is(part: int) -> None:
    """The law that the suite's own docstring states."""
    each = SIZE // PARTS
    assert Worker()((part * each, (part + 1) * each))[1] == []


RAW = (
    *("@octocat", "#123", "see org/repo#1", "ABC-12", ":tada:", "a1b2c3d4", "www.example.com", "https://x.example"),
    *("tom@example.com", "[x](//x)", "![x](//x)", "<b>x</b>", "<!-- x -->", "*x*", "~~x~~", "$x$", "==x==", "^x^"),
    *("\n\n/approve", "\n\n# x", "\n\n1. x", "\n\n| a |\n|---|\n| b |", "\n\n---", "x\n===", "\n\n    x", "!12"),
)


@pytest.mark.parametrize("raw", RAW)
def test_what_is_raw_is_noticed(raw: str) -> None:
    """The law can fail: unescaped, each of these would be found; escaped, none is."""
    assert list(wrong(f"<!-- reconciler:plan -->\n- x {raw}"))
    assert list(wrong(f"<!-- reconciler:plan -->\n- x {prose(raw)}\n- x {code(raw)}")) == []


def test_what_leaves_its_place_is_noticed() -> None:
    """A fence that is too short, a code span that ends early, a tag in a summary."""
    fenced = "<!-- reconciler:plan -->\n```diff\n  x {}\n```"
    assert list(wrong(fenced.format("```"))) == []
    assert list(wrong(fenced.format("\n```\n<b>x</b>")))
    assert list(wrong("<!-- reconciler:plan -->\n- `x` <b>x</b>`"))
    assert list(wrong("<!-- reconciler:plan -->\n<details>\n<summary><i>x</i></summary>\n</details>"))
    assert list(wrong("- x"))
    shapes = [list(map(skeleton, parsed(f"- x\n- {more}"))) for more in ("x `y`", "x", "x\n- x")]
    assert shapes[0] == shapes[1] != shapes[2]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            "someone with phone +86 138****1234 must read out a code",
            "someone with phone `+86 138****1234` must read out a code",
        ),
        ("2 messages (1 sms, 1 email)", "2 messages (1 sms, 1 email)"),
        (
            "tom@example.com follows the links (acme/contact/tom)",
            "`tom@example.com` follows the links (`acme/contact/tom`)",
        ),
        ("write `removed: {x: …}` here.", "write `removed: {x: …}` here."),
        ("compared with abc1234, not more", "compared with `abc1234`, not more"),
        ("5. x", "`5`. x"),
        ("a ``` b", "a ```` ``` ```` b"),
        ("call 13812345678", "call `****5678`"),
        ("the people's own time", "the people's own time"),
        ("@a @b, @c", "`@a @b`, `@c`"),
    ],
)
def test_a_sentence_stays_one(text: str, shown: str) -> None:
    """Plain words stay words; what lies side by side and is none is one piece of code."""
    assert prose(text) == shown


def test_a_fence_is_longer_than_what_it_holds() -> None:
    """Even though nothing inside begins a line."""
    assert [fence([]), fence(["`"]), fence(["x", "a ```` b ```"])] == ["```", "```", "`````"]


def test_a_command_is_one_line() -> None:
    """Whole, unmasked, and whatever the folder it is for is called."""
    text = pending_comment([CODE], KEY, lambda *words: f"reconciler -C '13800001234\n```\n' {' '.join(words)}")
    assert f"\n  ````sh\n  reconciler -C '13800001234\\n```\\n' verify {CODE.address}\n  ````" in text
    assert list(wrong(text)) == []


def test_what_the_cloud_says_of_drift_is_no_markup() -> None:
    """A display name that is anything in the console stays within its line of the issue, which begins with no
    command."""
    texts = [drift(MARKUP), drift(["word"] * len(MARKUP))]
    assert list(wrong(texts[0])) == []
    shapes = [list(map(skeleton, parsed(text))) for text in texts]
    assert shapes[0] == shapes[1]


def drift(names: Sequence[str]) -> str:
    """A number for each display name."""
    status = CheckedAspect("status", "as_recorded", "CONNECTED")
    rows = [
        CheckedResource(
            at, "register", "registered", "changed", (status, CheckedAspect("name", "changed", name, "Acme"))
        )
        for at, name in ((f"acme/phone_number/n{place}", name) for place, name in enumerate(names))
    ]
    return drift_issue(CheckReport(NOW, 1, 1, tuple(rows)), "drift")
