"""YAML text to nodes with places, and the problems of both."""
