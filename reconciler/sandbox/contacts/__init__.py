"""Resource Directory's message contacts, as the sandbox plays them."""
