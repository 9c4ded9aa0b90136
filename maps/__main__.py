"""Run ``placelines``, also as ``python -m maps``."""

from __future__ import annotations

import signal


def main() -> None:
    """Run the command, which ends without a word when it is interrupted while it loads."""
    has_default = signal.getsignal(signal.SIGINT) is signal.default_int_handler  # a job in the background ignores it
    if has_default:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from .cli import main as run

    if has_default:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    run()


if __name__ == "__main__":
    main()
