"""What no document promises, and a contrary cloud plays."""
