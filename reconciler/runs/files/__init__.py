"""Files that people name: saved plans, outcomes of runs, results."""
