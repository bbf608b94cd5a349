"""The page about the local cloud: its endpoints with an example each, its faults, its settings."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields
from typing import Any, get_args, get_type_hints

from reconciler.sandbox.settings import Settings
from reconciler.sandbox.unknown import Unknown

HEAD = """\
# The sandbox: a local cloud

`reconciler sandbox` serves both products over real HTTP on 127.0.0.1, with made-up phones and mailboxes. It checks
signatures, keeps the documented limits, and sends "messages" that you read on its own page. Nothing reaches a real phone or the
real cloud.

```sh
reconciler sandbox --env --ready-file sandbox.env &
until [ -s sandbox.env ]; do sleep 0.1; done
. ./sandbox.env                     # exports RECONCILER_ENDPOINT, ALIBABA_CLOUD_ACCESS_KEY_ID and …_SECRET
reconciler plan
```

Without `--env` the same facts are one line of JSON (`url`, `access_key_id`, `access_key_secret`), for programs. With `--data DIR` the
world survives a restart; without it, it is gone when the sandbox stops. SIGTERM or Ctrl-C stops it. A journal that was
written against a sandbox is refused against the real cloud, and the other way round.

Open the url in a browser: the page lists the codes that were sent, a button for each link that can be followed, and the purchase
codes of pre-validated numbers. It renews itself every five seconds.

The examples below use `$RECONCILER_ENDPOINT`:

```sh
curl -s $RECONCILER_ENDPOINT/_sandbox/inbox | jq -r '.messages[-1].code'                       # the newest code
curl -s $RECONCILER_ENDPOINT/_sandbox/confirm --json '{"to": "tom@example.com"}'               # Tom follows his link
curl -s $RECONCILER_ENDPOINT/_sandbox/numbers --json '{"number": "+6581234567", "state": "prevalidated"}' # buy a number
curl -s $RECONCILER_ENDPOINT/_sandbox/signups --json '{"number": "+6581234567", "space": "cams-glo4x7q2"}' # sign it up in the browser
```

## Endpoints

