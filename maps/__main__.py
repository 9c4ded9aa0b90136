"""Run ``placelines`` as ``python -m maps``."""

from .cli import main

main()
