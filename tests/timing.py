"""How long work takes, told so that neither a slow nor a busy machine changes the answer.

Others at work on the machine make things slower, never quicker: what is too slow is tried again, and the best counts.
"""

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

    It is measured up to three times.
    """
    growths = []
    for _ in range(_TRIES):
        few, many = seconds(lambda: work(size)), seconds(lambda: work(TIMES * size))
        growths.append(many / max(few, _NOISE_S))
        if growths[-1] < MOST_GROWTH:
            return
    raise AssertionError(f"{TIMES} times as much took {min(growths):.1f} times as long")


def assert_within(limit_s: float, work: Callable[[], object]) -> int:
    """Assert that work ends within so many seconds by the clock; return how often it was done, three times at most."""
    took_s: list[float] = []
    while len(took_s) < _TRIES:
        start = time.monotonic()
        work()
        took_s.append(time.monotonic() - start)
        if took_s[-1] <= limit_s:
            return len(took_s)
    raise AssertionError(f"it took {min(took_s):.2f} s, and not {limit_s:g} s")
