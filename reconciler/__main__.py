"""`python -m reconciler`, the same as the installed command."""

import sys

if not sys.flags.safe_path:
    # The working folder: what a project names numbers.py or click.py is no module of this program.
    del sys.path[0]

from reconciler.cli import main

main()
