"""Text for people, at a terminal or in a log."""
