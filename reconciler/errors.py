"""Every error a user can meet: its code, what it means, how to mend it.

ReconcilerError             exit 1   carries one or more Problems, all of them shown
├── ConfigError             exit 1   the YAML, its files, its values
├── StateError              exit 1   the journal cannot be read, trusted or written
│   └── LostPlace           exit 1   another run wrote first; nothing more is called
├── CloudError              exit 1   credentials, network, an answer that cannot be used
├── Locked                  exit 4   another run holds the space
├── Stale                   exit 5   the saved plan no longer fits
├── Refused                 exit 6   a guard said no
└── UsageError              exit 64  the command line

A problem is a value: it can be collected, sorted, rendered. Raising is for the edge of a command.
Nothing here ever holds a code, a secret or an unmasked number.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple, Self


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a value stands. Lines and columns count from 1; a file's name is relative to the project."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong.

    code: a key of ERRORS. what: this very case, one line. found: the offending text, raw; renderers
    escape, cut and mask it. hint: how to mend it; the code's own hint when empty.
    """

    code: str
    what: str
    place: Place | None = None
    found: str | None = None
    hint: str = ""
    address: str | None = None

    @property
    def mend(self) -> str:
        return self.hint or ERRORS[self.code].hint

    def at(self, place: Place | None) -> Problem:
        return replace(self, place=place)


class Entry(NamedTuple):
    """A row of the table: what the code means in general, and the general way out."""

    summary: str
    hint: str


class ReconcilerError(Exception):
    exit_code = 1

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(problem.what for problem in problems))
        self.problems = problems
        self.warnings: tuple[Problem, ...] = ()

    @classmethod
    def of(cls, problems: Iterable[Problem]) -> Self:
        return cls(*problems)

    def with_warnings(self, warnings: tuple[Problem, ...]) -> Self:
        self.warnings = warnings
        return self


class ConfigError(ReconcilerError):
    pass


class StateError(ReconcilerError):
    pass


class LostPlace(StateError):
    pass


class CloudError(ReconcilerError):
    pass


class Locked(ReconcilerError):
    exit_code = 4


class Stale(ReconcilerError):
    exit_code = 5


class Refused(ReconcilerError):
    exit_code = 6


class UsageError(ReconcilerError):
    exit_code = 64


