"""The sandbox on the wire."""
