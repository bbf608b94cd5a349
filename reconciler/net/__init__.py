"""HTTP and hosts. Only this package uses httpx."""
