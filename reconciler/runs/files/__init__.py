"""Files that people name: saved plans, outcomes, results."""
