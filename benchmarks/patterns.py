"""What becomes of neurons: affinity propagation and t-SNE against scikit-learn's."""

from functools import partial

import numpy as np
import torch
from engine import cluster_neurons, embed_snapshots
from rates import Machine
from report import Row, row
from sklearn.cluster import AffinityPropagation
from timing import SEED, in_new_process, peak_bytes, timed

DAMPING, ITERATIONS = 0.9, 1000


def cluster(who: str, points: np.ndarray, threads: int) -> dict:
    """Wall and processor seconds, exemplars, and the bytes that the process grew by at its peak."""
    torch.set_num_threads(threads)
    found = {}
    if who == "ours":  # scikit-learn's compiled loops are loaded when it is imported, ours when they are first called
        found["loading"] = timed(lambda: cluster_neurons(points[:3], None, DAMPING, 1, SEED))[0]
    before = peak_bytes()
    if who == "ours":

        def work() -> None:
            clusters = cluster_neurons(points, None, DAMPING, ITERATIONS, SEED, threads=threads)
            found.update(exemplars=np.flatnonzero(clusters.exemplars), labels=clusters.labels)
    else:

        def work() -> None:
            model = AffinityPropagation(damping=DAMPING, max_iter=ITERATIONS, random_state=SEED).fit(points)
            found.update(exemplars=model.cluster_centers_indices_, labels=model.labels_, iterations=model.n_iter_)

    wall, cpu = timed(work)
    grown = peak_bytes() - before
    return {"wall": wall, "cpu": cpu, "bytes": grown, **found}


def clustering_row(neurons: int, machine: Machine, threads: int, rounds: int) -> Row:
    """Each in a process of its own, where its memory can be seen."""
    points = np.random.default_rng(SEED).normal(0, 30, (neurons, 2)).astype(np.float32)
    pairs = [
        (in_new_process(cluster, "scikit-learn", points, threads), in_new_process(cluster, "ours", points, threads))
        for _ in range(rounds)
    ]
    theirs, ours = pairs[-1]
    same = np.array_equal(theirs["exemplars"], ours["exemplars"]) and np.array_equal(theirs["labels"], ours["labels"])
    # Similarities, responsibilities and availabilities are read, the last two written, in each iteration.
    limit = theirs["iterations"] * 5 * 4 * neurons**2 / machine.copy
    note = (
        f"{len(ours['exemplars'])} exemplars, {'the same' if same else 'NOT the same'}; {theirs['iterations']} "
        f"iterations; memory {theirs['bytes'] / 1e6:.0f} MB and {ours['bytes'] / 1e6:.0f} MB; not counted: loading our "
        f"compiled loop, {ours['loading']:.2f} s"
    )
    measured = [(one["wall"], one["cpu"], other["wall"], other["cpu"]) for one, other in pairs]
    return row(f"affinity propagation, {neurons:,} neurons", "scikit-learn", measured, (1, 1), 5, limit, note)


def embedding_row(neurons: int, machine: Machine, device: str) -> Row:
    """The map of one snapshot: scikit-learn's approximation on the processor, all pairs on the device."""
    points = np.random.default_rng(SEED).normal(size=(1, neurons, 10)).astype(np.float32)
    iterations = 250
    embed = partial(embed_snapshots, perplexity=30, iterations=iterations)
    embed(points[:, :100], device=device)  # what is loaded the first time is not counted
    measured = [(*timed(lambda: embed(points)), *timed(lambda: embed(points, device=device)))]
    limit = 2 * iterations * 4 * neurons**2 / machine.copy  # two descents read all pairs' targets in each iteration
    return row(f"t-SNE, {neurons:,} neurons", "scikit-learn, on the processor", measured, (1, 1), None, limit)
