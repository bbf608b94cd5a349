"""Limits of what is read."""

from __future__ import annotations

LONGEST = 10_000
"""Characters of a text."""
