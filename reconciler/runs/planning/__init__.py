"""Which plan a command is about, and whether it may be applied. Nothing in here calls a cloud."""
