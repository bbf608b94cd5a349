"""Makes or loads the plan of a command, and checks whether it may be applied. Nothing here calls a cloud."""
