"""YAML and schemas to desired resources, each value with its file, line and column.

Configuration is text from a pull request: it is read, bounded and judged here, and it never opens a socket, runs
anything, or reads a file outside the project.
"""
