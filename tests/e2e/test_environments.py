"""Environments: one configuration, several accounts; each with its spaces, its state, its guards."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.stage.cloud import Cloud
from tests.stage.plans import unpacked
from tests.stage.project import APPLY, GLOBEX, SALES, SUPPORT, Project, registered

STAGING, PRODUCTION = "1234567890123456", "6543210987654321"
SETTINGS = f"""guards: {{max_messages: 9}}
environments:
  staging:
    spaces: environments/staging/*.yaml
    account: "{STAGING}"
    guards: {{max_delete_percent: 50}}
  production:
    spaces: environments/production/*.yaml
    account: "{PRODUCTION}"
    protect: true
"""


UNCHOSEN = """error[no-environment] reconciler.yaml has the environments staging, production
  hint: Choose one with --environment NAME or RECONCILER_ENVIRONMENT.
"""
PROTECTED = """error[protected-environment] --auto-approve was given, and production is protected
  hint: Add --environment production beside it.
"""


def space(name: str, id: str, number: str) -> str:
    return f"space: {name}\nspace_id: {id}\nphone_numbers:\n{registered('support', number)}"


@pytest.fixture
def both(project: Project, cloud: Cloud) -> Project:
    """Two environments, each with a space that has the same name; the credentials are those of staging."""
    project.write("reconciler.yaml", SETTINGS)
    project.write("environments/staging/acme.yaml", space("acme", "cams-stag", SUPPORT))
    project.write("environments/production/acme.yaml", space("acme", "cams-prod", SALES))
    cloud.tell("settings", account=STAGING)
    return project


def code_of(done: Any) -> str:
    return str(done.err.partition("[")[2].partition("]")[0])


def test_all_are_validated_and_one_is_chosen(both: Project) -> None:
    """`validate` checks every environment; whatever else reads spaces wants to know which, and names a near one."""
    assert both.run("validate").out == "Valid: 2 spaces, 2 resources.\n"
    assert both.run("validate", "--environment", "staging").out == "Valid: 1 space, 1 resource.\n"
    for verb in ("plan", "pending", "log"):
        done = both.run(verb)
        assert (done.code, done.err) == (64, UNCHOSEN)
    done = both.run("plan", "--environment", "stagin")
    assert (done.code, done.err.splitlines()[-1]) == (64, "  hint: Did you mean `staging`?")
    assert "max_messages 9, max_delete_percent 50" in both.run("plan", RECONCILER_ENVIRONMENT="staging").out
    assert "max_messages 9, max_delete_percent 30" in both.run("plan", RECONCILER_ENVIRONMENT="production").out


def test_each_has_state_of_its_own(both: Project, cloud: Cloud) -> None:
    """In a folder by its name, or where RECONCILER_STATE_NAME says, which is refused where it is empty."""
    assert both.run(*APPLY, "--environment", "staging").code == 3
    assert (both.root / ".reconciler/staging/state.db").exists()
    assert "nothing yet" in both.run("plan", "--environment", "staging", RECONCILER_STATE_STAGING="dir:other").out
    empty = both.run("plan", "--environment", "staging", RECONCILER_STATE_STAGING=" ")
    assert (empty.code, code_of(empty)) == (64, "empty-variable")
    assert both.run("pending", "--environment", "production").out == "Nothing waits for a human.\n"
    assert both.run("pending", "--environment", "staging").out.startswith("acme/phone_number/support: waits")


def test_credentials_of_another_account_call_nothing(both: Project, cloud: Cloud) -> None:
    """Neither apply nor verify makes a call before the account of its credentials is known to be the named one."""
    assert both.run(*APPLY, "--environment", "staging").code == 3
    cloud.tell("settings", account=PRODUCTION)
    before = len(cloud.calls())
    for words in (APPLY, ("verify", "acme/phone_number/support")):
        done = both.run(*words, "--environment", "staging", given="123456")
        assert (done.code, code_of(done)) == (1, "wrong-account")
    assert {call["operation"] for call in cloud.calls()[before:]} == {"GetCallerIdentity"}


@pytest.mark.parametrize("fault", ["error:Forbidden.RAM", "says:503:{}", "garbage", "drop_after", "says:200:{}"])
def test_an_account_that_is_not_told_calls_nothing(both: Project, cloud: Cloud, fault: str) -> None:
    """Whatever STS answers in place of an account, nothing is called after it."""
    cloud.tell("faults", operation="GetCallerIdentity", fault=fault, times=99)
    done = both.run(*APPLY, "--environment", "staging")
    assert done.code == 1
    assert {call["operation"] for call in cloud.calls()} <= {"GetCallerIdentity"}


def test_a_plan_of_another_environment(both: Project, cloud: Cloud) -> None:
    """It is refused before any call, by its account; the label alone may change."""
    assert both.run("plan", "--environment", "staging", "--out", "plan.out").code == 0
    assert {name: unpacked(both.root / "plan.out")[name] for name in ("account", "environment")} == {
        "account": STAGING,
        "environment": "staging",
    }
    done = both.run("apply", "plan.out", "--no-input", "--environment", "production")
    assert (done.code, code_of(done)) == (5, "plan-other-account")
    assert cloud.calls() == []
    both.write("reconciler.yaml", SETTINGS.replace("  staging:", "  test:"))
    state = "sqlite:.reconciler/staging/state.db"
    done = both.run("apply", "plan.out", "--no-input", "--environment", "test", "--state", state)
    assert done.code == 3


def test_a_journal_of_another_account(both: Project, cloud: Cloud) -> None:
    """A journal keeps its account from its first run on: another one is refused, also to plan."""
    assert both.run(*APPLY, "--environment", "staging").code == 3
    both.write("reconciler.yaml", SETTINGS.replace(STAGING, "1111111111111111"))
    cloud.tell("settings", account="1111111111111111")
    calls = len(cloud.calls())
    for words in (("plan",), APPLY):
        done = both.run(*words, "--environment", "staging")
        assert (done.code, code_of(done)) == (1, "other-account")
    assert len(cloud.calls()) == calls


def test_a_journal_without_an_account_takes_it(project: Project, cloud: Cloud) -> None:
    """What was recorded before there were environments goes on in one of them, and is that one's from then on."""
    project.declare("support")
    assert project.run(*APPLY).code == 3
    project.write("reconciler.yaml", SETTINGS.replace("environments/staging", "spaces"))
    project.write("environments/production/acme.yaml", space("acme", "cams-prod", SALES))
    cloud.tell("settings", account=STAGING)
    state = "--state=sqlite:.reconciler/state.db"
    done = project.run("verify", "acme/phone_number/support", state, "--environment=staging", given=cloud.code(SUPPORT))
    assert done.code == 0
    project.write("reconciler.yaml", SETTINGS.replace("environments/staging", "spaces").replace(STAGING, "1" * 16))
    done = project.run("plan", state, "--environment", "staging")
    assert (done.code, code_of(done)) == (1, "other-account")


def test_two_environments_on_one_place(both: Project, cloud: Cloud) -> None:
    """Neither sees, plans or lists what is the other's."""
    shared = {"RECONCILER_STATE": "dir:shared"}
    assert both.run(*APPLY, "--environment", "staging", **shared).code == 3
    cloud.tell("settings", account=PRODUCTION)
    plan = both.run("plan", "--environment", "production", **shared)
    assert (plan.code, "Plan: 1 to add, 0 to change, 0 to destroy." in plan.out, "cams-stag" in plan.out) == (
        0,
        True,
        False,
    )
    assert both.run(*APPLY, "--environment", "production", **shared).code == 3
    for name, mine, other in (("staging", SUPPORT, SALES), ("production", SALES, SUPPORT)):
        listed = both.run("pending", "--json", "--environment", name, **shared).out
        assert (mine in listed, other in listed) == (True, False)
    assert len(cloud.messages()) == 2


def test_consent_to_what_is_protected(both: Project, cloud: Cloud) -> None:
    """Its name stands on the same command line: a variable that was left set consents to nothing."""
    done = both.run(*APPLY, RECONCILER_ENVIRONMENT="production")
    assert (done.code, done.err) == (64, PROTECTED)
    assert both.run(*APPLY, RECONCILER_ENVIRONMENT="staging").code == 3
    assert both.run("plan", RECONCILER_ENVIRONMENT="production").code == 0
    cloud.tell("settings", account=PRODUCTION)
    assert both.run(*APPLY, "--environment", "production").code == 3


def test_a_number_has_one_environment(both: Project) -> None:
    """One number, and one space_id, declared in two environments is an error; one name of a space in both is not."""
    both.write("environments/production/acme.yaml", space("acme", "cams-stag", SUPPORT))
    done = both.run("plan", "--environment", "staging")
    assert (done.code, done.err.count("error[")) == (1, 2)
    for code, place in (("number-twice", "5:13"), ("space-id-twice", "2:11")):
        assert f"error[{code}] environments/production/acme.yaml:{place}: " in done.err
        assert f" environments/staging/acme.yaml:{place}\n" in done.err


def test_what_stands_beside_environments(both: Project) -> None:
    """`spaces` and `state` are each environment's own; an account that is none is refused where it stands."""
    both.write("reconciler.yaml", "spaces: [a/*.yaml]\nstate: dir:x\n" + SETTINGS.replace(STAGING, "acme"))
    done = both.run("validate")
    assert [line.partition("]")[0] for line in done.err.splitlines() if line.startswith("error")] == [
        "error[beside-environments",
        "error[beside-environments",
        "error[bad-value",
    ]


def test_one_account_on_one_place(both: Project, cloud: Cloud) -> None:
    """Two environments of one account: neither lists, answers, resends to or forgets what only the other declares."""
    both.write("reconciler.yaml", SETTINGS.replace(PRODUCTION, STAGING))
    both.write("environments/staging/acme.yaml", "space: desk\nspace_id: cams-stag\n")
    shared = {"RECONCILER_STATE": "dir:shared", "RECONCILER_ENVIRONMENT": "staging"}
    assert both.run(*APPLY, "--environment", "production", **shared).code == 3
    number = "acme/phone_number/support"
    assert both.run("pending", **shared).out == "Nothing waits for a human.\n"
    assert both.run("output", "--json", **shared).out.count("cams-prod") == 0
    for words in (("verify", number), ("verify", number, "--resend"), ("state", "rm", "--auto-approve", number)):
        assert code_of(both.run(*words, given="123456", **shared)) == "unknown-address", words
    assert both.run("apply", "--auto-approve", **shared).out.startswith("No changes.")
    assert len(cloud.messages()) == 1
    typed = both.run("verify", number, "--environment", "production", given=cloud.code(SALES), **shared)
    assert typed.code == 0


def test_only_a_run_that_asked_gives_a_journal_its_account(both: Project, cloud: Cloud) -> None:
    """Not what tidies up: a journal that has no account yet is not taken for this environment's."""
    both.write("reconciler.yaml", "spaces: [environments/production/*.yaml]\n")
    state = "--state=dir:shared"
    assert both.run(*APPLY, state).code == 3
    both.write("reconciler.yaml", SETTINGS)
    for words in (("prune", "--keep-days", "0"), ("migrate", "--to", "dir:moved")):
        assert both.run("state", *words, state, "--environment", "staging").code == 0
    cloud.tell("settings", account=PRODUCTION)
    moved = ("--state=dir:moved", "--environment", "production")
    assert both.run("verify", "acme/phone_number/support", *moved, given=cloud.code(SALES)).code == 0
    assert both.run("plan", *moved).out.startswith("No changes.")


def test_an_account_that_is_named_no_more(both: Project, cloud: Cloud) -> None:
    """A journal that has one is not gone on with where reconciler.yaml names none: a branch cannot switch that off."""
    assert both.run(*APPLY, "--environment", "staging").code == 3
    both.write("reconciler.yaml", "spaces: [environments/staging/*.yaml]\n")
    calls, state = len(cloud.calls()), "--state=sqlite:.reconciler/staging/state.db"
    for words in (("plan",), APPLY, ("verify", "acme/phone_number/support")):
        done = both.run(*words, state, given=cloud.code(SUPPORT))
        assert (done.code, code_of(done), "names none" in done.err) == (1, "other-account", True)
    assert len(cloud.calls()) == calls


def test_another_account_of_contacts_is_another_plan(both: Project, cloud: Cloud) -> None:
    """Whose directory keeps the contacts is part of a plan, and is shown where it is not the account itself."""
    assert both.run("plan", "--environment", "staging", "--out", "plan.out").code == 0
    both.write(
        "reconciler.yaml", SETTINGS.replace(f'"{STAGING}"', f'"{STAGING}"\n    contacts_account: "{PRODUCTION}"')
    )
    assert f"contacts in account {PRODUCTION}" in both.run("plan", "--environment", "staging").out
    done = both.run("apply", "plan.out", "--no-input", "--environment", "staging")
    assert (done.code, code_of(done), cloud.calls()) == (5, "plan-other-account", [])


@pytest.mark.parametrize("place", ["dir:shared", "sqlite:shared.db"])
def test_one_directory_of_contacts_has_one_limit(both: Project, cloud: Cloud, place: str) -> None:
    """Messages to contacts are counted for the account that keeps them, whichever environment asks."""
    common = f'contacts_account: "{STAGING}"\nlimits: {{contact_messages_per_day: 1}}\n'
    both.write("reconciler.yaml", common + SETTINGS.replace(STAGING, "3" * 16))
    for name, contact in (("staging", "tom"), ("production", "ann")):
        text = GLOBEX.replace("globex", f"{name}-globex").replace("tom", contact)
        both.write(f"environments/{name}/acme.yaml", text)
    for name in ("staging", "production"):
        assert both.run(*APPLY, "--environment", name, f"--state={place}").code == 3
        assert len(cloud.messages()) == 1


def test_a_place_that_is_typed_counts(both: Project) -> None:
    """--state comes before the environment's variable, also where it is the very value of RECONCILER_STATE."""
    variables = {"RECONCILER_STATE": "dir:shared", "RECONCILER_STATE_STAGING": "dir:own"}
    staging = ("--environment", "staging")
    assert both.run(*APPLY, *staging, "--state", "dir:shared", **variables).code == 3
    assert ((both.root / "shared").exists(), (both.root / "own").exists()) == (True, False)
    assert both.run("pending", *staging, **variables).out == "Nothing waits for a human.\n"


def test_a_mistyped_variable_means_no_other_place(both: Project) -> None:
    """Of a pipeline's runner, whose own folder has no state: everything would be sent again."""
    for environment, code in (("staging", "unknown-variable"), ("production", "")):
        variables = {"RECONCILER_STATE_STAGIN": "dir:a", "RECONCILER_STATE_PRODUCTION": "dir:b"}
        assert code_of(both.run("plan", "--environment", environment, **variables)) == code
    variables = {"RECONCILER_STATE_STAGIN": "dir:a", "RECONCILER_STATE_READ": "dir:b"}
    done = both.run("plan", "--environment", "staging", **variables)
    assert done.err.startswith(
        "error[unknown-variable] RECONCILER_STATE_STAGIN is set, and no environment has this name; "
        "RECONCILER_STATE_STAGING is not set\n"
    )
    assert both.run("plan", "--environment", "staging", "--state", "dir:c", **variables).code == 0


@pytest.mark.parametrize(
    "words",
    [("push", "x.json"), ("accept",), ("prune",), ("mv", "acme/contact/a", "acme/contact/b")],
    ids=lambda words: words[0],
)
def test_what_changes_records_is_consent(both: Project, words: tuple[str, ...]) -> None:
    """In a protected environment such a verb needs the name beside it, as an option of consent does."""
    done = both.run("state", *words, RECONCILER_ENVIRONMENT="production")
    assert (done.code, done.err.splitlines()[0]) == (
        64,
        f"error[protected-environment] `state {words[0]}` changes what is recorded, and production is protected",
    )
    assert code_of(both.run("state", *words, RECONCILER_ENVIRONMENT="staging")) != "protected-environment"
    assert code_of(both.run("state", *words, "--environment", "production")) != "protected-environment"


@pytest.mark.parametrize("name", ["", "-staging", "-former"])
def test_each_emergency_file_is_validated(both: Project, name: str) -> None:
    """Whatever environment it is of, also one that is gone."""
    both.write(f".reconciler-emergency{name}.jsonl", "no line of ours\n")
    assert code_of(both.run("validate")) == "emergency-unreadable"


def test_two_environments_at_once(both: Project, cloud: Cloud) -> None:
    """On one place, at the same time: neither waits for the other's lease, and each sends its own message, once."""
    both.write("reconciler.yaml", SETTINGS.replace(PRODUCTION, STAGING))
    with ThreadPoolExecutor(2) as pool:
        runs = [
            pool.submit(both.run, *APPLY, "--environment", name, RECONCILER_STATE="sqlite:shared.db")
            for name in ("staging", "production")
        ]
    assert [run.result().code for run in runs] == [3, 3], [run.result().err for run in runs]
    assert sorted(message["to"] for message in cloud.messages()) == sorted([SUPPORT, SALES])
