"""Spaces that are filled from a template: what many customers have in common is written once.

Filling happens on the parsed texts, never on the file: no value can become a key, a block or a comment.
"""
