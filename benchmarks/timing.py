"""Seconds, bytes and fresh processes: what all benchmarks measure with."""

import multiprocessing
import resource
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import torch

SEED = 1  # of every benchmark's random inputs


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Wall and processor seconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    if torch.cuda.is_initialized():  # else waiting would make a context, in timed work and its memory
        torch.cuda.synchronize()
    return time.perf_counter() - wall, time.process_time() - cpu


def in_turns(
    peer: Callable[[], object], ours: Callable[[], object], rounds: int, limit: float = 20
) -> list[tuple[float, ...]]:
    """(peer wall, peer processor, ours wall, ours processor) of each round, after one that only warms up.

    Three rounds are enough once they have taken `limit` seconds.
    """
    peer()
    ours()
    began = time.perf_counter()
    measured = []
    while len(measured) < rounds and (len(measured) < 3 or time.perf_counter() - began < limit):
        measured.append((*timed(peer), *timed(ours)))
    return measured


def peak_bytes() -> int:
    """Most memory that this process ever held."""
    status = Path("/proc/self/status")
    if status.exists():  # where there is none, a process's peak would count what its parent held
        return 1024 * next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def in_new_process(function: Callable, *arguments: object) -> dict:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(function, *arguments).result()
