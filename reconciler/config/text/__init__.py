"""YAML text to nodes with places, and what is wrong with either."""
