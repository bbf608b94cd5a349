"""Plays the scenarios of `reconciler test` against a local cloud."""
