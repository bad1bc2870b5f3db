"""With several threads or with one: whichever makes a step faster at the moment."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch

STEPS = 3  # that show what a number of threads takes; the fastest counts, for any step may be late
REST = 30  # times what these took, until the slower number is tried again


class Pace:
    """Chooses the threads of each step by what steps took.

    PyTorch's threads wait for each other by spinning, dozens of times in a step. Where another process wants one of
    their cores, the thread that spins keeps the one it waits for from running: a step then takes up to a hundred times
    as long, and one thread is faster (docs/performance.md). A machine is busy for a while only, so the slower number is
    tried again, for at most 3 % of the time.

    Args:
        threads: on a quiet machine.
        clock: seconds.
    """

    def __init__(self, threads: int, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self._seconds: dict[int, list[float]] = {number: [] for number in (threads, 1)}
        self._slower, self._retry_time = 0, 0.0  # the number of threads that waits, and until when

    @contextmanager
    def step(self) -> Iterator[int]:
        """The threads to take for a step, which is timed."""
        threads, start_time = self._threads(), self._clock()
        yield threads
        now = self._clock()
        self._seconds[threads] = [*self._seconds[threads], now - start_time][-STEPS:]
        if len(self._seconds) == 1 or any(len(seconds) < STEPS for seconds in self._seconds.values()):
            return
        slower = max(self._seconds, key=self._cost)
        if slower != self._slower:
            self._slower, self._retry_time = slower, now + REST * sum(self._seconds[slower])
        elif now >= self._retry_time:
            self._slower = 0
            self._seconds[slower].clear()

    def _threads(self) -> int:
        for threads, seconds in self._seconds.items():
            if len(seconds) < STEPS:
                return threads
        return min(self._seconds, key=self._cost)

    def _cost(self, threads: int) -> float:
        return min(self._seconds[threads])


@contextmanager
def one_thread() -> Iterator[None]:
    """PyTorch computes with one thread inside."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)
