"""`python -m reconciler`, the same as the installed command."""

from reconciler.cli import main

main()
