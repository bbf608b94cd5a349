"""Plans, outcomes and problems as text and JSON. Pure: nothing here prints, reads or knows a terminal."""
