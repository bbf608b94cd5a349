"""Errors of making, saving, reading, comparing or applying a plan."""

from __future__ import annotations

from reconciler.errors.entry import Entry

PLANNING: dict[str, Entry] = {
    # Planning
    "no-way-back": Entry("A value that no operation can change was changed", "Put the recorded value back."),
    "no-migration-back": Entry(
        "A number that is deregistered in its space is to come back by migration",
        "Write `onboarding: register`: with --adopt it comes back in its space. To only remove it, take the block out.",
    ),
    "space-id-changed": Entry(
        "A space's name is recorded with another space_id, so that every number of it would move",
        "Put the recorded space_id back, or say `moved: {space_id: OLD}` in the space file.",
    ),
    "removal-refused": Entry(
        "A recorded resource is no longer declared, and its on_remove is refuse",
        "Put the block back, or say what to do under `removed:` in the space file.",
    ),
    "import-recorded": Entry(
        "A name under `import` is recorded already, so the line means nothing", "Remove the line."
    ),
    "import-moves": Entry(
        "What is listed under `import` is recorded in another space",
        "To move it, take it out of `import`. Was it moved outside of reconciler? `reconciler state rm` first.",
    ),
    "import-absent": Entry(
        "Something to import is not there in the cloud",
        "Correct its number or name, or remove its line under `import`; then the plan creates it.",
    ),
    "removed-unknown": Entry(
        "A name under `removed:` was never recorded in its space", "Correct its spelling, or remove the line."
    ),
    "moved-already": Entry(
        "An entry under `moved:` means nothing any more", "Remove it, once every environment has applied it."
    ),
    "space-left-out": Entry(
        "Something moves to or from a space that cannot be planned",
        "Correct the errors of that space, then run `reconciler plan` again.",
    ),
    "move-first": Entry(
        "A move is not finished, and is to be taken back, or its old space is to be destroyed",
        "Run `reconciler apply` for the move first, then move it back.",
    ),
    "removal-first": Entry(
        "What is being removed is declared in another space", "Run `reconciler apply` for the removal first."
    ),
    "move-needs-both": Entry(
        "A number moves between spaces, and only one of them is planned",
        "Plan both: `reconciler plan --space ONE,OTHER`.",
    ),
    "no-such-way-out": Entry("A removal is asked for that this kind of resource does not know", "Say another one."),
    # Guards
    "too-many-messages": Entry(
        "More messages would be sent than the guard allows",
        "Allow it once with --allow-messages N, or raise guards.max_messages.",
    ),
    "too-much-deleted": Entry(
        "More would be removed than the guard allows",
        "Allow it once with --allow-deletes PERCENT, or raise guards.max_delete_percent.",
    ),
    "country-not-allowed": Entry(
        "A number's country is not among those allowed", "Add its country code to guards.allowed_countries."
    ),
    "callback-host-not-allowed": Entry(
        "Customers' messages, or reports, would go to a host that is not among those allowed",
        "Put the address back, or have its host added to guards.callback_hosts by a change of its own, merged first.",
    ),
    # Plans
    "no-such-plan": Entry("There is no plan at this path", "Make one with `reconciler plan --out FILE`."),
    "plan-unreadable": Entry("A file holds no plan that can be read", "Run `reconciler plan --out FILE` again."),
    "plan-newer": Entry(
        "The plan was made by a newer version of this program",
        "Use that version, or run `reconciler plan --out FILE` again.",
    ),
    "plan-other-version": Entry(
        "The plan was made by another version of this program",
        "Use that version, or run `reconciler plan --out FILE` again.",
    ),
    "plan-edited": Entry(
        "The plan file was changed after it was made", "Run `reconciler plan --out FILE` again, and review it."
    ),
    "plan-stale": Entry(
        "The recorded state has changed since the plan was made",
        "Run `reconciler plan --out FILE` again, and review it.",
    ),
    "plan-other-config": Entry(
        "The plan was made from another configuration",
        "Check out the configuration it was made from, or run `reconciler plan --out FILE` again.",
    ),
    "plan-other-endpoint": Entry(
        "The plan was made for another cloud", "Run `reconciler plan --out FILE` for this one."
    ),
    "plan-other-account": Entry(
        "The plan was made for another account",
        "Choose its environment, or run `reconciler plan --out FILE` for this one.",
    ),
    "plan-not-recorded": Entry(
        "A plan that was not made from recorded state can only be read",
        "Run `reconciler plan --out FILE` with the recorded state, as a trusted job does, and apply that plan.",
    ),
    "rehearsal-unreadable": Entry(
        "The report of a rehearsal cannot be read", "Make one: `reconciler rehearse PLANFILE --json`."
    ),
    "changed-while-read": Entry(
        "Another run changed the record while the cloud was read", "Run `reconciler apply --refresh-only` again."
    ),
    "check-unreadable": Entry("What `check` found cannot be read", "Make it again: `reconciler check --json > FILE`."),
    "rehearsal-of-another": Entry(
        "A rehearsal is shown beside the plan that it rehearsed",
        "Rehearse this plan: `reconciler rehearse PLANFILE --json`.",
    ),
    "offboard-refused": Entry(
        "A space is to end, and the on_remove of some of it is refuse",
        "Say what becomes of these: --refused forget, or --refused remove; or change on_remove in their blocks.",
    ),
    "irreversible-steps": Entry(
        "Steps that cannot be undone need a word of their own",
        "Allow them with --allow-irreversible, or run `reconciler destroy` at a terminal.",
    ),
    "plan-partial": Entry(
        "A plan leaves changes out, because --target or --exclude asks for that",
        "Plan without these options afterwards: it shows what is left to do.",
    ),
    "settings-changed": Entry(
        "A setting of reconciler.yaml is not as it was", "Check that it is meant: the next apply uses it."
    ),
    "plan-other-digest": Entry(
        "What there is to do is not what was reviewed",
        "Run `reconciler plan`, review it, and give the digest that it prints.",
    ),
    "plan-other-lineage": Entry(
        "The plan was made against another journal",
        "Name that state with --state, or run `reconciler plan --out FILE` again.",
    ),
    "outside-plan": Entry(
        "A call is needed that the plan does not show", "Run `reconciler plan --out FILE` again, and review it."
    ),
    "waits-for-move": Entry(
        "A record is kept until what moves is ready in its new space",
        "Finish it there, then run `reconciler apply` again.",
    ),
    "waits-for-replacement": Entry(
        "What is replaced stays until its replacement is ready",
        "Finish the replacement, then run `reconciler apply` again.",
    ),
    "cannot-write": Entry("A file cannot be written", "Name another path, or change its permissions."),
    "stream-cut": Entry(
        "The file of the event stream could not be written to its end",
        "Repair the disk; the run continued, and `reconciler log` shows all of it.",
    ),
    # Revisions and snapshots
    "git-missing": Entry("Revisions are compared by git, and it is not installed", "Install git."),
    "git-failed": Entry("Git could not read a revision", "Correct what git reports, then run again."),
    "not-a-repository": Entry("There is no Git repository here", "Run inside a clone, or leave the revision out."),
    "revision-unknown": Entry("A revision is not known here", "Name a branch, tag or commit of this clone."),
    "revision-shallow": Entry(
        "This clone holds too little history",
        "Fetch all of it: `fetch-depth: 0` for actions/checkout, GIT_DEPTH: 0 on GitLab, `git fetch --unshallow` here.",
    ),
    "snapshot-unreadable": Entry(
        "A file is no snapshot that `state snapshot` wrote",
        "Publish it again with `reconciler state snapshot --out FILE`.",
    ),
    "snapshot-of-another": Entry(
        "A snapshot is of another environment or account",
        "Choose its environment, or publish this one's with `reconciler state snapshot --out FILE`.",
    ),
    "snapshot-newer": Entry("The snapshot was taken by a newer version of this program", "Use that version."),
}
