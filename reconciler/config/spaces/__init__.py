"""Nodes to spaces, numbers and contacts."""