They belong to the sandbox, not to the cloud: `reconciler` calls none of them, apart from `demo`, `rehearse` and `test`, which act for the people.
Answers are JSON. A body is a JSON object. A request with a mistake is answered 400 with `{"error": …}`, and changes nothing.
Requests from another host or origin are answered 403, so that no other web page can use them.
"""
# Path -> what it answers.
GET = {
    "/": "the page, as HTML",
    "/_sandbox/inbox": "`messages`, oldest first, each with `to`, `channel` (`sms`, `voice`, `email`), `operation`, `code`, `link`, `at`; a link has no code",
    "/_sandbox/ledger": "`calls`, oldest first, each with `operation`, `space`, `to`, `result`, `nonce`, `arrived` (by which the rate limit counts), `at` (when it was executed), refused ones too; `messages`, how many; `violations`, promises that a client broke (see below)",
    "/_sandbox/sessions": "`sessions`: each with the `role` that was assumed, the token's `claims`, how many `calls` were let in with its keys, and when they expire; a restart ends them",
    "/_sandbox/world": "`settings`; `truth`, the real status of each number and contact, whatever a read of the cloud shows; `contrary`, and if it is, `seed`, `drawn` and `line`",
}
# Path -> a body, what it does.
POST: dict[str, tuple[dict[str, Any], str]] = {
    "numbers": (
        {"number": "+6581234567", "state": "prevalidated"},
        "Sets a number up. `state`: `elsewhere` (another provider has it, to be migrated), `prevalidated` (bought; answers with its `purchase_code`), `verified` or `unverified` (in the `space` that is named)",
    ),
    "signups": (
        {"number": "+8613800009999", "space": "cams-kei8s9d0"},
        "Somebody signs a number up in the browser: the space has it from then on, verified and not registered; `display_name` may be named",
    ),
    "spaces": (
        {"space": "cams-kei8s9d0", "account": "pending"},
        "Sets the review status of the space's WhatsApp account: `approved`, `pending`, `rejected` or `none`; and its `name`",
    ),
    "confirm": (
        {"to": "tom@example.com"},
        "The person at this address follows the newest link sent there; `confirmed` says for how many contacts",
    ),
    "allow": (
        {"to": "+8613800001234", "messages": 1},
        "Tells the ledger that somebody asked for more messages to this address, so that they are no violation",
    ),
    "clock": (
        {"advance_s": 172800},
        "Moves the world's clock forward, here by two days; codes expire and daily caps are reset. `offset_s` is the sum",
    ),
    "settings": ({"code_tries": 1}, "Changes settings (see below)"),
    "roles": (
        {
            "role": "acs:ram::1234567890123456:role/numbers-apply",
            "provider": "acs:ram::1234567890123456:oidc-provider/github",
            "issuer": "https://token.actions.githubusercontent.com",
            "audience": "sts.aliyuncs.com",
            "subject": "repo:acme/phones:environment:production",
            "secret": "shared",
        },
        "A RAM role that `AssumeRoleWithOIDC` gives temporary keys for: for a token with these claims that is signed with `secret` (HS256). `lasts_s`: how long the keys are valid at most",
    ),
    "faults": (
        {"operation": "GetChatappVerifyCode", "fault": "drop_after", "times": 1},
        "The next `times` calls of the operation (`*`: of any) meet this fault",
    ),
    "reset": ({}, "Empties the world, the ledger, faults and settings; the access key stays"),
    "recorded": (
        {"numbers": [], "contacts": [], "purchases": ["+6581234567"], "sent": []},
        "Sets up a world as a journal records it, as `rehearse` does; answers with the codes that are waited for",
    ),
    "console": (
        {"contact": "Tom", "do": "update", "fields": {"Title": "CEO"}},
        "Somebody works in the console. `do` to a `number`: `deregister`, `remove`, `move` (to a `space`), `rename` (to a `name`), `verify`, `unverify`, `connect`, `set` (`fields` of its settings), `show` (fields of its `row` in the listing); to a `contact`: `remove`, `update` (`fields`), `confirm`, `unbind` (`members`)",
    ),
    "followed": ({}, "Where only a redirect leads (the fault `redirect`): the ledger counts a violation"),
}
# Fault -> what the call meets.
FAULTS = {
    "drop_before": "the connection is closed; nothing was done",
    "drop_after": "it is done, then the connection is closed",
    "throttle": "refused as `Throttling.User`; nothing was done",
    "error:Contact.AlreadyExists": "refused with this code; nothing was done",
    'says:500:{"Code": "InternalError"}': "it is done, then answered with this HTTP status and JSON",
    "delay:2.5": "done and answered 2.5 seconds later",
    "late:2.5": "done at once, answered 2.5 seconds later",
    "garbage": "done, then answered with a JSON that is cut off; also `garbage:html`, `garbage:empty`, `garbage:huge`",
    "redirect": "answered with a redirect; nothing was done",
}
# Invariant -> what breaks it.
VIOLATIONS = {
    "I1": "a message that was neither due nor allowed",
    "I2": "a code was asked for while one was open, and nobody allowed it",
    "I3": "a step that creates, consumes or registers was called again after its success was delivered",
    "I11": "more calls of one operation in a second than documented",
    "I12": "a message was asked for after the daily cap was reported, before its reset",
    "I13": "more than three codes were submitted since the last message",
    "redirect": "a redirect was followed",
}
# The settings that are documented figures: what no document tells is on the page of contrary worlds.
MEANS = {
    "calls_per_second": "calls a second of each operation; 0: no limit",
    "contact_messages_per_day": "messages to contacts a day; 0: no limit",
    "code_messages_per_day": "codes a day; 0: no limit",
    "watched_calls_per_second": "what I11 is measured against, whatever the limit is",
    "watched_code_tries": "what I13 is measured against, whatever the limit is",
    "code_lifetime_s": "seconds until a code expires",
    "code_tries": "wrong codes until a code is worthless",
    "verification_holds_s": "seconds that a verification lasts",
    "registrations": "registrations of a number within the window",
    "registrations_window_s": "the window, in seconds",
    "deletion_s": "seconds that deleting a contact takes, where it takes time",
    "deletions_fail": "whether deleting a contact fails",
    "lost_share": "the share of calls that are done and never answered, by chance: 0.1 is a tenth",
    "account": "the id of the account that the access key belongs to, as `GetCallerIdentity` answers it",
}


def sandbox() -> Iterator[str]:
    yield from HEAD.splitlines()
    yield from ("", "| GET | answers |", "|---|---|")
    yield from (f"| `{path}` | {what} |" for path, what in GET.items())
    yield from ("", "| POST `/_sandbox/…` | body, for example | does |", "|---|---|---|")
    yield from (f"| `{path}` | `{json.dumps(body)}` | {what} |" for path, (body, what) in POST.items())
    yield from ("", "## Faults", "", "| fault | what the call meets |", "|---|---|")
    yield from (f"| `{fault}` | {what} |" for fault, what in FAULTS.items())
    yield from (
        "",
        "## Violations",
        "",
        "The ledger watches the promises that a cloud can see. It never refuses a call for them.",
        "",
    )
    yield from ("| `invariant` | broken by |", "|---|---|")
    yield from (f"| `{name}` | {what} |" for name, what in VIOLATIONS.items())
    yield from _settings()


def _settings() -> Iterator[str]:
    yield from ("", "## Settings", "", "Seconds and days are those of the world's clock.", "")
    yield from ("| setting | default | what it is |", "|---|---|---|")
    unknown = {each.name for each in fields(Unknown)}
    documented = [each for each in fields(Settings) if each.name not in unknown]
    yield from (f"| `{each.name}` | `{json.dumps(each.default)}` | {MEANS[each.name]} |" for each in documented)
    yield ""
    yield "The others decide questions that no document answers. [contrary.md](contrary.md) says which question each one answers."
    yield from ("", "| setting | default | other values |", "|---|---|---|")
    hints = get_type_hints(Settings)
    for each in fields(Unknown):
        others = ", ".join(f"`{json.dumps(value)}`" for value in get_args(hints[each.name]) if value != each.default)
        yield f"| `{each.name}` | `{json.dumps(each.default)}` | {others or f'any {hints[each.name].__name__}'} |"
