"""The results of a rehearsal, and where it differs from its plan."""
