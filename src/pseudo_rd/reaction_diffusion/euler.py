"""One step of Euler's scheme, compiled: one walk over the grid, where NumPy passes over it once for every operation.

Import this module only where the loop runs: few jobs need Numba.
"""

import numpy as np

from pseudo_rd.machine_code import compiled


@compiled
def step_gray_scott(
    old: np.ndarray,
    new: np.ndarray,
    kept: tuple[float, float],
    exchange: tuple[float, float],
    time_step: float,
    fed: float,
) -> None:
    """One step of Euler's scheme for Gray and Scott's system on a periodic grid.

    Args:
        old, new: u and v before and after it, (2, rows, 1 + columns + 1): the first column repeats the last of the
            grid, the last one its first. `new` is overwritten.
        kept: share of its own u and v that a cell keeps, 1 - dt (4 D / spacing^2 + rate of loss).
        exchange: share of each neighbour's that it takes up, dt D / spacing^2.
        time_step: dt.
        fed: dt F.
    """
    rows, columns = old.shape[1], old.shape[2] - 2
    for i in range(rows):
        above, below = (i - 1) % rows, (i + 1) % rows
        for j in range(1, columns + 1):
            u, v = old[0, i, j], old[1, i, j]
            # Neighbours summed in pairs: a start that is symmetric under flips and transposition stays so to the bit.
            u_around = (old[0, above, j] + old[0, below, j]) + (old[0, i, j - 1] + old[0, i, j + 1])
            v_around = (old[1, above, j] + old[1, below, j]) + (old[1, i, j - 1] + old[1, i, j + 1])
            reacted = u * v * v * time_step
            new[0, i, j] = u * kept[0] + u_around * exchange[0] - (reacted - fed)
            new[1, i, j] = v * kept[1] + v_around * exchange[1] + reacted
        for field in range(2):
            new[field, i, 0] = new[field, i, columns]
            new[field, i, columns + 1] = new[field, i, 1]
