"""What joins the parts, without a terminal: a verb of the command line uses it today, and a page may tomorrow.

Nothing in here imports click, prints, or asks: what needs a person is a callable that the caller gives.
"""
