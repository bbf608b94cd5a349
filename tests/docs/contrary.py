"""The page about contrary worlds, whose table is the sandbox's own."""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.sandbox.contrary import DIMENSIONS, draw


def contrary() -> Iterator[str]:
    yield "# A contrary cloud, for pipelines of your own"
    yield ""
    yield "What no document tells of the real cloud, or documents contradict, is in [cloud.md](cloud.md). A contrary sandbox answers"
    yield "each of these against you, as a seed says; the same seed is the same world. Nothing in it is known to be so, and nothing in"
    yield "it is excluded."
    yield ""
    yield "```sh"
    yield "reconciler sandbox --contrary 7 --ready-file ready.json &"
    yield "until [ -s ready.json ]; do sleep 0.1; done"
    yield "export RECONCILER_ENDPOINT=$(jq -r .url ready.json)"
    yield "export ALIBABA_CLOUD_ACCESS_KEY_ID=$(jq -r .access_key_id ready.json)"
    yield "export ALIBABA_CLOUD_ACCESS_KEY_SECRET=$(jq -r .access_key_secret ready.json)"
    yield "curl -s $RECONCILER_ENDPOINT/_sandbox/world | jq -r .line"
    yield "curl -s $RECONCILER_ENDPOINT/_sandbox/clock --json '{\"advance_s\": 172800}'     # two days later"
    yield "curl -s $RECONCILER_ENDPOINT/_sandbox/ledger | jq .violations            # what broke a promise"
    yield "```"
    yield ""
    yield "`reconciler rehearse plan.out --contrary 7` does the same with a saved plan, everybody answering, and says which world it"
    yield "was. An apply there may end in 1 or 3 and need people, waiting or `--resend`; the ledger is to stay without a violation. Where"
    yield "`throttling` is `after-acting`, that needs `limits: {throttled_means_not_sent: false}`."
    yield ""
    yield f"Of each thing the first answer is the kind one, which half of all seeds draw. Seed 7 is `{str(draw(7)).partition(': ')[2]}`."
    yield "Each answer is a sandbox setting, so that `POST /_sandbox/settings` plays it alone; `GET /_sandbox/world` shows them all."
    yield ""
    yield "| what is not known | answers | setting |"
    yield "|---|---|---|"
    for name, answers in DIMENSIONS.items():
        settings = dict.fromkeys(setting for changes in answers.values() for setting in changes)
        cells = (", ".join(f"`{each}`" for each in names) for names in (answers, settings))
        yield f"| `{name}` | {' | '.join(cells)} |"
    yield ""
    yield "A call in trouble is answered as `trouble` says, in a `trouble-share` of all calls that do anything, and was carried out all the"
    yield "same where `trouble-acts` says so. No world changes what a document says: a documented code stays as it is, and comes before"
    yield "acting. `python -m tests.full contrary` plays stories with kills in two thousand of these worlds."
