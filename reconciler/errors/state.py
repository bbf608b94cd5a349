"""Errors of recorded state and its backends."""

from __future__ import annotations

from reconciler.errors.entry import Entry

STATE: dict[str, Entry] = {
    # State
    "state-url-unknown": Entry("No such kind of state is known", "Write it as scheme:path, such as sqlite:FILE."),
    "extra-missing": Entry(
        "A package that this state needs is not installed", "Install this copy again with the extra of this state."
    ),
    "bucket-url": Entry(
        "The URL of a state in a bucket cannot be used",
        "Write it as s3://BUCKET/PREFIX or oss://BUCKET/PREFIX; credentials and endpoint come from environment "
        "variables.",
    ),
    "bucket-endpoint": Entry(
        "The endpoint of a bucket cannot be used",
        "Write it as https://HOST in AWS_ENDPOINT_URL or OSS_ENDPOINT; plain http is for this machine only.",
    ),
    "bucket-credentials": Entry(
        "Nothing says who may use a bucket",
        "For s3: set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION, or name a profile in AWS_PROFILE; "
        "for oss: OSS_ACCESS_KEY_ID, OSS_ACCESS_KEY_SECRET and OSS_REGION, or what the cloud's own tools take.",
    ),
    "bucket-variable": Entry(
        "A variable that a bucket's client reads cannot be used", "Correct the variable, or unset it."
    ),
    "bucket-region": Entry("Nothing says in which region a bucket is", "Set OSS_REGION, such as cn-hangzhou."),
    "bucket-elsewhere": Entry(
        "A bucket is in another region than the one that was asked", "Set AWS_REGION or OSS_REGION to the bucket's own."
    ),
    "bucket-missing": Entry(
        "There is no bucket of this name", "Correct the name, or create the bucket: docs/state.md has the steps."
    ),
    "bucket-keys-refused": Entry(
        "A store does not accept the credentials",
        "Sign in again or take newer ones where they are temporary; else check that the key is active and belongs to "
        "its secret.",
    ),
    "bucket-denied": Entry(
        "A store does not permit an action",
        "Allow it for this bucket and prefix: docs/state.md has a policy. Without the right to list, what is missing "
        "is denied, too.",
    ),
    "bucket-clock": Entry(
        "A store refused the time of a request", "Set this machine's clock; it may be off by 15 minutes."
    ),
    "bucket-proxy": Entry(
        "A proxy on the way to a store wants to know who asks",
        "Write HTTPS_PROXY as http://USER:PASSWORD@HOST:PORT, or name the store's host in NO_PROXY.",
    ),
    "bucket-page": Entry(
        "Something else answered in place of a store, such as a network's sign-in page",
        "Sign in to the network, or name the store's host in NO_PROXY; the state itself was not reached.",
    ),
    "state-not-safe": Entry(
        "A store would let two runs write the same entry",
        "Use a bucket without versioning for OSS (oss://), and for S3 a store that honours `If-None-Match: *`. What is "
        "there already is moved out by `reconciler state migrate --to URL`.",
    ),
    "state-address": Entry(
        "The address of a state on a server cannot be used",
        "Write it as https://HOST/PATH/{space}; plain http is for this machine only.",
    ),
    "state-locked": Entry(
        "A write to the state is held up by somebody's lock",
        "Wait for it to end, or ask the server's owner to release it.",
    ),
    "state-page": Entry(
        "The address of the state answers with a web page",
        "Check the address, and the user and password: in the URL, or TF_HTTP_USERNAME and TF_HTTP_PASSWORD. "
        "Nothing was changed.",
    ),
    "state-put-back": Entry(
        "An older document of the state was put back, and the server keeps each revision once",
        "If that was on purpose, run `reconciler state accept`: this space then continues from the older one.",
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
        "Name the recipients in RECONCILER_AGE_RECIPIENTS or --to-recipients, among them yourself, and your own key in "
        "RECONCILER_AGE_IDENTITY or --to-identity.",
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
    # State: copied, moved, forgotten
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
        "Two journals of one space have different entries", "Name an empty place, or the one it belongs to."
    ),
    "state-older": Entry(
        "A copy is older than what is recorded",
        "A journal is never rolled back: to continue from an older copy, push it to an empty backend and use that.",
    ),
    "pull-unreadable": Entry(
        "A file is no whole document of `state pull`",
        "Run `reconciler state pull > FILE` again, or use another backup.",
    ),
    "same-place": Entry("The state is to be moved to where it is", "Name another place with --to."),
    "address-unfit": Entry(
        "An address does not fit what is recorded",
        "Write SPACE/phone_number/NAME or SPACE/contact/NAME, as it is now.",
    ),
    "address-taken": Entry("An address is already in use", "Choose another one."),
    "address-shared": Entry(
        "Several records have one address, as while one is replaced",
        "Run `reconciler apply` first: then one of them is left.",
    ),
    "number-migrates": Entry(
        "A number changes its space by migration only",
        "Move its block to the other space's file, then run `reconciler plan`.",
    ),
    "other-environment": Entry(
        "A number or contact is recorded in a space of another environment",
        "Remove it there first, with `on_remove: forget` where it is to stay, and apply; then declare it here.",
    ),
    "other-account": Entry(
        "The state belongs to another account",
        "Correct `account` in reconciler.yaml, choose another environment, or name another state.",
    ),
    "other-endpoint": Entry(
        "The state belongs to another cloud, such as a sandbox",
        "Point --endpoint at the cloud it was recorded against, or name another state.",
    ),
}
