"""What comes next for one record, from its kind's table and the answers read. Decisions only, no effects."""
