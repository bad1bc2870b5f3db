"""Inner loops as machine code."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from numba import njit

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


def compiled(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """`function` as machine code, which takes sums in the order they are written and runs beside other threads.

    It is kept in __pycache__ beside the function's file (else in the user's cache folder), so that only the first call
    ever waits for the compiler.
    """
    try:
        return njit(function, cache=True, nogil=True)
    except RuntimeError:  # compiled code can be kept nowhere: every process compiles its own
        return njit(function, nogil=True)
