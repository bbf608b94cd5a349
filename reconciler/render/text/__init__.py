"""What people read at a terminal or in a log."""
