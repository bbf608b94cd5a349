"""The process: garbage collection, failpoints for tests, safe reading of files, scratch folders."""
