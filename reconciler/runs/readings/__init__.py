"""Compares what is recorded with what the cloud reports now, and records what was found."""
