"""Errors that end or delay a run: leases, signals, people, and the command line."""

from __future__ import annotations

from reconciler.errors.entry import Entry

RUNS: dict[str, Entry] = {
    # Runs and leases
    "state-foreign": Entry(
        "This is the state of something else", "Name the right file or journal; nothing was changed."
    ),
    "state-corrupt": Entry(
        "The file that holds the state is damaged", "Restore it from a backup; nothing was changed."
    ),
    "state-vanished": Entry(
        "There was state here, and now there is none",
        "Bring it back; if it was removed on purpose, run `reconciler state accept`.",
    ),
    "state-rolled-back": Entry(
        "The state is older than what was seen here before",
        "Bring the newer one back; if it was restored on purpose, run `reconciler state accept`.",
    ),
    "expect-unreadable": Entry(
        "What the state is expected to hold at least cannot be read",
        "Name a saved plan, a published state or a memory (`.reconciler/seen.json`). The first run has none: give it a "
        "file that holds `{}`, which says that nothing was recorded before.",
    ),
    "expect-elsewhere": Entry(
        "The file of --expect belongs to another state",
        "Name that state with --state, or give the memory of this one; after `state migrate`, take a new one.",
    ),
    "witness-unreadable": Entry(
        "What was seen of the state before cannot be read",
        "Compare the state with a backup; if it is what it should be, run `reconciler state accept`.",
    ),
    "network-filesystem": Entry(
        "SQLite and directories of files cannot be trusted across a network",
        "Keep the state on a local disk, or say `reconciler --allow-network-filesystem …`.",
    ),
    "emergency-waiting": Entry(
        "Some outcomes are not in the journal yet", "Run `reconciler state recover`, then continue."
    ),
    "emergency-elsewhere": Entry(
        "A kept outcome belongs to another state",
        "Name that state with --state; if it was given up on purpose, `reconciler state accept` sets it aside.",
    ),
    "emergency-unreadable": Entry(
        "Kept outcomes cannot be read",
        "Look at it: nothing of it was used. What is no file of this program is to be removed, and never committed.",
    ),
    "outcome-kept": Entry(
        "An outcome could not be written to the journal", "Repair the disk, then run `reconciler state recover`."
    ),
    "outcome-nowhere": Entry(
        "An outcome could not be written anywhere", "Repair the disk, then run the command that was printed."
    ),
    "bad-term": Entry("The lease's term is no such time", "Leave RECONCILER_LEASE_TERM out, or say seconds."),
    "wrong-run": Entry(
        "The run to unlock is not the one that holds the space",
        "Give the run's id: `reconciler spaces --status` shows it.",
    ),
    "locked": Entry(
        "Another run is at work in this space",
        "Wait for it to end, or add `--lock-wait 10m`; `reconciler spaces --status` shows who holds it.",
    ),
    "lost-place": Entry(
        "Another run has taken this one's place", "Look at `reconciler log`, then run again: nothing done is repeated."
    ),
    "interrupted": Entry(
        "The run was stopped before this was done", "Run the same command again: nothing that is done is repeated."
    ),
    "approval-needed": Entry(
        "Nobody could be asked for approval",
        "Review a saved plan and run `reconciler apply PLANFILE`, or add --auto-approve.",
    ),
    "not-approved": Entry(
        "The plan was not approved", "Run `reconciler apply` again and type `yes`; nothing else approves."
    ),
    # Resources
    "no-account": Entry(
        "The space has no approved WhatsApp Business Account",
        "Bind one by embedded signup and wait for its approval; no message was sent.",
    ),
    "setting-not-shown": Entry(
        "The cloud does not show a setting as it was set",
        "It may show it later: apply looks again. If it keeps another value, declare that one.",
    ),
    "not-verified": Entry(
        "Embedded signup put the number into its space, and it is not verified",
        "Verify it in the browser and apply again, or write `onboarding: register`: then a code goes to its phone.",
    ),
    "import-no-space": Entry(
        "The account lists no such space", "Name a space of the project, or a CustSpaceId of the console."
    ),
    "import-no-place": Entry(
        "A file cannot be extended as it is written", "Write the blocks elsewhere: --out FILE, or --out - to see them."
    ),
    "import-elsewhere": Entry(
        "What is to be imported is declared by another environment",
        "Name that environment with --environment, or take the space out of its files first.",
    ),
    "already-there": Entry(
        "Something is there already that this journal did not create",
        "Run `reconciler apply --adopt` to take it over, or remove it from the cloud.",
    ),
    "in-another-space": Entry(
        "A number is to be added, and another space of yours has it",
        "To bring it here, say `onboarding: migrate`. To leave it there, move its block to that space's file.",
    ),
    "business-not-verified": Entry(
        "A migration may need a verified business, and the cloud reports another status of it",
        "Have the business verified in Meta's Business Manager, or apply anyway: no document lists its statuses.",
    ),
    "status-unclear": Entry(
        "The cloud lists it with a status that says nothing certain",
        "See what it is in the console; nothing is sent or registered before its status is one that is known.",
    ),
    "display-name-declined": Entry(
        "The display name was declined",
        "Change it in the console; apply looks again, and continues when it is approved.",
    ),
    "put-back-unread": Entry(
        "What was forgotten halfway and put back cannot be read in the cloud",
        "If it was removed there meanwhile, drop its record with `reconciler state rm`; the next apply re-creates it.",
    ),
    "review-awaited": Entry(
        "The cloud has to look at something before this is done",
        "Nobody is needed: `reconciler apply` looks again, and continues when it is approved.",
    ),
    "review-over": Entry(
        "A review that was waited for is over",
        "Run `reconciler apply` again: the plan shows what comes next.",
    ),
    "already-there-differs": Entry(
        "Something is there already, with values other than those declared",
        "Make the declared values those of the cloud, or remove it there.",
    ),
    "message-unrecorded": Entry(
        "A message was sent that this state does not know of",
        "Bring the newer state back, if there is one. Else apply with --adopt to take that change over, with its "
        "message as sent; then `reconciler verify ADDRESS --resend` sends one more.",
    ),
    "other-address-waits": Entry(
        "A contact waits for an address that is not declared",
        "Somebody changed it elsewhere: confirm or cancel that change in the console; then run verify again.",
    ),
    "gone-elsewhere": Entry(
        "A recorded contact is not in the directory any more",
        "Somebody removed it there: drop its record with `reconciler state rm ADDRESS`; the next apply re-creates it.",
    ),
    "changed-elsewhere": Entry(
        "A resource was changed in the cloud, not by this program",
        "Put the recorded values back there; then run verify again.",
    ),
    "deletion-failed": Entry(
        "The directory could not delete a contact",
        "Look at the contact in the console, remove what holds it, and apply again.",
    ),
    "metered-out": Entry(
        "Registering or deregistering was tried as often as is safe",
        "Run `reconciler apply` again at the time named: tries are metered.",
    ),
    # People and codes
    "daily-limit": Entry(
        "No more messages may be sent for now",
        "Run `reconciler apply` again at the time named: nothing that is done is repeated.",
    ),
    "code-malformed": Entry(
        "What was given is no code", "Give the six digits; a dash or spaces between them are fine."
    ),
    "code-refused": Entry(
        "The code was not accepted",
        "Check it and try again; where it came by a message, `reconciler verify ADDRESS --resend` sends a new one.",
    ),
    "submission-refused": Entry(
        "The cloud refused a code without saying that it is wrong",
        "Read the cloud's words: the code may be right. You are asked for it again, and no message is sent.",
    ),
    "verification-lapsed": Entry(
        "A verified number was not registered in time",
        "A verification holds for 14 days. `reconciler verify ADDRESS --resend` sends one message with a new code.",
    ),
    "parked": Entry(
        "Too many codes were tried", "Run `reconciler verify ADDRESS --resend`: it sends one message with a new code."
    ),
    "nothing-to-resend": Entry("No message can be sent again at this point", "See `reconciler pending`."),
    "already-ready": Entry("There is nothing to answer any more", "See `reconciler state show ADDRESS`."),
    "challenge-changed": Entry(
        "Another message was sent meanwhile",
        "Enter the newest code; `reconciler pending` says when it was sent.",
    ),
    "not-waiting": Entry("This waits for nobody", "See `reconciler pending` for what does."),
    "unknown-word": Entry(
        "Nothing is called so", "Give an error's code, a key of the YAML, or an address from `reconciler state list`."
    ),
    "ambiguous-address": Entry(
        "Several resources have this key", "Give its whole address; `reconciler state list` prints them."
    ),
    "unknown-address": Entry("Nothing is recorded at this address", "See `reconciler state list` for what is."),
    # Command line
    "demo-failed": Entry("The demo did not go as it should", "This is a bug: please report it with what was printed."),
    "no-such-folder": Entry("The folder given with -C is not there", "Name the folder that holds spaces/."),
    "no-pace-elsewhere": Entry(
        "Calls without a pace are for a sandbox only", "Set limits.calls_per_second to 10 or less."
    ),
    "resend-one": Entry("Several answers, and one more message for whom?", "Run `reconciler verify ADDRESS --resend`."),
    "no-scratch-folder": Entry(
        "No folder for temporary files can be made", "Set TMPDIR to a folder that can be written, with space left."
    ),
    "bug": Entry("A bug in this program", "Report it with the file named; it holds no values, only places."),
    "protected-environment": Entry(
        "Consent to a protected environment names it", "Type --environment NAME on the same command line."
    ),
    "unknown-source": Entry(
        "It is unknown where a pipeline can install this program from",
        "Give --source https://HOST/OWNER/NAME@COMMIT, with the commit's 40 hexadecimal digits.",
    ),
    "empty-variable": Entry(
        "A variable that names where state is kept is empty", "Set it, or unset it: a pipeline lacks a secret here."
    ),
    "unknown-variable": Entry(
        "A variable names the state of an environment that there is not",
        "Correct its name, or unset it; --state names a place whatever the variables say.",
    ),
    "unknown-space": Entry("No space of this name is declared", "`reconciler spaces` prints the names."),
}
