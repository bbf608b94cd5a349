"""The inbox as an HTML page: messages, links to follow, purchase codes. All text is escaped."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from html import escape

from reconciler.sandbox.world import Message

POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="5">
<title>Sandbox inbox</title>
<style>
:root {{ color-scheme: light dark }}
body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 48rem; margin: 2rem auto; padding: 0 1rem }}
li {{ border-top: 1px solid color-mix(in srgb, currentColor 20%, transparent); padding: .75rem 0 }}
li:target {{ outline: 2px solid; outline-offset: .25rem }}
ol {{ list-style: none; padding: 0 }}
strong {{ font-size: 1.5rem; font-variant-numeric: tabular-nums }}
small {{ opacity: .7 }}
button {{ font: inherit }}
form {{ margin: 0 }}
</style>
</head>
<body>
<h1>Sandbox inbox</h1>
<p>What the sandbox's cloud has sent to people, newest first. Nothing here ever reached a real phone.</p>
{messages}
<h2>Purchase codes</h2>
<p>Of pre-validated numbers that were bought, with <code>POST /_sandbox/numbers</code> for example.</p>
{purchases}
</body>
</html>
"""


def render(messages: Sequence[Message], linked: Collection[str], purchases: Mapping[str, str]) -> str:
    """The page. messages: oldest first. linked: addresses whose newest link can be followed. purchases: number ->
    purchase code."""
    items = [_item(position, message, linked) for position, message in enumerate(messages, start=1)]
    bought = [_purchase(number, code) for number, code in purchases.items()]
    return _PAGE.format(
        messages=_list(items[::-1], "No messages yet."), purchases=_list(bought, "No numbers were bought yet.")
    )


def _list(items: Sequence[str], none: str) -> str:
    return "<ol>\n" + "\n".join(items) + "\n</ol>" if items else f"<p>{none}</p>"


def _item(position: int, message: Message, linked: Collection[str]) -> str:
    told = f"{escape(message.channel)} to {escape(message.to)}"
    source = f"<small>{escape(message.operation)}, {escape(message.at)}</small>"
    content = f"<strong>{escape(message.code)}</strong>" if message.code else _link(message.to, message.to in linked)
    return f'<li id="message-{position}">{told}<br>{content}<br>{source}</li>'


def _link(to: str, waits: bool) -> str:
    if not waits:
        return "a link, which was followed or is no longer valid"
    field = f'<input type="hidden" name="to" value="{escape(to)}">'
    return f'<form method="post" action="/_sandbox/confirm">{field}<button>follow the link</button></form>'


def _purchase(number: str, code: str) -> str:
    return f"<li>purchase code of {escape(number)}<br><strong>{escape(code)}</strong></li>"
