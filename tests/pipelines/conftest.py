"""The installed command, a folder for it and a local cloud: those of the end-to-end tests."""

from tests.e2e.conftest import cloud, project, served

__all__ = ["cloud", "project", "served"]
