"""What a rehearsal found, and where it differs from its plan."""
