"""Resource Directory's message contacts in the sandbox."""
