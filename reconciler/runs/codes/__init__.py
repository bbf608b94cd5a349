"""Open challenges, and the runs that submit codes for them."""
