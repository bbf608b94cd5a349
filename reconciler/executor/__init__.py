"""Carries out the moves that the core decides on, and records them. It decides nothing."""
