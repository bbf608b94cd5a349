"""Makes the calls that the core decides on, and records them. It decides nothing."""
