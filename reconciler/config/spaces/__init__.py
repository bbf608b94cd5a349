"""Builds spaces, numbers and contacts from nodes."""
