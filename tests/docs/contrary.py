"""The page about contrary worlds, whose table is the sandbox's own."""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.sandbox.contrary import DIMENSIONS, draw


def contrary() -> Iterator[str]:
    yield "# A contrary cloud, for pipelines of your own"
    yield ""
    yield "Some facts about the real cloud are not documented, or documents contradict each other: [cloud.md](cloud.md) lists them. A"
    yield "contrary [sandbox](sandbox.md) answers each of these questions unfavourably. A seed draws the answers, and the same seed always draws the"
    yield "same world. Nobody knows that the real cloud behaves like this; no document excludes it."
    yield ""
    yield "```sh"
    yield "reconciler sandbox --contrary 7 --env --ready-file sandbox.env &"
    yield "until [ -s sandbox.env ]; do sleep 0.1; done"
    yield ". ./sandbox.env                     # exports RECONCILER_ENDPOINT and an access key"
    yield "curl -s $RECONCILER_ENDPOINT/_sandbox/world | jq -r .line"
    yield "curl -s $RECONCILER_ENDPOINT/_sandbox/clock --json '{\"advance_s\": 172800}'     # two days later"
    yield "curl -s $RECONCILER_ENDPOINT/_sandbox/ledger | jq .violations            # what broke a promise"
    yield "```"
    yield ""
    yield "`reconciler rehearse plan.out --contrary 7` carries out a saved plan in such a world, with simulated people who answer, and reports which"
    yield "world it was. An apply may end with 1 or 3 there, and may need people, time or `--resend`. The ledger must stay without"
    yield "violations. Where `throttling` is `after-acting`, that requires `limits: {throttled_means_not_sent: false}`."
    yield ""
    yield f"The first answer in each row is the favourable one; half of all seeds draw it. Seed 7 is `{str(draw(7)).partition(': ')[2]}`."
    yield "Each answer is a [setting](sandbox.md#settings) of the sandbox: `POST /_sandbox/settings` sets a single one, and `GET /_sandbox/world` shows them all."
    yield ""
    yield "| what is not known | answers | setting |"
    yield "|---|---|---|"
    for name, answers in DIMENSIONS.items():
        settings = dict.fromkeys(setting for changes in answers.values() for setting in changes)
        cells = (", ".join(f"`{each}`" for each in names) for names in (answers, settings))
        yield f"| `{name}` | {' | '.join(cells)} |"
    yield ""
    yield "`trouble-share` is the share of calls (reads apart) that get the answer of `trouble`; `trouble-acts` says whether they were carried out"
    yield "nevertheless. No world contradicts a document: a documented code keeps its form and its meaning, and comes before the cloud acts."
    yield "`python -m tests.full contrary` runs its stories, with kills, in two thousand of these worlds."
