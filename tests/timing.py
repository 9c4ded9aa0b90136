"""How long work takes, told so that neither a slow nor a busy machine changes the answer."""

from __future__ import annotations

import time
from collections.abc import Callable

TIMES = 4
"""How many times larger the larger of two inputs is."""
MOST_GROWTH = 2.2 * TIMES
"""How many times longer it may take: work that grows with the square takes 16 times as long."""
_TRIES = 3
_NOISE_S = 0.01


def seconds(work: Callable[[], object]) -> float:
    """Return the seconds that work takes a processor, of this thread alone: numpy keeps other threads busy waiting."""
    start = time.thread_time()
    work()
    return time.thread_time() - start


def assert_linear(work: Callable[[int], object], size: int) -> None:
    """Assert that work on `TIMES` as large an input as ``size`` takes about as many times as long.

    It is measured up to three times, the best counts: others at work on the machine make things slower, never quicker.
    """
    growths = []
    for _ in range(_TRIES):
        few, many = seconds(lambda: work(size)), seconds(lambda: work(TIMES * size))
        growths.append(many / max(few, _NOISE_S))
        if growths[-1] < MOST_GROWTH:
            return
    raise AssertionError(f"{TIMES} times as much took {min(growths):.1f} times as long")
