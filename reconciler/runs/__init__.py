"""Joins the parts of a run, without a terminal: used by the command line, and usable by a web page.

Nothing here imports click, prints or asks. Where a person is needed, the caller passes a callable.
"""
