"""Protects recorded state: the emergency file, safe transfers, and what was last seen."""
