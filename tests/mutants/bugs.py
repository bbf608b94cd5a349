"""Bugs that each break a promise, and the cheapest test that says so. A row: what is changed, then the tests."""

from __future__ import annotations

from functools import cache

from tests.mutants.symbols import Change, given, instead
from tests.mutants.trial import Bug

_STORY = "tests/scenarios/test_scenarios.py::test_scenario"
_SETTINGS = "tests/in_service/test_number_settings.py"
_LEASE = "tests/store/test_lease.py"
_GRID = "tests/cloud/test_faults.py::test_grid"
_BESIDE = "tests/together/test_together.py::test_every_verb_beside_a_first_process"

BUGS: dict[str, tuple[Change, *tuple[str, ...]]] = {
    "sent before the intent": (
        instead(
            "Cloud._attempt",
            "answer = self._once(row, pairs, key, begin)",
            "answer = self._once(row, pairs, key, lambda: None); begin()",
        ),
        "tests/badday/test_disk.py::test_an_intent_that_cannot_be_written_stops_its_call",
    ),
    "no fsync": (
        instead("Sqlite._open", "'PRAGMA synchronous = FULL'", "'PRAGMA synchronous = OFF'"),
        "tests/store/test_durable.py",
    ),
    "a message sent again after a lost answer": (
        instead("repeatable", "(Effect.READ, Effect.IDEMPOTENT)", "(Effect.READ, Effect.IDEMPOTENT, Effect.NOTIFY)"),
        f"{_GRID}[cut short-N]",
    ),
    "a redirect followed": (
        given("Transport.__init__", "follow_redirects", "True"),
        "tests/cloud/test_faults.py::test_a_redirect_is_not_followed",
    ),
    "append without compare": (
        instead("Sqlite.append", "newest != serial", "newest > serial"),
        "tests/store/test_contract.py::test_a_writer_that_lost_its_place_writes_nothing",
    ),
    "a lease by the wall clock": (
        instead("lease.free", "monotonic() - seen >= held.term", "time.strftime('%FT%T') >= held.opened_at"),
        f"{_LEASE}::test_a_held_space_is_refused_at_once_and_names_the_holder",
    ),
    "a corrupt journal read as empty": (
        instead(
            "Journal.reread",
            "self.state = fold(self.space_id, lines, snapshot)",
            "try: self.state = fold(self.space_id, lines, snapshot)\n"
            "except StateError: self.state = State(self.space_id)",
        ),
        "tests/badday/test_state.py::test_damage_is_refused_by_name[an entry edited]",
    ),
    "addresses logged": (
        instead("http._name", "('httpx', 'httpcore')", "()"),
        "tests/cloud/test_silence.py::test_the_log_holds_nothing",
    ),
    "GET instead of POST": (
        instead("Transport.send", "'POST'", "'GET'"),
        "tests/cloud/test_signing.py::test_what_is_on_the_wire_is_what_was_signed",
    ),
    "output not escaped": (
        instead("escape", "text.isprintable()", "text"),
        "tests/render/test_escape.py::test_escapes_are_visible",
    ),
    "VERIFIED taken for registered": (
        given("REGISTERED.ChatappVerifyAndRegister", "verified", "'registered'"),
        f"{_STORY}[codes/verified-elsewhere]",
    ),
    "a code written into its intent": (
        given(
            "decide._call", "params", "turn.code.fill(step.api, params) if turn.code and step.api.secret else params"
        ),
        f"{_STORY}[kinds/register]",
    ),
    "a secret in an error's text": (
        instead("_hiding", "partial(_hide, re.compile('|'.join(parts) or '(?!)'))", "str"),
        "tests/cloud/test_silence.py::test_a_message_that_echoes_what_was_signed_is_redacted",
    ),
    "sent again without being asked": (
        instead(
            "decide",
            "turn.resend and not may_be_asked_again(kind, record)",
            "is_parked(record) or (turn.resend and not may_be_asked_again(kind, record))",
        ),
        f"{_STORY}[codes/parked]",
    ),
    "a wrong code asks for a new one": (
        instead("settle", "record.phase", "'added' if wrong_code else record.phase"),
        f"{_STORY}[codes/wrong]",
    ),
    "tries not counted": (
        instead("fold._asked", "record.attempts + 1", "record.attempts"),
        f"{_STORY}[codes/parked]",
        f"{_STORY}[codes/wrong]",
    ),
    "hashes not checked": (
        instead("State.advance", "line.previous != self.hash", "False"),
        "tests/badday/test_state.py::test_damage_is_refused_by_name[an entry edited]",
    ),
    "the endpoint not checked": (
        instead("Journal.check_cloud", "self.state.endpoint and self.state.endpoint != endpoint", "False"),
        f"{_LEASE}::test_a_journal_stays_with_its_cloud",
    ),
    "a journal of another account": (
        instead("Journal.check_cloud", "account is not None and self.state.account not in ('', account)", "False"),
        f"{_LEASE}::test_a_journal_stays_in_its_account",
    ),
    "credentials of another account": (
        instead("account.check_accounts", "belongs != account", "False"),
        "tests/e2e/test_environments.py::test_credentials_of_another_account_call_nothing",
    ),
    "a stale plan accepted": (
        instead("staleness._change", "record.version != version", "record.version < version"),
        "tests/e2e/test_plan_file.py::test_a_plan_is_stale_when_its_record_was_changed",
    ),
    "a guard ignored": (
        instead("refusals", "_too_many_messages(plan, guards)", "()"),
        f"{_STORY}[limits/too-many-messages]",
    ),
    "the daily limit ignored": (
        instead("OwnCount.take", "limit and len(today) >= limit", "False"),
        f"{_STORY}[limits/own-daily-limit]",
    ),
    "the cap not remembered": (
        instead("OwnCount.take", "now < self._closed.get(daily, '') <= tomorrow", "False"),
        f"{_STORY}[limits/daily-cap-midway]",
    ),
    "the lease kept over a pause": (
        instead("held", "stack.callback(_close, journal, results, space_id)", "None"),
        f"{_LEASE}::test_a_closed_run_holds_nothing",
    ),
    "exit 2 for wrong usage": (
        instead("_misused", "USAGE", "2"),
        "tests/e2e/test_refusals.py::test_wrong_usage_is_64_and_calls_nothing",
    ),
    "the prompt echoes": (
        given("prompt", "hidden", "False"),
        "tests/e2e/test_terminal.py::test_apply_asks_for_approval_then_for_each_code_hidden",
    ),
    "numbers not masked": (
        instead("mask.number", "country, national = split(e164)", "return e164"),
        "tests/render/test_escape.py::test_numbers_are_masked",
    ),
    "of two equal keys the last one wins": (
        instead("_Reader._block", "key in block", "False"),
        "tests/config/test_config_bad.py::test_all_that_is_wrong_is_said[key-twice]",
    ),
    "of two equal keys in plain lines the last one wins": (
        instead("fast_yaml._read", "key in block", "False"),
        "tests/config/test_config_lines.py::test_what_is_not_plain_is_left_to_libyaml",
    ),
    "of two equal names of alike blocks the last one wins": (
        instead("alike_blocks.read", "key in into", "False"),
        "tests/config/test_config_lines.py::test_what_follows_a_block_belongs_to_it",
    ),
    "kept outcomes ignored": (
        instead("Emergency.check", "self.waiting()", "self.waiting() and []"),
        "tests/badday/test_disk.py::test_an_outcome_that_cannot_be_written_is_kept_and_brought_home",
    ),
    "unknown told as done": (
        instead("settle", "_told(answer)", "_told(answer := Ok() if isinstance(answer, Unknown) else answer)"),
        f"{_STORY}[doubt/message]",
    ),
    "unlisted refusal believed": (
        instead(
            "judged",
            "Unknown(answered(status, code), code, message, status, request_id, retry_after)",
            "Error(code, Meaning.PRECONDITION, message, status, request_id, retry_after)",
        ),
        f"{_STORY}[unlisted/message]",
    ),
    "metered call repeated without a look": (
        instead("_lost_answers", "made or step.api.metered", "made"),
        f"{_STORY}[doubt/register-again]",
    ),
    "a verification that registers is not counted": (
        given("OPERATIONS.ChatappVerifyAndRegister", "metered", "False"),
        f"{_STORY}[unlisted/code]",
    ),
    "a refused message asked for without end": (
        instead("refused_until", "len(recent) >= REFUSALS_PER_DAY", "len(recent) > 9 * REFUSALS_PER_DAY"),
        f"{_STORY}[refused/two-steps]",
    ),
    "removed although on_remove says refuse": (
        given("_by_disposition", "refused", "False"),
        f"{_STORY}[removal/refuse]",
    ),
    "a plan that calls the cloud": (
        instead("plan.command", "show", "workspace.cloud(workspace.project.limits, ('cams',), print) and show"),
        "tests/e2e/test_offline.py::test_reading_opens_no_socket_and_no_credentials",
    ),
    "a branch judged by its own guards": (
        instead("settings.guards", "base is None", "base is None or base.revision"),
        "tests/review/test_settings.py::test_the_guards_of_the_base_count",
    ),
    "half a move planned": (
        instead("plan", "joined(left_out, found)", "{}"),
        "tests/e2e/test_left_out.py::test_half_a_move_is_not_planned",
    ),
    "a file of SQLite's opened beside it": (
        instead("journals._check", "rows(path, HEAD, ())", "path.open('rb').close() or rows(path, HEAD, ())"),
        "tests/together/test_locks.py::test_a_second_opening_drops_no_lock",
    ),
    "state kept open at a prompt": (
        instead("answer", "ask", "find(workspace, address) and ask"),
        f"{_BESIDE}[sqlite-code_of_verify]",
    ),
    "a lease kept at a prompt": (
        instead(
            "answer",
            "code = ask(waits, outcome.problem, held)",
            "with run(workspace, 'verify', {found.state.space_id: found.state.name}, "
            "workspace.settings.limits, ['cams'], lock_wait): code = ask(waits, outcome.problem, held)",
        ),
        f"{_BESIDE}[sqlite-code_of_verify]",
    ),
    "a code submitted for another message": (
        instead("submit", "not waits.same(current)", "waits.id != current.id"),
        "tests/together/test_prompts.py::test_a_code_of_an_older_message_is_dropped_and_asked_for_again",
    ),
    "a creation adopted without a look": (
        instead("was_absent", "intent is not None and intent.seen == ABSENT", "intent is not None"),
        f"{_STORY}[exists/lost-not-looked]",
    ),
    "a status that says nothing taken for not registered": (
        given("_serving.says", "", "''"),
        "tests/scenarios/test_statuses.py",
    ),
    "a shared read used to settle one's own call": (
        instead("drive._read", "turn.called_at if asked.newer else 0", "0"),
        f"{_STORY}[exists/stale-list]",
    ),
    "what was forgotten halfway is gone": (
        instead("State._let_go", "line.aside", "False"),
        f"{_STORY}[removal/put-back]",
        f"{_STORY}[changes/onboarding-put-back]",
    ),
    "ready while the cloud says PENDING": (
        instead("_name_reviewed", "_service(row) in ('in', '')", "True"),
        f"{_STORY}[resume/register-reviewing]",
    ),
    "a setting believed without being read back": (
        instead("number_settings._kept", "unlike(facts, group, reading(facts, answer))", "False"),
        f"{_SETTINGS}::test_what_the_cloud_does_not_keep_is_not_called_ready",
    ),
    "an equal list sent again": (
        instead("number_settings._plain", "isinstance(value, tuple)", "False"),
        f"{_SETTINGS}::test_all_settings_follow_the_registration_in_one_apply",
    ),
}
# The cheapest of them, for every commit: two of the store, two of what is printed, one of the configuration.
FIXED = (
    "append without compare",
    "a lease by the wall clock",
    "output not escaped",
    "numbers not masked",
    "of two equal keys the last one wins",
)


@cache
def seeded() -> tuple[Bug, ...]:
    """Raises LookupError where one does not fit the code."""
    return tuple(change.bug(name, by) for name, (change, *by) in BUGS.items())
