"""Chat App's phone numbers in the sandbox."""
