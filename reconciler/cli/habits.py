"""Terraform's habits: its one-dash options are accepted where we have the same option, and its other verbs get a hint.

Checked before the options are parsed: none of our own begins with a single dash and several letters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import click

_OPTION = re.compile(r"-([a-z]{2}[a-z-]*)(?:=(.*))?", re.DOTALL)
RENAMED = {"lock-timeout": "--lock-wait", "chdir": "-C"}
"""Terraform's option -> ours, where the name differs. The others are ours with a second dash."""
DENIED = {"input": "--no-input"}
"""Options that Terraform's users switch off -> ours that does so. Switched on they say nothing."""
UNSAID = {"compact-warnings"}
_REFRESH = "`plan --refresh-only` shows what was changed outside; `apply --refresh-only` records it."
_INIT = "There is nothing to fetch: `reconciler init` writes the first files of a project."
_VARIABLES = (
    "What differs from space to space are the `values:` of a template; `reconciler render` shows what comes of them."
)
_WORKSPACE = "Environments are named in reconciler.yaml: `reconciler plan --environment NAME`."
_REPLACE = "`reconciler apply --replace ADDRESS` makes it again; `verify ADDRESS --resend` asks for another code."
OPTIONS = {
    "parallelism": "Calls keep to the account's pace: `limits.calls_per_second` in reconciler.yaml.",
    "var": _VARIABLES,
    "var-file": _VARIABLES,
    "lock": "No run goes without its lease; `--lock-wait 5m` waits for another run to end.",
    "backup": "Each change of state by hand makes a backup of its own.",
    "backend-config": "Say where state is kept: `--state URL`, RECONCILER_STATE, or `state:` in reconciler.yaml.",
}
VERBS = {
    "get": _INIT,
    "refresh": _REFRESH,
    "taint": _REPLACE,
    "untaint": _REPLACE,
    "workspace": _WORKSPACE,
    "console": "`reconciler show --json PLANFILE | jq` answers questions about a plan.",
    "graph": "`reconciler plan --full` lists the calls of each change in their order.",
    "providers": "There are none to choose: `reconciler ram-policy` prints the permissions that a verb needs.",
    "login": "Credentials are the cloud's own: ALIBABA_CLOUD_ACCESS_KEY_ID, a profile, a role, or OIDC.",
}


def in_our_words(words: Sequence[str]) -> Iterator[str]:
    """The command line as our own options say it. Raises click.UsageError for an option that has none here."""
    for place, word in enumerate(words):
        if word == "--":
            yield from words[place:]
            return
        found = _OPTION.fullmatch(word)
        yield from _ours(found[1], found[2]) if found else (word,)


def _ours(name: str, value: str | None) -> Iterator[str]:
    if name in OPTIONS:
        raise click.UsageError(f"No such option: -{name}. {OPTIONS[name]}")
    if name in DENIED:
        yield from [DENIED[name]] * (value == "false")
    elif name not in UNSAID and value != "false":  # that is a flag switched off
        yield RENAMED.get(name, f"--{name}")
        if value and value != "true":
            yield value
