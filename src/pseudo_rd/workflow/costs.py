"""What one step of training costs on paper, for `make plan` and for the limits of `make bench`."""

FLOAT = 4  # bytes
KERNELS = {"supervised": 16, "augmented": 53}  # of a step with all neurons in one tile, as on a GPU


def step_operations(inputs: int, outputs: int, width: int, batch_size: int, objective: str) -> tuple[int, int]:
    """Floating-point operations in the matrix products of one step, two for each product of numbers.

    Returns:
        Those of U x and its gradient, 2 m d_in batch each; and those of the thin products, with the outputs: three
        for the generator, and for the critic, at predictions and mixtures, masks and slopes, and at both and the
        distinct labels masks and gradient.
    """
    thin = 2 * width * outputs
    operations = 3 * thin * batch_size
    if objective == "augmented":
        operations += 4 * thin * batch_size + 2 * thin * (2 * batch_size + outputs)
    return 4 * width * inputs * batch_size, operations


def step_bytes(inputs: int, outputs: int, width: int, batch_size: int, objective: str) -> int:
    """Bytes that a step reads and writes if nothing stays in a cache, in float32.

    U is read twice and written once, its momentum read and written. Activations and what flows back through them go
    through memory ten times (batch, m); the critic's masks four times at each of its points.
    """
    points = 4 * batch_size + outputs if objective == "augmented" else 0
    return FLOAT * width * (5 * inputs + 10 * batch_size + 4 * points)
