"""What a space file lists under `import`: what it declares is there already, and is to be recorded."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from reconciler.config.spaces import account
from reconciler.config.text.explain import close
from reconciler.config.text.nodes import Block, Items, Where, section
from reconciler.errors import Problem

KEY, ALL = "import", "all"
SECTIONS = {"phone_numbers": "phone_number", "contacts": "contact"}
"""Section of a space file -> type of the resources in it."""


def imports(root: Block) -> frozenset[str]:
    """Addresses, without the space's name: each is listed by its name, or by type and name."""
    said = root.get(KEY)
    if said is None:
        return frozenset()
    if said == ALL:
        return frozenset(address for address, _ in _declared(root))
    names = {str(each) for each in said} if isinstance(said, Items) else set()
    return frozenset(address for address, name in _declared(root) if names & {address, name})


def import_problems(root: Block, at: Where) -> Iterator[Problem]:
    """Only what a block describes can be imported."""
    said = root.get(KEY)
    if said is None:
        return
    known = {each for pair in _declared(root) for each in pair}
    if isinstance(said, str) and said != ALL:
        yield Problem("import-unknown", "`import` is a list of names, or `all`", at(root.of(KEY)), said)
    listed = said if isinstance(said, Items) else Items().marked((0,))
    for position, name in enumerate(listed):
        if isinstance(name, str) and name not in known:
            yield _unknown(name, known).at(at(listed.of(position)))


def _unknown(name: str, known: Collection[str]) -> Problem:
    if name in (account.KEY, f"{account.KEY}/{account.NAME}"):
        hint = "Take it out of the list: an apply sets what is declared."
        return Problem("import-unknown", "the callback of an account cannot be read", found=name, hint=hint)
    return Problem("import-unknown", "nothing of this name is declared here", found=name, hint=close(name, known))


def _declared(root: Block) -> Iterator[tuple[str, str]]:
    """(address without the space's name, name) of each block."""
    for key, type_ in SECTIONS.items():
        yield from ((f"{type_}/{name}", name) for name in section(root, key))
