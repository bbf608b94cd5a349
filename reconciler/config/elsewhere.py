"""What the other environments of a project declare: an import for one of them leaves it to them."""

from __future__ import annotations

from pathlib import Path

from reconciler.config import files
from reconciler.config.formatting.imported import DeclaredElsewhere
from reconciler.config.project import load_files
from reconciler.config.settings import Settings
from reconciler.core.model import Project
from reconciler.errors import Place
from reconciler.kinds.spelling import phone


def declared_elsewhere(root: Path, mine: Settings) -> DeclaredElsewhere:
    """mine: of the environment that is imported to; nothing is elsewhere for a project without environments.

    Raises ConfigError as declared_so_far does.
    """
    others = {name: each for name, each in mine.environments.items() if name != mine.environment}
    projects = {name: declared_so_far(root, each) for name, each in others.items()}
    found = [(name, space) for name, project in projects.items() for space in project.spaces]
    declared = [(name, each) for name, space in found for each in space.resources]
    same = {name for name, each in others.items() if _same_directory(mine, each)}
    return DeclaredElsewhere(
        {space.space_id: name for name, space in found},
        {phone(each.key): name for name, each in declared if each.type == "phone_number"},
        {each.key: name for name, each in declared if each.type == "contact" and name in same},
    )


def declared_so_far(root: Path, settings: Settings) -> Project:
    """What an environment, or a project without environments, declares: a pattern may find no file yet.

    Raises ConfigError with what is wrong with its files.
    """
    patterns = settings.patterns or [(each, Place(each)) for each in files.DEFAULT]
    found = [each for each in patterns if files.find(root, [each])[0]]
    return load_files(root, found) if found else Project(str(root), ())


def _same_directory(one: Settings, other: Settings) -> bool:
    """Contacts belong to an account. Two environments that do not both name theirs may share it."""
    accounts = one.contacts_account, other.contacts_account
    return not all(accounts) or accounts[0] == accounts[1]
