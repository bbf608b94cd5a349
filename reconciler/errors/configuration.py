"""Errors of the YAML and its files."""

from __future__ import annotations

from reconciler.errors.entry import Entry

CONFIGURATION: dict[str, Entry] = {
    # Config: files
    "file-missing": Entry("A file that the configuration needs is not there", "Create it, or correct the path."),
    "file-exists": Entry("A file that is to be written exists", "Move it away, or write the rest by hand."),
    "file-outside": Entry(
        "A path leads out of the repository", "Keep configuration and local state below the repository's root."
    ),
    "file-not-regular": Entry("A configuration file is no regular file", "Put a plain text file in its place."),
    "file-unreadable": Entry("A configuration file cannot be read", "Change its permissions."),
    "file-not-read": Entry(
        "A file that looks like a space's is not read",
        "Move it, or name its folder under `spaces` in reconciler.yaml; space files end in .yaml or .yml.",
    ),
    "file-too-large": Entry("A configuration file is too large", "Split the space, or look for what swelled the file."),
    "too-many-files": Entry("There are too many space files", "Narrow `spaces` in reconciler.yaml."),
    "pattern-too-wide": Entry("A pattern holds more than one `**`", "Keep one `**`: it matches folders of any depth."),
    "no-environment": Entry(
        "The project has several environments", "Choose one with --environment NAME or RECONCILER_ENVIRONMENT."
    ),
    "unknown-environment": Entry(
        "No environment has this name", "See `environments:` in reconciler.yaml for the names there are."
    ),
    "beside-environments": Entry(
        "A key belongs in the environments", "Write it below each environment, and remove it here."
    ),
    "no-spaces": Entry(
        "No space is declared",
        "Run `reconciler init` to begin one, add spaces/NAME.yaml, or say in reconciler.yaml where they are.",
    ),
    "import-unknown": Entry(
        "A name under `import` is declared nowhere in its file", "Declare it with a block, or remove the line."
    ),
    # Config: scenarios
    "no-scenarios": Entry(
        "There is no scenario to test", "Add scenarios/NAME.yaml, or name the files: `reconciler test FILE`."
    ),
    "scenario-unknown-word": Entry("A scenario names something that there is not", "Correct its spelling."),
    "scenario-matches-nothing": Entry(
        "A line of a scenario is about nothing that a space file declares",
        "Correct the address; if other files declared what is recorded, name them under `recorded_in`.",
    ),
    "scenario-cloud": Entry(
        "A scenario changes the sandbox in a way that it refuses", "See docs/sandbox.md for its settings and faults."
    ),
    # Config: YAML
    "not-utf8": Entry("A file is not UTF-8", "Save it as UTF-8."),
    "not-utf8-utf16": Entry("A file is UTF-16 or UTF-32", "Save it as UTF-8."),
    "byte-order-mark": Entry("A file begins with a byte order mark", "Save it as UTF-8 without the mark."),
    "nul-character": Entry("A file holds a NUL", "Remove it; is this a text file?"),
    "control-character": Entry("A file holds a control character", "Remove it; lines end with LF or CR LF."),
    "lone-surrogate": Entry("A text holds half a character", "Write the character itself, or its whole escape."),
    "merge-conflict": Entry("A file holds a conflict that was not resolved", "Resolve it and remove the markers."),
    "yaml-syntax": Entry("A file is not YAML", "Check indentation; put texts that hold `: ` or ` #` in quotes."),
    "yaml-tab": Entry("A tab is used where YAML needs spaces", "Indent with spaces."),
    "yaml-unclosed-quote": Entry("A quote is opened and never closed", "Close it."),
    "yaml-anchor": Entry("Anchors are not allowed", "Remove it; `defaults` says what numbers have in common."),
    "yaml-alias": Entry("Aliases are not allowed", "Write the value out; `defaults` says what numbers have in common."),
    "yaml-merge": Entry("Merges are not allowed", "Write the keys out; `defaults` says what numbers have in common."),
    "yaml-tag": Entry("Tags are not allowed", "Remove it; the schema says what type a value has."),
    "yaml-documents": Entry("A file holds several documents", "One space a file: move the rest elsewhere."),
    "yaml-too-deep": Entry("A file is nested too deep", "Nothing here needs more than a few levels."),
    "null-value": Entry(
        "A value is null, not text",
        "Write the value, or remove its key; write the text null in quotes.",
    ),
    "outer-blanks": Entry(
        "A text begins or ends with a blank", "Take it away: the cloud may do so, and would show another text."
    ),
    "template-not-filled": Entry(
        "A template's placeholder was not replaced by a value", "Write the value, or run the template first."
    ),
    "not-formatted": Entry("A file cannot be formatted without a loss", "Format this file by hand."),
    "offboard-by-hand": Entry(
        "A file cannot be changed for the end of its space",
        "Take its blocks out by hand, and write under `removed:` what becomes of each.",
    ),
    "text-too-long": Entry("A text is too long", "Nothing here needs more than 10,000 characters."),
    "key-not-text": Entry("A key is no text", "Write a plain name before the colon."),
    "duplicate-key": Entry("A key is given twice", "Remove one; YAML would silently keep the last."),
    # Config: templates
    "template-missing": Entry("A file names a template that is not there", "Correct the path: it begins at the file."),
    "template-name": Entry("A template's name ends in neither .yaml nor .yml", "Rename the template."),
    "template-nested": Entry(
        "A template fills another template", "Write its keys out: a template holds `parameters` and a space's keys."
    ),
    "template-without-parameters": Entry(
        "A file is filled as a template, and has no `parameters`",
        "Add `parameters: {…}` with a name for each `${name}`, `parameters: {}` where there is none.",
    ),
    "template-as-space": Entry(
        "A template is read as a space file",
        "Move it out of the folder of the space files, or add `template:` if it is to fill one.",
    ),
    "placeholder-open": Entry("A placeholder is not closed", "Write `${name}`, or `$${` for the text `${`."),
    "placeholder-unknown": Entry(
        "A placeholder names no parameter", "Declare it below `parameters`, or write `$${` for the text `${`."
    ),
    "parameter-unused": Entry("A template does not use one of its parameters", "Remove it, or use it."),
    "value-unwanted": Entry("A value is given that the template has no parameter for", "Remove it."),
    "value-missing": Entry("A parameter has no value and no default", "Add it below `values`."),
    "value-not-text": Entry(
        "A list is to be filled into a text or a key", "Give a text, or use the placeholder alone as a value."
    ),
    "key-filled-twice": Entry("Two keys are the same once they are filled in", "Give the parameters different values."),
    "key-in-both": Entry("A template and the file that fills it have the same key", "Remove one of the two."),
    "beside-instances": Entry(
        "A file with `instances` has keys for one space beside them", "Move it into an instance, or into the template."
    ),
    # Config: structure and values
    "file-empty": Entry(
        "A file is empty, as if all it declared were to be removed", "Restore it, or delete the file if that is meant."
    ),
    "not-a-mapping": Entry("A file does not begin with `key: value`", "Write one `key: value` a line."),
    "unknown-key": Entry("An unknown key", "Remove it, or correct its spelling."),
    "url-credentials": Entry(
        "An address holds a user or a password", "Take it out: who may call is not decided by what is in Git."
    ),
    "settings-unserved": Entry(
        "A number has settings, and its onboarding ends before it is in service",
        "Take the settings out, or let it continue into service: `onboarding: prevalidated_embedded`.",
    ),
    "missing-key": Entry("A required key is missing", "Add it."),
    "wrong-type": Entry("A value has the wrong type", "See `reconciler explain KEY`."),
    "not-allowed": Entry("A value is none of those allowed", "Use one of those listed in the schema."),
    "out-of-range": Entry("A number or a list is too small or too large", "See the schema for its bounds."),
    "bad-value": Entry("A value is not well formed", "See `reconciler explain KEY`."),
    "bad-name": Entry("A name is not well formed", "Use a-z, 0-9, dot, dash and underscore, at most 63."),
    "credential-in-config": Entry(
        "The configuration contains what looks like a credential or a code",
        "Remove it; if it was ever committed, replace it. Credentials come from environment variables, codes from a "
        "prompt.",
    ),
    "endpoint-in-config": Entry(
        "The configuration names a host",
        "Remove it: configuration is text from a pull request, so only options and environment variables set where API "
        "calls go.",
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
    "number-hidden": Entry("A phone number holds an invisible character", "Type it instead of pasting it."),
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
    "no-members": Entry(
        "A contact is created that no account messages",
        "List under `members` whose messages it gets: the directory (rd-…), folders (fd-…) or accounts.",
    ),
    "sms-to-landline": Entry(
        "A number that gets no text messages is sent one", "Say `method: voice`: a call speaks the code."
    ),
    "range-new": Entry(
        "A number is accepted as written, because of `range: new`",
        "Compare it with its source once more: a mistyped number is also somebody's phone.",
    ),
    "range-known": Entry("A number has `range: new`, but its range is known", "Remove `range: new`."),
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
    "moved-nowhere": Entry("What moves has the same name as before", "Remove the entry, or write the earlier name."),
    "moved-and-declared": Entry(
        "An earlier name under `moved:` is the name of a block", "Remove the entry, or rename the block."
    ),
    "moved-unknown": Entry("`moved:` gives a new name that no block has", "Correct its spelling, or remove the entry."),
    "removed-and-declared": Entry(
        "A resource is both declared and listed under `removed:`",
        "Remove one of the two; where a block has another number now, list the old number under `removed:`.",
    ),
    "contact-twice": Entry("A contact's name is declared twice", "A directory has each name once: rename one."),
    "space-twice": Entry("A space's name is used twice", "Give each space file a name of its own."),
    "space-id-twice": Entry("A space_id is used twice", "One space, one file: join the two files or correct the id."),
}
