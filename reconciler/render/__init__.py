"""Renders plans, outcomes and problems as text and JSON. Pure: it does not print, read, or know a terminal."""
