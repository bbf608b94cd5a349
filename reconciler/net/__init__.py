"""HTTP and hosts: the one door of httpx."""
