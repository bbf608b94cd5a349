"""The configuration as another revision of the repository has it."""
