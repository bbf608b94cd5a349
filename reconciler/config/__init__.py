"""YAML and schemas to declared resources, each value with its file, line and column.

A configuration is untrusted text from a pull request. Reading it opens no socket, runs nothing, reads no file outside
the project, and is bounded.
"""
