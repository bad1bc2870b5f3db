"""Neurons as points of the plane: principal components, then t-SNE (section "Turing-Like Patterns by PRD Model")."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE

EXAGGERATION = 12.0  # of the first snapshot's attractions while its map unfolds
MORE_NEURONS = "keep more neurons: raise the network's width or snapshots.neurons, whichever is smaller"
START_DEVIATION = 1e-4  # of the first snapshot's start: t-SNE's gradient is largest between near points


def layers_of(snapshots: Mapping[str, np.ndarray]) -> list[str]:
    """Names of the layers whose weights were kept: hidden, top, or those of another network (`Run.layers`)."""
    return sorted(name.removesuffix("_0") for name in snapshots if name.endswith("_0"))  # only the end has biases


def weights_over_time(
    snapshots: Mapping[str, np.ndarray], layer: str, neurons: str, seed: int, start: Mapping[str, Any] | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """One layer's weights, neuron by neuron, in the order of training.

    Args:
        snapshots: as in `Run.snapshots`.
        layer: one of `layers_of(snapshots)`.
        neurons: "first" (those that every snapshot holds) or "all" (start and end). Where snapshots do not keep all
            neurons at the start, it is drawn again from the seed, which only the paper's pair allows.
        seed: of the run.
        start: choices of `draw_weights` that the run began with; None: as printed.

    Returns:
        Iterations, (snapshots,), ascending, and weights, (snapshots, neurons, dimensions).

    Raises:
        ValueError: if the start of all neurons cannot be drawn again, or is not the one the run began from.
    """
    times = [name.removeprefix(f"{layer}_") for name in snapshots if name.startswith(f"{layer}_")]
    iterations = np.array(sorted(int(time) for time in times if time.isdecimal()))
    if neurons == "first":
        return iterations, np.stack([snapshots[f"{layer}_{iteration}"] for iteration in iterations])
    first, last = snapshots[f"{layer}_0"], snapshots[f"{layer}_end"]
    if len(first) < len(last):
        if "hidden2_end" in snapshots:
            raise ValueError(f"the start of all {len(last)} neurons was not kept: raise snapshots.neurons, train again")
        from pseudo_rd.training.weights import draw_weights  # PyTorch takes seconds to import, and few jobs need it

        (width, inputs), outputs = snapshots["hidden_end"].shape, snapshots["top_end"].shape[1]
        redrawn = getattr(draw_weights(width, inputs, outputs, seed, **(start or {})), layer).T.numpy()
        if not np.allclose(redrawn[: len(first)], first, atol=1e-4):
            raise ValueError(f"{layer}_0 is not what seed = {seed} draws here: train this run again")
        first = redrawn
    return iterations[[0, -1]], np.stack([first, last])


def reduce_dimensions(snapshots: np.ndarray, principal_components: int) -> np.ndarray:
    """Project every snapshot onto the first one's leading principal components.

    One basis for all snapshots, so that pictures over time can be compared, and the first one's, so that both
    objectives of a seed share it.

    Args:
        snapshots: weights, (snapshots, neurons, dimensions).
        principal_components: how many to keep; weights of no more dimensions are handed back as they are.

    Returns:
        (snapshots, neurons, principal_components or dimensions).

    Raises:
        ValueError: if there are fewer neurons than components.
    """
    _, neurons, dimensions = snapshots.shape
    if dimensions <= principal_components:
        return snapshots
    if neurons < principal_components:
        raise ValueError(
            f"principal_components = {principal_components} is more than the {neurons} neurons: keep fewer components "
            f"(patterns.principal_components) or {MORE_NEURONS}"
        )
    basis = PCA(principal_components, svd_solver="full").fit(snapshots[0])
    return np.stack([np.asarray(basis.transform(weights)) for weights in snapshots])


def embed_snapshots(snapshots: np.ndarray, perplexity: float, iterations: int) -> np.ndarray:
    """t-SNE to the plane, the same bits for the same input; each later map starts from the first one.

    That start is neither shrunk nor exaggerated, as t-SNE usually does, which would undo it: neurons that did not move
    then stay where they are drawn (docs/experiments.md has the measurements).

    Args:
        snapshots: points, (snapshots, neurons, dimensions).
        perplexity: about how many neighbours count, less than the number of neurons.
        iterations: of gradient descent for each snapshot, at least 250.

    Returns:
        Maps, (snapshots, neurons, 2), float32. Position, scale and orientation carry no meaning.

    Raises:
        ValueError: if `perplexity` is too large, or a point is not finite.
    """
    start = _first_map(snapshots, perplexity, iterations)
    return np.stack([start, *(_descend(points, start, 1.0, perplexity, iterations) for points in snapshots[1:])])


def embed_frames(frames: np.ndarray, perplexity: float, first_iterations: int, iterations: int) -> np.ndarray:
    """As `embed_snapshots`, for a film: each later map starts from the one before, with fewer iterations.

    Args:
        frames, perplexity: of `embed_snapshots`.
        first_iterations, iterations: of gradient descent for the first map and for each later one.
    """
    maps = [_first_map(frames, perplexity, first_iterations)]
    for points in frames[1:]:
        maps.append(_descend(points, maps[-1], 1.0, perplexity, iterations))
    return np.stack(maps)


def _first_map(snapshots: np.ndarray, perplexity: float, iterations: int) -> np.ndarray:
    neurons = snapshots.shape[1]
    if perplexity >= neurons:
        raise ValueError(
            f"perplexity = {perplexity} must be less than the {neurons} neurons: lower patterns.perplexity or "
            f"{MORE_NEURONS}"
        )
    if not np.isfinite(snapshots).all():
        raise ValueError("snapshots to embed hold NaN or infinite weights: train this run again")
    plane = PCA(2, svd_solver="full").fit_transform(snapshots[0])
    start = plane / plane[:, 0].std() * START_DEVIATION
    unfolded = _descend(snapshots[0], start, EXAGGERATION, perplexity, iterations)
    # Once more, as the later ones: else they would also show how far this map was from rest.
    return _descend(snapshots[0], unfolded, 1.0, perplexity, iterations)


def _descend(
    points: np.ndarray, start: np.ndarray, exaggeration: float, perplexity: float, iterations: int
) -> np.ndarray:
    """One map about its centre, (neurons, 2). Every default is stated: scikit-learn has changed several."""
    rate = max(len(points) / EXAGGERATION / 4, 50.0)  # Belkina et al. (2019), in scikit-learn's units
    start = np.array(start, dtype=np.float32)  # a copy: gradient descent works in place where the type fits
    embedded = TSNE(
        n_components=2,
        perplexity=perplexity,
        early_exaggeration=exaggeration,
        learning_rate=rate,
        max_iter=iterations,
        n_iter_without_progress=300,
        min_grad_norm=1e-7,
        metric="euclidean",
        init=start,
        method="barnes_hut",
        angle=0.5,
    ).fit_transform(points)
    # Barnes and Hut's approximation makes the whole map drift, which would look like movement.
    return embedded - embedded.mean(axis=0)
