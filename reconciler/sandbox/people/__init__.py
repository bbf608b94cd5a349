"""What people do at the sandbox: the inbox, its page, and whoever looks from outside."""
