"""Journals as objects, in a bucket or in a folder."""