# Grouped by who meets them. A code is a promise: it may be searched for, so it is never renamed.
ERRORS: dict[str, Entry] = {
    # Config: files
    "file-missing": Entry("A file that the configuration needs is not there", "Create it, or mend the path."),
    "file-outside": Entry(
        "A path leads out of the repository", "Keep configuration and local state below the repository's root."
    ),
    "file-not-regular": Entry("A configuration file is no regular file", "Put a plain text file in its place."),
    "file-unreadable": Entry("A configuration file cannot be read", "Mend its permissions."),
    "file-not-read": Entry(
        "A file that looks like a space's is not read",
        "Move it, or name its folder under `spaces` in reconciler.yaml; space files end in .yaml or .yml.",
    ),
    "file-too-large": Entry("A configuration file is too large", "Split the space, or look for what swelled the file."),
    "too-many-files": Entry("There are too many space files", "Narrow `spaces` in reconciler.yaml."),
    "pattern-too-wide": Entry(
        "A pattern holds more than one `**`", "Keep one `**`: it stands for folders of any depth."
    ),
    "no-spaces": Entry("No space is declared", "Add spaces/NAME.yaml, or say in reconciler.yaml where they are."),
    # Config: YAML
    "not-utf8": Entry("A file is not UTF-8", "Save it as UTF-8."),
    "not-utf8-utf16": Entry("A file is UTF-16 or UTF-32", "Save it as UTF-8."),
    "byte-order-mark": Entry("A file begins with a byte order mark", "Save it as UTF-8 without the mark."),
    "nul-character": Entry("A file holds a NUL", "Remove it; is this a text file?"),
    "control-character": Entry("A file holds a control character", "Remove it; lines end with LF or CR LF."),
    "lone-surrogate": Entry("A text holds half a character", "Write the character itself, or its whole escape."),
    "merge-conflict": Entry("A file holds a conflict that was not resolved", "Resolve it and remove the markers."),
    "yaml-syntax": Entry("A file is not YAML", "Check indentation; put texts that hold `: ` or ` #` in quotes."),
    "yaml-tab": Entry("A tab stands where YAML wants spaces", "Indent with spaces."),
    "yaml-unclosed-quote": Entry("A quote is opened and never closed", "Close it."),
    "yaml-anchor": Entry("Anchors are not allowed", "Remove it; `defaults` says what numbers have in common."),
    "yaml-alias": Entry("Aliases are not allowed", "Write the value out; `defaults` says what numbers have in common."),
    "yaml-merge": Entry("Merges are not allowed", "Write the keys out; `defaults` says what numbers have in common."),
    "yaml-tag": Entry("Tags are not allowed", "Remove it; the schema says what type a value has."),
    "yaml-documents": Entry("A file holds several documents", "One space a file: move the rest elsewhere."),
    "yaml-too-deep": Entry("A file is nested too deep", "Nothing here needs more than a few levels."),
    "null-value": Entry(
        "A value is null, which is no text",
        "Write the value, or take its key out; a text that reads null stands in quotes.",
    ),
    "outer-blanks": Entry(
        "A text begins or ends with a blank", "Take it away: the cloud may do so, and would show another text."
    ),
    "template-not-filled": Entry(
        "A template's mark stands where a value was to come", "Write the value, or run the template first."
    ),
    "text-too-long": Entry("A text is too long", "Nothing here needs more than 10,000 characters."),
    "key-not-text": Entry("A key is no text", "Write a plain name before the colon."),
    "duplicate-key": Entry("A key is given twice", "Remove one; YAML would silently keep the last."),
    # Config: structure and values
    "file-empty": Entry(
        "A file is empty, as if all it declared were to be removed", "Restore it, or delete the file if that is meant."
    ),
    "not-a-mapping": Entry("A file does not begin with `key: value`", "Write one `key: value` a line."),
    "unknown-key": Entry("A key that means nothing here", "Remove it, or mend its spelling."),
    "missing-key": Entry("A required key is missing", "Add it."),
    "wrong-type": Entry("A value has the wrong type", "See the schema."),
    "not-allowed": Entry("A value is none of those allowed", "Use one of those listed in the schema."),
    "out-of-range": Entry("A number or a list is too small or too large", "See the schema for its bounds."),
    "bad-value": Entry("A value is not well formed", "See the schema."),
    "bad-name": Entry("A name is not well formed", "Use a-z, 0-9, dot, dash and underscore, at most 63."),
    "credential-in-config": Entry(
        "What looks like a credential or a code stands in the configuration",
        "Remove it; if it was ever committed, replace it. Credentials come from the environment, codes from a prompt.",
    ),
    "endpoint-in-config": Entry(
        "The configuration names a host",
        "Remove it: configuration is text from a pull request, so where calls go is said by flag or environment only.",
    ),
    "command-in-config": Entry(
        "The configuration names a command",
        "Remove it: configuration is text from a pull request and never runs anything.",
    ),
    "state-elsewhere": Entry(
        "The configuration names a state that is not a local file",
        "Give it with --state or RECONCILER_STATE; here only sqlite:FILE or dir:FOLDER below the root can stand.",
    ),
    # Config: numbers and contacts
    "number-line-break": Entry("A phone number holds a line break", "Write it on one line."),
    "number-hidden": Entry("A phone number holds an invisible character", "Type it anew instead of pasting it."),
    "number-digits": Entry("A phone number holds full-width or other non-ASCII digits", "Use 0 to 9 and +."),
    "number-notation": Entry("A phone number is written like a computer's number", "Write it as text, digits only."),
    "number-national": Entry("A phone number is in national format", "Write the country code: +8613800001234."),
    "number-no-plus": Entry("A phone number does not begin with +", "Begin with + and the country code."),
    "number-separators": Entry("A phone number holds spaces, dashes or brackets", "Write digits only after the +."),
    "number-letters": Entry("A phone number holds what is no digit", "Write digits only after the +."),
    "number-too-short": Entry("A phone number is too short", "Compare it with its source."),
    "number-too-long": Entry("A phone number is too long", "Compare it with its source."),
    "number-country": Entry("A phone number has an unknown country code", "Compare it with its source."),
    "number-invalid": Entry("No such phone number can exist in its country", "Compare it with its source."),
    "number-spelling": Entry("A phone number is not in its E.164 form", "Leave out the 0 after the country code."),
    "sms-to-landline": Entry(
        "A number that gets no text messages is sent one", "Say `method: voice`: a call speaks the code."
    ),
    "range-new": Entry(
        "A number is taken as it is written, as its range is said to be new",
        "Compare it with its source once more: a mistyped number is somebody's phone, too.",
    ),
    "range-known": Entry("A number's range is said to be new, and is known", "Take `range: new` out."),
    "contact-name": Entry(
        "A contact's name is not 2 to 12 Latin letters or Chinese characters", "Choose another, or give one as `name:`."
    ),
    "contact-phone": Entry("A contact's phone is no mobile of mainland China", "Use one, or leave `phone` out."),
    "contact-email": Entry("An e-mail address cannot exist", "Write it like name@example.com."),
    # Config: the whole project
    "number-twice": Entry("A phone number is declared twice", "One number, one owner: keep one of the two."),
    "number-respelled": Entry(
        "A phone is declared in another spelling than it is recorded in",
        "Declare it as it is recorded: it is the same phone, and would be sent another message.",
    ),
    "moved-nowhere": Entry(
        "A space is said to move from its own space_id", "Take `moved:` out, or name the space_id that it had."
    ),
    "removed-and-declared": Entry(
        "A block stands in the file, and a word about its removal, too",
        "Take one of them out; for a new number use a new key, and name the old one here.",
    ),
    "contact-twice": Entry("A contact's name is declared twice", "A directory has each name once: rename one."),
    "space-twice": Entry("A space's name is used twice", "Give each space file a name of its own."),
    "space-id-twice": Entry("A space_id is used twice", "One space, one file: join the two files or mend the id."),
    # Planning
    "no-way-back": Entry("A value that no operation can change was changed", "Put the recorded value back."),
    "space-id-changed": Entry(
        "A space's name is recorded with another space_id, so that every number of it would move",
        "Put the recorded space_id back, or say `moved: {space_id: OLD}` in the space file.",
    ),
    "removal-refused": Entry(
        "A recorded resource is no longer declared, and its on_remove is refuse",
        "Put the block back, or say what to do under `removed:` in the space file.",
    ),
    "removed-unknown": Entry(
        "A name under `removed:` was never recorded in its space", "Mend its spelling, or take the line out."
    ),
    "space-left-out": Entry(
        "Something moves to or from a space that cannot be planned", "Mend the errors of that space, and plan again."
    ),
    "move-first": Entry("A move is not finished, and is to be taken back", "Apply the move first, then move it back."),
    "removal-first": Entry("What is being removed is declared in another space", "Apply the removal first."),
    "move-needs-both": Entry("A number moves between spaces, and only one of them is planned", "Plan both spaces."),
    "no-such-way-out": Entry("A removal is asked for that this kind of resource does not know", "Say another one."),
    # Guards
    "too-many-messages": Entry("More messages would be sent than the guard allows", "Raise guards.max_messages."),
    "too-much-deleted": Entry("More would be removed than the guard allows", "Raise guards.max_delete_percent."),
    "country-not-allowed": Entry(
        "A number's country is not among those allowed", "Add its country code to guards.allowed_countries."
    ),
    # State
    "state-url-unknown": Entry("No such kind of state is known", "Write it as scheme:path, such as sqlite:FILE."),
    "extra-missing": Entry(
        "A package that this state needs is not installed", "Install this copy again with the extra of this state."
    ),
    "bucket-url": Entry(
        "The URL of a state in a bucket cannot be used",
        "Write it as s3://BUCKET/PREFIX or oss://BUCKET/PREFIX; credentials and endpoint come from the environment.",
    ),
    "bucket-endpoint": Entry(
        "The endpoint of a bucket cannot be used",
        "Write it as https://HOST in AWS_ENDPOINT_URL or OSS_ENDPOINT; plain http is for this machine only.",
    ),
    "bucket-credentials": Entry(
        "Nothing says who may use a bucket",
        "For s3: set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION; "
        "for oss: OSS_ACCESS_KEY_ID, OSS_ACCESS_KEY_SECRET and OSS_REGION.",
    ),
    "bucket-region": Entry("Nothing says in which region a bucket is", "Set OSS_REGION, such as cn-hangzhou."),
    "state-not-safe": Entry(
        "A store would let two runs write the same entry",
        "Use a bucket without versioning for OSS (oss://), and for S3 a store that honours `If-None-Match: *`.",
    ),
    "state-address": Entry(
        "The address of a state on a server cannot be used",
        "Write it as https://HOST/PATH/{space}; plain http is for this machine only.",
    ),
    "state-locked": Entry(
        "A write to the state is held up by somebody's lock",
        "Wait for it to end, or ask the server's owner to release it.",
    ),
    "state-too-large": Entry(
        "The state has outgrown the place that it is kept in",
        "Reading still works. Run `reconciler state pull > FILE`, then `reconciler state push FILE --state URL`; "
        "from then on use that place only.",
    ),
    "key-missing": Entry(
        "Something is encrypted, and no key that is given here opens it",
        "Set RECONCILER_AGE_IDENTITY to the key of one of those who can read it.",
    ),
    "key-unusable": Entry(
        "A key for encryption cannot be used",
        "Give keys as age-keygen writes them: a file or inline, recipients as age1…, identities as AGE-SECRET-KEY-1….",
    ),
    "no-recipient": Entry(
        "Who writes what is encrypted has to be able to read it",
        "Name the recipients in RECONCILER_AGE_RECIPIENTS, among them yourself.",
    ),
    "not-encrypted": Entry(
        "The state is not encrypted, and should be",
        "Unset RECONCILER_AGE_RECIPIENTS and RECONCILER_AGE_IDENTITY, then run `reconciler state migrate --to URL "
        "--to-recipients FILE --to-identity FILE`.",
    ),
    "postgres-url": Entry(
        "The URL of a state in PostgreSQL cannot be used",
        "Write it as postgres://USER@HOST/DATABASE; the password comes from PGPASSWORD or PGPASSFILE.",
    ),
    "state-unusable": Entry("The state cannot be opened, read or written", "Check its path, permissions and disk."),
    "state-unreadable": Entry("The recorded state is damaged", "Restore it from a backup; nothing was changed."),
    "state-gap": Entry("An entry of the journal is missing", "Restore the state from a backup; nothing was changed."),
    "state-edited": Entry(
        "The journal is not as it was written", "Restore the state from a backup, and find out who edited it."
    ),
    "state-newer": Entry(
        "The state was written by a newer version of this program", "Use that version or a newer one."
    ),
    # State: copied, moved, let go
    "state-moved": Entry(
        "The state was moved to another place, and this one is closed",
        "Name that place with --state or RECONCILER_STATE; if it was not finished, "
        "run `state migrate` here again, with the same --to.",
    ),
    "state-unfinished": Entry(
        "A state is being filled from another place, and that was not finished",
        "Run the same `state migrate` or `state push` again; to give it up, run `reconciler state accept`.",
    ),
    "state-differs": Entry(
        "Two journals of one space tell different stories", "Name an empty place, or the one it belongs to."
    ),
    "state-older": Entry(
        "A copy is older than what is recorded",
        "Nothing is taken back: to go on from the older one, push it to an empty place, and use that from then on.",
    ),
    "pull-unreadable": Entry("A file is no whole document of `state pull`", "Pull anew, or take another backup."),
    "same-place": Entry("The state is to be moved to where it is", "Name another place with --to."),
    "address-unfit": Entry(
        "An address does not fit what is recorded",
        "Write SPACE/phone_number/NAME or SPACE/contact/NAME, as it is now.",
    ),
    "address-taken": Entry("An address stands for something already", "Choose another one."),
    "address-shared": Entry(
        "Several records have one address, as while one is replaced", "Apply first: then one of them is left."
    ),
    "number-migrates": Entry(
        "A number changes its space by migration only", "Move its block to the other space's file, and plan."
    ),
    "other-endpoint": Entry(
        "The state belongs to another cloud, such as a sandbox",
        "Point --endpoint at the cloud it was recorded against, or name another state.",
    ),
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
    "witness-unreadable": Entry(
        "What was seen of the state before cannot be read",
        "Compare the state with a backup; if it is what it should be, run `reconciler state accept`.",
    ),
    "network-filesystem": Entry(
        "SQLite and directories of files cannot be trusted across a network",
        "Keep the state on a local disk, or say `reconciler --allow-network-filesystem …`.",
    ),
    "emergency-waiting": Entry("Outcomes wait that the journal lacks", "Run `reconciler state recover`, then go on."),
    "emergency-elsewhere": Entry(
        "A kept outcome belongs to another state",
        "Name that state with --state; if it was given up on purpose, `reconciler state accept` sets it aside.",
    ),
    "emergency-unreadable": Entry(
        "Kept outcomes cannot be read",
        "Look at it: nothing of it was used. What is no file of this program is to be removed, and never committed.",
    ),
    "outcome-kept": Entry(
        "An outcome could not be written to the journal", "Mend the disk, then run `reconciler state recover`."
    ),
    "outcome-nowhere": Entry(
        "An outcome could not be written anywhere", "Mend the disk, then run the command that was printed."
    ),
    "bad-term": Entry("The lease's term is no such time", "Leave RECONCILER_LEASE_TERM out, or say seconds."),
    "wrong-run": Entry("The run to unlock is not the one that holds the space", "Give the id that the refusal names."),
    "locked": Entry("Another run is at work in this space", "Wait for it to end, or give --lock-wait a duration."),
    "lost-place": Entry(
        "Another run has taken this one's place", "Look at `reconciler log`, then run again: nothing done is repeated."
    ),
    "interrupted": Entry("The run was stopped before this was done", "Run again: nothing that is done is repeated."),
    "approval-needed": Entry(
        "Nobody could be asked for approval", "Review a saved plan and apply it, or say --auto-approve."
    ),
    "not-approved": Entry("The plan was not approved", "Only the literal `yes` approves."),
    # Plans
    "no-such-plan": Entry("There is no plan at this path", "Make one with `reconciler plan --out FILE`."),
    "plan-unreadable": Entry("A file holds no plan that can be read", "Make the plan anew."),
    "plan-newer": Entry("The plan was made by a newer version of this program", "Use that version, or plan anew."),
    "plan-edited": Entry("The plan is not as it was made", "Make the plan anew, and review it again."),
    "plan-stale": Entry("What the plan rests on was changed since", "Make the plan anew, and review it again."),
    "plan-other-config": Entry(
        "The plan was made from another configuration", "Check out the one it was made from, or plan anew."
    ),
    "plan-other-endpoint": Entry("The plan was made for another cloud", "Plan anew for this one."),
    "plan-not-recorded": Entry(
        "A plan that was not made from recorded state can only be read",
        "Plan with the recorded state, as a trusted job does, and apply that plan.",
    ),
    "rehearsal-unreadable": Entry(
        "The report of a rehearsal cannot be read", "Make one: `reconciler rehearse PLANFILE --json`."
    ),
    "rehearsal-of-another": Entry(
        "A rehearsal is shown beside the plan that it rehearsed",
        "Rehearse this plan: `reconciler rehearse PLANFILE --json`.",
    ),
    "settings-changed": Entry(
        "A setting of reconciler.yaml is not as it was", "Look whether that is meant: what is applied next goes by it."
    ),
    "plan-other-digest": Entry(
        "What there is to do is not what was reviewed", "Review the plan of this moment, and name its digest."
    ),
    "plan-other-lineage": Entry("The plan was made against another journal", "Name that state, or plan anew."),
    "outside-plan": Entry("A call turned out to be needed that the plan does not show", "Plan anew, and review it."),
    "waits-for-move": Entry(
        "A record is kept until what moves is ready in its new space", "Finish it there, then apply again."
    ),
    "cannot-write": Entry("A file cannot be written", "Name another path, or mend its permissions."),
    "stream-cut": Entry(
        "The file of the event stream could not be written to its end",
        "Mend the disk; the run went on, and `reconciler log` tells all of it.",
    ),
    # Revisions and snapshots
    "git-missing": Entry("Revisions are compared by git, and it is not installed", "Install git."),
    "git-failed": Entry("Git could not tell what stood in a revision", "Mend what git says, then run again."),
    "not-a-repository": Entry("There is no Git repository here", "Run inside a clone, or leave the revision out."),
    "revision-unknown": Entry("A revision is not known here", "Name a branch, tag or commit of this clone."),
    "revision-shallow": Entry(
        "This clone holds too little history",
        "Fetch all of it: `fetch-depth: 0` for actions/checkout, GIT_DEPTH: 0 on GitLab, `git fetch --unshallow` here.",
    ),
    "snapshot-unreadable": Entry(
        "A file is no snapshot that `state snapshot` wrote",
        "Publish it anew with `reconciler state snapshot --out FILE`.",
    ),
    "snapshot-newer": Entry("The snapshot was taken by a newer version of this program", "Use that version."),
    # Comments on a forge
    "forge-setting": Entry(
        "What says where to comment is missing, or cannot be used",
        "In a job of GitHub or GitLab it is set; elsewhere set it as docs/comments.md says.",
    ),
    "forge-token": Entry(
        "There is no token to comment with",
        "GitHub: `env: GITHUB_TOKEN: ${{ github.token }}`. GitLab: a project access token with the scope `api`, as "
        "RECONCILER_GITLAB_TOKEN; the job's own token writes no notes.",
    ),
    "forge-refused": Entry("The forge refused", "See docs/comments.md for the permissions that are needed."),
    "forge-throttled": Entry("The forge has had too many requests", "Run the job again later."),
    "forge-moved": Entry(
        "The forge says that something moved, and redirects are never followed",
        "If the repository was renamed, run the job anew; otherwise mend the API's address.",
    ),
    "forge-unreachable": Entry(
        "The forge did not answer, or not as it should", "Run the job again: no comment is written twice."
    ),
    "no-pull-request": Entry("Nothing says which pull request is meant", "Say it with --pull NUMBER."),
    "comment-unsure": Entry(
        "Whether a comment was written is unknown", "Run the job again: it looks for the comment first."
    ),
    "comment-too-long": Entry("A comment is longer than the forge takes", "Plan fewer spaces at a time with --space."),
    "comment-locked": Entry("The conversation is locked", "Unlock it, or read the plan in the job's summary."),
    "comment-key": Entry("A comment's key is not well formed", "Use a-z, 0-9, dot, dash and underscore, at most 63."),
    "document-too-large": Entry(
        "A document is too large to be shown in a comment", "Plan fewer spaces at a time with --space."
    ),
    "outcome-unreadable": Entry(
        "A file holds no event stream of an apply", "Write one with `reconciler apply --json-into FILE`."
    ),
    # Resources
    "no-account": Entry(
        "The space has no approved WhatsApp Business Account",
        "Bind one by embedded signup and wait for its approval; no message was sent.",
    ),
    "already-there": Entry(
        "Something is there already that this journal did not create",
        "Apply with --adopt to take it over, or remove it from the cloud.",
    ),
    "status-unclear": Entry(
        "The cloud lists it with a status that says nothing certain",
        "See what it is in the console; nothing is sent or registered before its status is one that is known.",
    ),
    "display-name-declined": Entry(
        "The display name was declined",
        "Change it in the console; apply looks again, and goes on when it is approved.",
    ),
    "put-back-unread": Entry(
        "What was forgotten halfway and put back cannot be read in the cloud",
        "If it was removed there meanwhile, drop its record with `reconciler state rm`; the next apply makes it anew.",
    ),
    "review-awaited": Entry(
        "The cloud has to look at something before this is done",
        "Nobody is needed: the next apply looks again, and goes on when it is approved.",
    ),
    "review-over": Entry(
        "A review that was waited for is over",
        "Apply again: the plan shows what comes next.",
    ),
    "already-there-differs": Entry(
        "Something is there already, with values other than those declared",
        "Make the declared values those of the cloud, or remove it there.",
    ),
    "other-address-waits": Entry(
        "A contact waits for an address that is not declared",
        "Somebody changed it elsewhere: confirm or cancel that change in the console; then run verify again.",
    ),
    "gone-elsewhere": Entry(
        "A recorded contact is not in the directory any more",
        "Somebody removed it there: drop its record with `reconciler state rm ADDRESS`; the next apply makes it anew.",
    ),
    "changed-elsewhere": Entry(
        "A resource was changed in the cloud, not by this program",
        "Put the recorded values back there; then run verify again.",
    ),
    "deletion-failed": Entry(
        "The directory could not delete a contact", "See the contact in the console, mend what holds it, apply again."
    ),
    "metered-out": Entry(
        "Registering or deregistering was tried as often as is safe",
        "Apply again at the time named: tries are metered.",
    ),
    # Cloud
    "no-credentials": Entry(
        "No credentials for the cloud were found",
        "Set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET (with ALIBABA_CLOUD_SECURITY_TOKEN where "
        "they are temporary), or name a profile of ~/.aliyun/config.json in ALIBABA_CLOUD_PROFILE, or for one product "
        "each in RECONCILER_CAMS_PROFILE and RECONCILER_RD_PROFILE.",
    ),
    "credentials-unusable": Entry(
        "Credentials for the cloud are named and cannot be used", "Set what is missing, or take away what names it."
    ),
    "credentials-refused": Entry(
        "The cloud does not accept the credentials", "Check that the access key is active and belongs to its secret."
    ),
    "endpoint-not-allowed": Entry(
        "Calls may not go to this endpoint", "Give https:// and a host name, or http://127.0.0.1:PORT for a sandbox."
    ),
    "proxy-not-usable": Entry(
        "The environment names a proxy that cannot be used", "Give it an http:// address, or unset the variable."
    ),
    "no-proxy-not-usable": Entry(
        "NO_PROXY has an entry that cannot be used", "Write IPv6 addresses bare, without brackets and without a range."
    ),
    "certificates-not-usable": Entry(
        "The environment names certificates that cannot be used",
        "Name a file of certificates in PEM, or unset the variable: then the usual ones are trusted.",
    ),
    "key-log-not-usable": Entry(
        "SSLKEYLOGFILE names a file that cannot be written", "Unset it: who has that file reads what is sent."
    ),
    "permission-denied": Entry("The cloud does not permit this call", "Ask for the action named like the call."),
    "not-activated": Entry("The account does not have this product", "Activate the product in the account's console."),
    "operation-not-offered": Entry("The endpoint does not know this operation", "Check the endpoint and its region."),
    "parameter-refused": Entry(
        "The cloud does not accept a parameter",
        "Correct the value that the message names; what is gone from the cloud is let go under `removed:`.",
    ),
    "clock-skew": Entry(
        "The cloud refused the time of a call", "Set this machine's clock; a call's time may be off by 15 minutes."
    ),
    "throttled-too-long": Entry(
        "The cloud went on answering that calls come too fast",
        "Wait, or lower limits.calls_per_second: others may be using the same account.",
    ),
    "daily-cap-reached": Entry(
        "The cloud sends no more messages today", "Run apply again tomorrow: nothing that is done is repeated."
    ),
    "refused-by-cloud": Entry("The cloud refused a call", "See the cloud's message and its code in the API reference."),
    "operation-stopped": Entry(
        "The cloud answered an operation three times in a code that no list has; this run does not call it any more",
        "Find out what the code means; then run again: nothing that is done is repeated.",
    ),
    "refused-often": Entry(
        "The cloud refused the same thing as often as is safe in a day",
        "Remove the cause that the cloud names; then wait, or ask with --resend.",
    ),
    "waits-for-review": Entry(
        "The cloud reviews a display name or an account before it goes on",
        "Nothing has to be done: apply again later. No message is sent and no try is counted.",
    ),
    "cannot-reach": Entry("A call was not sent", "Check the network, the proxy and the endpoint, then run again."),
    "unknown-answer": Entry(
        "A call was sent, and what came of it is not known", "Run again: what can be looked up is looked up first."
    ),
    "sandbox-port-taken": Entry("The sandbox cannot listen on its port", "Name another port, or 0 for any free one."),
    "sandbox-data-unusable": Entry("The sandbox cannot keep its data here", "Name a folder you may write to."),
    "sandbox-data-busy": Entry("Two sandboxes cannot share a folder", "Stop the other one, or name another folder."),
    "sandbox-other-world": Entry(
        "The sandbox's folder keeps another world", "Name its seed with --contrary, or another folder."
    ),
    "sandbox-data-damaged": Entry("The sandbox's data was altered", "Empty the folder; the world begins anew."),
    # People and codes
    "daily-limit": Entry(
        "No more messages may be sent for now", "Apply again at the time named: nothing that is done is repeated."
    ),
    "code-malformed": Entry(
        "What was given is no code", "Give the six digits; a dash or spaces between them are fine."
    ),
    "code-refused": Entry(
        "The code was not accepted", "Check it and try again; where it came by a message, --resend sends a new one."
    ),
    "submission-refused": Entry(
        "The cloud refused a code without saying that it is wrong",
        "Read the cloud's words: the code may be right. It is asked for again, and nothing is sent anew.",
    ),
    "verification-lapsed": Entry(
        "A verified number was not registered in time",
        "A verification holds for 14 days. Ask for a new code with --resend: it sends one message.",
    ),
    "parked": Entry("Too many codes were tried", "Ask for a new one with --resend: it sends one message."),
    "nothing-to-resend": Entry("No message can be sent again at this point", "See `reconciler pending`."),
    "already-ready": Entry("There is nothing to answer any more", "See `reconciler state show ADDRESS`."),
    "challenge-changed": Entry(
        "Another message was sent meanwhile",
        "Enter the newest code; `reconciler pending` says when it was sent.",
    ),
    "not-waiting": Entry("This waits for nobody", "See `reconciler pending` for what does."),
    "unknown-address": Entry("Nothing is recorded at this address", "See `reconciler state list` for what is."),
    # Command line
    "demo-failed": Entry("The demo did not go as it should", "This is a bug: please report it with what was printed."),
    "no-such-folder": Entry("The folder given with -C is not there", "Name the folder that holds spaces/."),
    "no-pace-elsewhere": Entry(
        "Calls without a pace are for a sandbox only", "Set limits.calls_per_second to 10 or less."
    ),
    "resend-one": Entry("Several answers, and one more message for whom?", "Say `verify ADDRESS --resend`."),
    "bug": Entry("A bug in this program", "Report it with the file named; it holds no values, only places."),
    "unknown-space": Entry("No space of this name is declared", "See spaces/ for the names there are."),
}
