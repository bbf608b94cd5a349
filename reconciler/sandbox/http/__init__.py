"""The sandbox's HTTP."""
