"""Every verb that a second process may run beside a first one, with words that make it do something.

`sandbox` does not end by itself, `demo` brings a state of its own, `schema` reads nothing.
"""

from __future__ import annotations

from tests.stage.project import APPLY

TARGET = "acme/phone_number/sales"
VERBS: tuple[tuple[str, ...], ...] = (
    ("version",),
    ("ram-policy", "apply"),
    ("validate",),
    ("plan", "--out", "plan.out"),
    ("show", "plan.out"),
    ("plan", "check", "plan.out"),
    ("rehearse", "plan.out"),
    ("comment", "github", "plan.out"),
    ("spaces",),
    ("pending",),
    ("pending", "--json"),
    ("check",),
    ("output",),
    ("log",),
    ("state", "list"),
    ("state", "show", TARGET),
    ("state", "history"),
    ("state", "check"),
    ("state", "pull"),
    ("state", "push", "backup.json"),
    ("state", "accept"),
    ("state", "recover"),
    ("force-unlock", "acme", "abcdefabcdef"),
    (*APPLY, "--space", "other"),
    (*APPLY, "--space", "acme"),
    ("verify", TARGET),
    ("verify", "-"),
    ("state", "prune"),
    ("state", "mv", "other/phone_number/desk", "other/phone_number/bureau"),
    ("state", "rm", "--auto-approve", "other/phone_number/bureau"),
    ("state", "migrate", "--to", "sqlite:elsewhere.db"),
)
