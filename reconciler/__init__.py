"""Terraform for phone numbers that need a human."""

__version__ = "0.1.0"
