"""Plans seen at another place or time: saved, published, compared again."""
