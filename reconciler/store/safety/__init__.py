"""What keeps recorded state from being lost: entries that could not be written, moves, what was seen last."""
