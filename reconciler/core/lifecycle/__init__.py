"""What is next for one record, by its kind's table and what was read. It acts on nothing."""
