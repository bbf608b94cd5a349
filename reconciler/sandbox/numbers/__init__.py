"""Chat App's phone numbers, as the sandbox plays them."""
