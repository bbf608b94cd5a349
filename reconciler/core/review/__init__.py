"""A plan seen elsewhere or later than it was made: saved, published, compared again."""
