"""The configuration of another revision of the repository."""
