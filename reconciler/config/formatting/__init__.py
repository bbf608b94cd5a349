"""How configuration is written: the order of its keys, its quotes, its indentation. Nothing here judges it."""
