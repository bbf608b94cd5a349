"""The process itself: its garbage, the places where tests interrupt it, the files it may read."""
