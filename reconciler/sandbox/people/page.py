"""The inbox as a page: what reached people, and the links they may follow. It must never show unescaped text."""

from __future__ import annotations

from collections.abc import Sequence
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
</body>
</html>
"""


def render(messages: Sequence[Message]) -> str:
    """The whole page; messages oldest first."""
    items = [_item(position, message) for position, message in enumerate(messages, start=1)]
    listed = "<ol>\n" + "\n".join(reversed(items)) + "\n</ol>" if items else "<p>No messages yet.</p>"
    return _PAGE.format(messages=listed)


def _item(position: int, message: Message) -> str:
    told = f"{escape(message.channel)} to {escape(message.to)}"
    source = f"<small>{escape(message.operation)}, {escape(message.at)}</small>"
    content = f"<strong>{escape(message.code)}</strong>" if message.code else _follow(message.to)
    return f'<li id="message-{position}">{told}<br>{content}<br>{source}</li>'


def _follow(to: str) -> str:
    field = f'<input type="hidden" name="to" value="{escape(to)}">'
    return f'<form method="post" action="/_sandbox/confirm">{field}<button>follow the link</button></form>'
