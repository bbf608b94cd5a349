"""Bugs that each break a promise, and the cheapest test that says so. Texts are the product's own, once each."""

from __future__ import annotations

from tests.mutants.trial import Bug

_CORE, _CLOUD, _STORE, _CLI = "reconciler/core", "reconciler/cloud", "reconciler/store", "reconciler/cli"
_STORY = "tests/scenarios/test_scenarios.py::test_scenario"
_LEASE = "tests/store/test_lease.py"
_GRID = "tests/cloud/test_faults.py::test_grid"
_BESIDE = "tests/together/test_together.py::test_every_verb_beside_a_first_process"
_KILLED = "tests/crash/test_crash.py::test_killed_there"

BUGS: tuple[Bug, ...] = (
    Bug(
        "sent before the intent",
        f"{_CLOUD}/client.py",
        "            begin()\n            ready()\n            reply = self._send(row, pairs, key)\n",
        "            ready()\n            reply = self._send(row, pairs, key)\n            begin()\n",
        (f"{_KILLED}[append.before:intent-few]",),
    ),
    Bug(
        "no fsync",
        f"{_STORE}/sqlite.py",
        "PRAGMA synchronous = FULL",
        "PRAGMA synchronous = OFF",
        ("tests/store/test_durable.py",),
    ),
    Bug(
        "a message sent again after a lost answer",
        f"{_CLOUD}/retry.py",
        "operation.effect in (Effect.READ, Effect.IDEMPOTENT)",
        "operation.effect in (Effect.READ, Effect.IDEMPOTENT, Effect.NOTIFY)",
        (f"{_GRID}[cut short-N]",),
    ),
    Bug(
        "a redirect followed",
        "reconciler/http.py",
        "follow_redirects=False",
        "follow_redirects=True",
        ("tests/cloud/test_faults.py::test_a_redirect_is_not_followed",),
    ),
    Bug(
        "append without compare",
        f"{_STORE}/sqlite.py",
        "            if newest != serial:\n",
        "            if newest > serial:\n",
        ("tests/store/test_contract.py::test_a_writer_that_lost_its_place_writes_nothing",),
    ),
    Bug(
        "a lease by the wall clock",
        f"{_STORE}/lease.py",
        "monotonic() - seen >= held.term:",
        'time.strftime("%FT%T") >= held.opened_at:',
        (f"{_LEASE}::test_a_held_space_is_refused_at_once_and_names_the_holder",),
    ),
    Bug(
        "a corrupt journal read as empty",
        f"{_STORE}/journal.py",
        "            self.state = fold(self.space_id, lines, snapshot)\n",
        "            try:\n"
        "                self.state = fold(self.space_id, lines, snapshot)\n"
        "            except StateError:\n"
        "                self.state = State(self.space_id)\n",
        ("tests/badday/test_state.py::test_damage_is_refused_by_name[an entry edited]",),
    ),
    Bug(
        "addresses logged",
        "reconciler/http.py",
        "    _logger.setLevel(logging.CRITICAL + 1)\n    _logger.propagate = False\n",
        "    _logger.setLevel(logging.INFO)\n",
        ("tests/cloud/test_silence.py::test_the_log_holds_nothing",),
    ),
    Bug(
        "GET instead of POST",
        "reconciler/http.py",
        'method: str = "POST"',
        'method: str = "GET"',
        ("tests/cloud/test_signing.py::test_what_is_on_the_wire_is_what_was_signed",),
    ),
    Bug(
        "output not escaped",
        "reconciler/render/escape.py",
        "    if text.isprintable():\n",
        "    if text:\n",
        ("tests/render/test_escape.py::test_escapes_are_visible",),
    ),
    Bug(
        "VERIFIED taken for registered",
        "reconciler/kinds/registered.py",
        '{"ok": "reviewing", "verified": "verified",',
        '{"ok": "reviewing", "verified": "registered",',
        (f"{_STORY}[codes/verified-elsewhere]",),
    ),
    Bug(
        "a code written into its intent",
        f"{_CORE}/decide.py",
        '"params": {name: value for name, value in params.items() if name not in step.api.secret},',
        '"params": params,',
        (f"{_STORY}[kinds/register]",),
    ),
    Bug(
        "a secret in an error's text",
        f"{_CLOUD}/client.py",
        '    return partial(_hide, re.compile("|".join(parts) or "(?!)"))\n',
        "    return str\n",
        ("tests/cloud/test_silence.py::test_a_message_that_echoes_what_was_signed_is_redacted",),
    ),
    Bug(
        "sent again without being asked",
        f"{_CORE}/decide.py",
        "    if turn.resend and not may_be_asked_again(kind, record):\n",
        "    if is_parked(record) or (turn.resend and not may_be_asked_again(kind, record)):\n",
        (f"{_STORY}[codes/parked]",),
    ),
    Bug(
        "a wrong code asks for a new one",
        f"{_CORE}/settle.py",
        '"code_refused" if wrong_code else "refused", "phase": record.phase}',
        '"code_refused" if wrong_code else "refused", "phase": "added" if wrong_code else record.phase}',
        (f"{_STORY}[codes/wrong]",),
    ),
    Bug(
        "tries not counted",
        f"{_CORE}/record.py",
        "attempts=record.attempts + 1)",
        "attempts=record.attempts)",
        (f"{_STORY}[codes/parked]", f"{_STORY}[codes/wrong]"),
    ),
    Bug(
        "hashes not checked",
        f"{_CORE}/journal.py",
        '        if line.get("previous") != self.hash:\n',
        "        if False:\n",
        ("tests/badday/test_state.py::test_damage_is_refused_by_name[an entry edited]",),
    ),
    Bug(
        "the endpoint not checked",
        f"{_STORE}/journal.py",
        "        if self.state.endpoint and self.state.endpoint != endpoint:\n",
        "        if False:\n",
        (f"{_LEASE}::test_a_journal_stays_with_its_cloud",),
    ),
    Bug(
        "a stale plan accepted",
        f"{_CORE}/fresh.py",
        "        if record and record.version != version and not (",
        "        if record and record.version < version and not (",
        ("tests/e2e/test_plan_file.py::test_a_plan_is_stale_when_its_record_was_changed",),
    ),
    Bug(
        "a guard ignored",
        f"{_CORE}/guards.py",
        "        *_too_many_messages(plan, guards),\n",
        "",
        (f"{_STORY}[limits/too-many-messages]",),
    ),
    Bug(
        "the daily limit ignored",
        f"{_CORE}/budget.py",
        "            if limit and len(today) >= limit:\n",
        "            if False:\n",
        (f"{_STORY}[limits/own-daily-limit]",),
    ),
    Bug(
        "the cap not remembered",
        f"{_CORE}/budget.py",
        '            if now < self._closed.get(daily, "") <= tomorrow:\n',
        "            if False:\n",
        (f"{_STORY}[limits/daily-cap-midway]",),
    ),
    Bug(
        "the lease kept over a pause",
        f"{_STORE}/lease.py",
        "            stack.callback(_close, journal, results, space_id)\n",
        "",
        (f"{_LEASE}::test_a_closed_run_holds_nothing",),
    ),
    Bug(
        "exit 2 for wrong usage",
        f"{_CLI}/main.py",
        "    return USAGE\n",
        "    return 2\n",
        ("tests/e2e/test_refusals.py::test_wrong_usage_is_64_and_calls_nothing",),
    ),
    Bug(
        "the prompt echoes",
        f"{_CLI}/codes.py",
        ", hidden=True)",
        ", hidden=False)",
        ("tests/e2e/test_terminal.py::test_apply_asks_for_approval_then_for_each_code_hidden",),
    ),
    Bug(
        "numbers not masked",
        "reconciler/render/mask.py",
        "    if not _E164.fullmatch(e164):\n        return _hidden(e164)\n",
        "    if _E164.fullmatch(e164):\n        return e164\n",
        ("tests/render/test_escape.py::test_numbers_are_masked",),
    ),
    Bug(
        "of two equal keys the last one wins",
        "reconciler/config/reader.py",
        "            if key in block:\n",
        "            if False:\n",
        ("tests/config/test_config_bad.py::test_all_that_is_wrong_is_said[key-twice]",),
    ),
    Bug(
        "of two equal keys in plain lines the last one wins",
        "reconciler/config/lines.py",
        "or key in block:",
        "or False:",
        ("tests/config/test_config_lines.py::test_what_is_not_plain_is_left_to_libyaml",),
    ),
    Bug(
        "kept outcomes ignored",
        f"{_STORE}/emergency.py",
        "        if waiting:\n",
        "        if not waiting:\n            return\n        if False:\n",
        ("tests/badday/test_disk.py::test_an_outcome_that_cannot_be_written_is_kept_and_brought_home",),
    ),
    Bug(
        "unknown told as done",
        f"{_CORE}/settle.py",
        '        case Unknown():\n            return {**entry, "result": "unknown"}\n',
        "        case Unknown():\n            return settle(kind, step, record, Ok())\n",
        (f"{_STORY}[doubt/message]",),
    ),
    Bug(
        "unlisted refusal believed",
        f"{_CORE}/answer.py",
        "    return Unknown(answered(status, code), code, message, status, request_id, retry_after)\n",
        "    return Error(code, Meaning.PRECONDITION, message, status, request_id, retry_after)\n",
        (f"{_STORY}[unlisted/message]",),
    ),
    Bug(
        "metered call repeated without a look",
        f"{_CORE}/decide.py",
        "    return 1 if made or step.api.metered else LOST_ANSWERS\n",
        "    return 1 if made else LOST_ANSWERS\n",
        (f"{_STORY}[doubt/register-again]",),
    ),
    Bug(
        "a verification that registers is not counted",
        "reconciler/operations.py",
        "            secret=_CODE,\n            metered=True,\n",
        "            secret=_CODE,\n",
        (f"{_STORY}[unlisted/code]",),
    ),
    Bug(
        "a refused message asked for without end",
        f"{_CORE}/guards.py",
        'if len(recent) >= REFUSALS_PER_DAY else ""\n',
        'if len(recent) > 9 * REFUSALS_PER_DAY else ""\n',
        (f"{_STORY}[refused/two-steps]",),
    ),
    Bug(
        "removed although on_remove says refuse",
        f"{_CORE}/removal.py",
        '    return replace(removal, refused=disposition == "refuse" and not untouched)\n',
        "    return removal\n",
        (f"{_STORY}[removal/refuse]",),
    ),
    Bug(
        "a plan that calls the cloud",
        f"{_CLI}/plan.py",
        '        made = make(workspace, only, since or "", against or "", consent, base)\n',
        '        made = make(workspace, only)\n        workspace.cloud(workspace.project.limits, ("cams",), print)\n',
        ("tests/e2e/test_offline.py::test_reading_opens_no_socket_and_no_credentials",),
    ),
    Bug(
        "a branch judged by its own guards",
        f"{_CORE}/settings.py",
        "    if base is None:\n",
        "    if base is None or base.revision:\n",
        ("tests/review/test_settings.py::test_the_guards_of_the_base_count",),
    ),
    Bug(
        "half a move planned",
        f"{_CORE}/plan.py",
        "    left_out |= joined(left_out, found)\n",
        "",
        ("tests/e2e/test_left_out.py::test_half_a_move_is_not_planned",),
    ),
    Bug(
        "a file of SQLite's opened beside it",
        f"{_STORE}/sqlite.py",
        "    try:\n        [(application, layout, page)]",
        '    path.open("rb").close()\n    try:\n        [(application, layout, page)]',
        ("tests/together/test_locks.py::test_a_second_opening_drops_no_lock",),
    ),
    Bug(
        "state kept open at a prompt",
        f"{_CLI}/submitting.py",
        "        workspace.close()\n        reached(",
        "        reached(",
        (f"{_BESIDE}[sqlite-code_of_verify]",),
    ),
    Bug(
        "a lease kept at a prompt",
        f"{_CLI}/submitting.py",
        "        code = ask(waits, outcome.problem, held)\n",
        "        space = find(workspace, address).state\n"
        "        limits = workspace.settings.limits\n"
        "        with run(workspace, 'verify', {space.space_id: space.name}, limits, ['cams'], lock_wait):\n"
        "            code = ask(waits, outcome.problem, held)\n",
        (f"{_BESIDE}[sqlite-code_of_verify]",),
    ),
    Bug(
        "a code submitted for another message",
        "reconciler/submit.py",
        "        if not waits.same(current):\n",
        "        if waits.id != current.id:\n",
        ("tests/together/test_prompts.py::test_a_code_of_an_older_message_is_dropped_and_asked_for_again",),
    ),
    Bug(
        "a creation adopted without a look",
        f"{_CORE}/look.py",
        "    return intent is not None and intent.seen == ABSENT\n",
        "    return intent is not None\n",
        (f"{_STORY}[exists/lost-not-looked]",),
    ),
    Bug(
        "a status that says nothing taken for not registered",
        "reconciler/kinds/looks.py",
        '        usual = {"in": "connected", "": "unclear",',
        '        usual = {"in": "connected", "": "",',
        ("tests/scenarios/test_statuses.py",),
    ),
    Bug(
        "a shared read used to settle one's own call",
        "reconciler/drive.py",
        "    since = max(turn.called_at if asked.newer else 0, ",
        "    since = max(0, ",
        (f"{_STORY}[exists/stale-list]",),
    ),
    Bug(
        "what was forgotten halfway is gone",
        f"{_CORE}/journal.py",
        '            if before and line.get("aside"):\n',
        "            if False:\n",
        (f"{_STORY}[removal/put-back]", f"{_STORY}[changes/onboarding-put-back]"),
    ),
    Bug(
        "ready while the cloud says PENDING",
        "reconciler/kinds/looks.py",
        '        return "ok" if _service(row) else "unclear"\n    review',
        '        return "ok" if _service(row) else "unclear"\n    return "ok"\n    review',
        (f"{_STORY}[resume/register-reviewing]",),
    ),
)
# The cheapest of them, for every commit: two of the store, two of what is printed, one of the configuration.
FIXED = (
    "append without compare",
    "a lease by the wall clock",
    "output not escaped",
    "numbers not masked",
    "of two equal keys the last one wins",
)
