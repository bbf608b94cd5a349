"""Errors of a cloud or a forge: what it answered, or why it could not be called."""

from __future__ import annotations

from reconciler.errors.entry import Entry

CLOUD: dict[str, Entry] = {
    # Cloud
    "no-credentials": Entry(
        "No credentials for the cloud were found",
        "Set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET (with ALIBABA_CLOUD_SECURITY_TOKEN where "
        "they are temporary), or name a profile of ~/.aliyun/config.json in ALIBABA_CLOUD_PROFILE, or for one product "
        "each in RECONCILER_CAMS_PROFILE and RECONCILER_RD_PROFILE.",
    ),
    "wrong-account": Entry(
        "The credentials belong to another account",
        "Use those of the account that reconciler.yaml names, or choose another environment. Nothing was called.",
    ),
    "account-unknown": Entry(
        "The cloud does not say which account the credentials belong to",
        "Try again. Nothing was called; RECONCILER_STS_ENDPOINT says where the question goes.",
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
        "Correct the value that the message names; list under `removed:` what no longer exists in the cloud.",
    ),
    "clock-skew": Entry(
        "The cloud refused the time of a call", "Set this machine's clock; a call's time may be off by 15 minutes."
    ),
    "throttled-too-long": Entry(
        "The cloud still answered that calls come too fast",
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
        "Remove the cause that the cloud names; then wait, or run `reconciler verify ADDRESS --resend`.",
    ),
    "waits-for-review": Entry(
        "The cloud reviews a display name or an account first",
        "Nothing has to be done: apply again later. No message is sent and no try is counted.",
    ),
    "cannot-reach": Entry("A call was not sent", "Check the network, the proxy and the endpoint, then run again."),
    "unknown-answer": Entry(
        "A call was sent, and what came of it is not known",
        "Run the same command again: what can be looked up is looked up first.",
    ),
    "sandbox-port-taken": Entry("The sandbox cannot listen on its port", "Name another port, or 0 for any free one."),
    "sandbox-data-unusable": Entry("The sandbox cannot keep its data here", "Name a folder you may write to."),
    "sandbox-data-busy": Entry("Two sandboxes cannot share a folder", "Stop the other one, or name another folder."),
    "sandbox-other-world": Entry(
        "The sandbox's folder keeps another world", "Name its seed with --contrary, or another folder."
    ),
    "sandbox-data-damaged": Entry(
        "The sandbox's data was altered", "Empty the folder; the sandbox then starts from nothing."
    ),
    # Comments and issues on a forge
    "forge-setting": Entry(
        "What says where to comment is missing, or cannot be used",
        "In a job of GitHub or GitLab it is set; elsewhere set it as docs/comments.md says.",
    ),
    "forge-token": Entry(
        "There is no token to write comments or issues with",
        "GitHub: `env: GITHUB_TOKEN: ${{ github.token }}`. GitLab: a project access token with the scope `api`, as "
        "RECONCILER_GITLAB_TOKEN; the job's own token writes neither notes nor issues.",
    ),
    "forge-refused": Entry("The forge refused", "See docs/comments.md for the permissions that are needed."),
    "forge-throttled": Entry("The forge has had too many requests", "Run the job again later."),
    "forge-moved": Entry(
        "The forge says that something moved, and redirects are never followed",
        "If the repository was renamed, run the job again; otherwise correct the API's address.",
    ),
    "forge-unreachable": Entry(
        "The forge did not answer, or not as it should", "Run the job again: nothing is written twice."
    ),
    "no-pull-request": Entry("Nothing says which pull request is meant", "Say it with --pull NUMBER."),
    "comment-unsure": Entry(
        "Whether a comment or an issue was written is unknown", "Run the job again: it looks for it first."
    ),
    "comment-too-long": Entry("A comment is longer than the forge takes", "Plan fewer spaces at a time with --space."),
    "comment-locked": Entry("The conversation is locked", "Unlock it, or read the plan in the job's summary."),
    "comment-key": Entry(
        "The key of a comment or issue is not well formed", "Use a-z, 0-9, dot, dash and underscore, at most 63."
    ),
    "document-too-large": Entry(
        "A document is too large to be shown in a comment", "Plan fewer spaces at a time with --space."
    ),
    "outcome-unreadable": Entry(
        "A file holds no event stream of an apply", "Write one with `reconciler apply --json-into FILE`."
    ),
}
