"""The first files of a project: settings, a space for each environment, the schemas that editors read, .gitignore."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from reconciler.config.files import SETTINGS
from reconciler.config.formatting.quotes import yaml_text
from reconciler.config.schema import source

SCHEMAS = ("space", "template", "filled", "project", "scenario")
FOLDER = "schemas"
IGNORED = ".reconciler/"
"""Local state, and what a working copy has seen: never committed."""


class FirstSpace(NamedTuple):
    """A space that `init` writes.

    environment: its name; "" for a project without environments.
    account: id of the environment's account.
    name: of the space.
    space_id: its id in the cloud.
    number: in E.164 form; "" for a space without.
    display_name: of the number.
    """

    environment: str
    account: str
    name: str
    space_id: str
    number: str
    display_name: str

    @property
    def file(self) -> str:
        folder = f"environments/{self.environment}" if self.environment else "spaces"
        return f"{folder}/{self.name}.yaml"


def first_files(spaces: Sequence[FirstSpace]) -> dict[str, str]:
    """Path -> text. The schemas are this program's own, so they match what it reads."""
    schemas = {f"{FOLDER}/{name}.schema.json": source(name) for name in SCHEMAS}
    return {SETTINGS: _settings(spaces), **{each.file: _space(each) for each in spaces}, **schemas}


def _settings(spaces: Sequence[FirstSpace]) -> str:
    said: dict[str, Any] = {
        each.environment: {"spaces": f"environments/{each.environment}/*.yaml", "account": each.account}
        for each in spaces
        if each.environment
    }
    text = yaml_text({"environments": said}) if said else ""
    # A whole number of the schema, which yaml_text would write in quotes.
    return f"{_modeline(SETTINGS, 'project')}guards:\n  max_messages: 20\n{text}"


def _space(space: FirstSpace) -> str:
    number = {"number": space.number, "onboarding": "register", "display_name": space.display_name}
    said: Mapping[str, Any] = {"space": space.name, "space_id": space.space_id}
    numbers = {"phone_numbers": {"support": number}} if space.number else {}
    return _modeline(space.file, "space") + yaml_text({**said, **numbers})


def _modeline(file: str, schema: str) -> str:
    up = "../" * (len(PurePosixPath(file).parts) - 1)
    return f"# yaml-language-server: $schema={up or './'}{FOLDER}/{schema}.schema.json\n"
