"""`diff`: what one set of space files declares that another does not, before a change is promoted."""

from __future__ import annotations

import json

import pytest

from tests.stage.project import Done, Project

STAGING = """\
space: acme
space_id: cams-acme-staging
phone_numbers:
  support: {number: "+8613800001234", onboarding: register, display_name: Acme Support}
  sales: {number: "+8613800001235", onboarding: migrate}
contacts:
  tom: {email: tom@example.com, title: CEO, message_types: [FaultMessage, ServiceMessage]}
"""
SAME = """\
# The same, in another order, and with other identities.
contacts:
  tom:
    title: CEO
    message_types: [ServiceMessage, FaultMessage]
    email: tom@example.com
defaults: {locale: en_US}
phone_numbers:
  sales: {number: "+8613800009235", onboarding: migrate}
  support:
    display_name: Acme Support
    number: "+8613800009234"   # in the shop
    onboarding: register
space: acme
space_id: cams-acme
"""
OTHER = SAME.replace("Acme Support", "Acme Help").replace("  sales", "  desk").replace("CEO", "Other")
TEXT = """\
  ~ acme/contact/tom: differs
      title: CEO -> Other
  + acme/phone_number/desk: only in production
  - acme/phone_number/sales: only in staging
  ~ acme/phone_number/support: differs
      display_name: Acme Support -> Acme Help

Differences: 1 only on the left, 1 only on the right, 2 in both.
"""
MARKDOWN = """\
### Differences: `staging` and `production`

```diff
~ acme/contact/tom: differs
    title: CEO -> Other
+ acme/phone_number/desk: only in production
- acme/phone_number/sales: only in staging
~ acme/phone_number/support: differs
    display_name: Acme Support -> Acme Help
```

Differences: 1 only on the left, 1 only on the right, 2 in both.
"""
IDENTITIES = """\
  ~ acme: differs
      space_id: cams-acme-staging -> cams-acme
  ~ acme/phone_number/sales: differs
      number: +86 138****1235 -> +86 138****9235
  ~ acme/phone_number/support: differs
      number: +86 138****1234 -> +86 138****9234

Differences: 0 only on the left, 0 only on the right, 3 in both.
"""


def diff(project: Project, production: str, *more: str) -> Done:
    project.write("staging/acme.yaml", STAGING)
    project.write("production/acme.yml", production)
    return project.run("diff", "staging", "production", *more)


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_equal_in_meaning_is_no_difference(project: Project, form: str) -> None:
    """Another order, comments, defaults that say what holds anyway, and what is each environment's own."""
    done = diff(project, SAME, "--format", form, "--exit-code")
    assert (done.code, done.out.splitlines()[-1], done.err) == (0, "No differences.", "")


def test_what_is_each_environments_own_is_compared_when_asked_for(project: Project) -> None:
    """Space ids, and numbers, masked."""
    done = diff(project, SAME, "--identities")
    assert (done.code, done.out) == (0, IDENTITIES)


@pytest.mark.parametrize(("form", "shown"), [("text", TEXT), ("markdown", MARKDOWN)])
def test_what_differs_is_told(project: Project, form: str, shown: str) -> None:
    """By address: what only one of them has, and each value that is another one."""
    done = diff(project, OTHER, "--format", form)
    assert (done.code, done.out, done.err) == (0, shown, "")


def test_a_pipeline_reads_json(project: Project) -> None:
    """One row for each difference; with --exit-code the command exits 1."""
    done = diff(project, OTHER, "--json", "--exit-code")
    assert done.code == 1
    rows = json.loads(done.out)["differences"]
    assert {row["address"]: row["only"] for row in rows} == {
        "acme/contact/tom": None,
        "acme/phone_number/desk": "right",
        "acme/phone_number/sales": "left",
        "acme/phone_number/support": None,
    }
    assert rows[0]["values"] == [{"name": "title", "left": "CEO", "right": "Other"}]


def test_templates_are_compared_once_they_are_filled_in(project: Project) -> None:
    """A file that fills a template means what a plain one does."""
    body = STAGING.replace("space_id: cams-acme-staging\n", "").replace("Acme Support", '"${display}"')
    project.write("shop.yaml", f"parameters: {{display: {{}}}}\n{body}")
    filled = "template: ../shop.yaml\nvalues: {display: Acme Support}\nspace_id: cams-acme\n"
    assert diff(project, filled).out == "No differences.\n"


def test_environments_go_by_their_names(project: Project) -> None:
    """Wherever their files are."""
    live = 'live: {spaces: production/*.yml, account: "1234567890123456"}'
    environments = f'environments:\n  {live}\n  trial: {{spaces: staging/*.yaml, account: "6543210987654321"}}\n'
    project.write("reconciler.yaml", environments)
    diff(project, OTHER)
    shown = TEXT.replace("staging", "trial").replace("production", "live")
    done = project.run("diff", "trial", "live")
    assert (done.code, done.out, done.err) == (0, shown, "")


def test_what_cannot_be_read_is_not_compared(project: Project) -> None:
    """A folder that is not there, one outside, and files with problems: each is told, and nothing is compared."""
    assert diff(project, "space: {").err.startswith("error[yaml-syntax] production/acme.yml:")
    for named, code in (("elsewhere", "file-missing"), ("../elsewhere", "file-outside")):
        done = project.run("diff", "staging", named)
        assert (done.code, done.out) == (1, "")
        assert done.err.startswith(f"error[{code}] {named}:1:1: ")
