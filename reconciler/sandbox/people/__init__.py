"""The sandbox's people: the inbox, its page, and a client for their part."""
