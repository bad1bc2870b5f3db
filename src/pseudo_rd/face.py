"""The public names of `import pseudo_rd as rd`: from data to a verdict, in memory (docs/tutorial.md).

A name that is imported as itself (`prepare as prepare`) is a public one too.
"""

from collections.abc import Callable, Sequence
from difflib import get_close_matches
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from pseudo_rd.claims import judge as verdicts
from pseudo_rd.claims.claim import Claim, names_of
from pseudo_rd.claims.evidence import Evidence
from pseudo_rd.claims.statements import CLAIMS
from pseudo_rd.data.dataset import Dataset as Dataset
from pseudo_rd.data.sources import prepare as prepare
from pseudo_rd.figures.curves import distances_figure
from pseudo_rd.figures.filters import filters_of
from pseudo_rd.figures.inputs import FigureInputs, first_runs
from pseudo_rd.figures.neuron_maps import start_and_ends_figure
from pseudo_rd.figures.style import paper_style
from pseudo_rd.neurons.clustering import Clusters, cluster_snapshots
from pseudo_rd.neurons.embedding import embed_snapshots, reduce_dimensions, weights_over_time
from pseudo_rd.parameters.plain_yaml import ParametersError, read_parameters
from pseudo_rd.parameters.presets import resolve
from pseudo_rd.parameters.schema import Parameters, PatternParameters
from pseudo_rd.results.runs import Pattern, Run
from pseudo_rd.training.networks import Pair as Pair
from pseudo_rd.training.train_pair import train_pair as train_pair


class Picture(Figure):
    """A figure that a notebook shows as it is; Matplotlib's own needs a backend that shares the notebook's process."""

    def _repr_png_(self) -> bytes:
        file = BytesIO()
        self.savefig(file, bbox_inches="tight", metadata={"Software": None})
        return file.getvalue()


def reading(name: str | None = None, preset: str | None = None, **sections: Any) -> Parameters:
    """The numbers of params.yaml under a reading of the paper.

    Args:
        name: of the reading, a key of `readings`; None: the one that the file names.
        preset: how large: of it come the data sets' batch sizes and epochs, and how maps are made; None: the one that
            the file names.
        sections: laid over both, by section, such as `training={"loss": "element"}`.

    Raises:
        ParametersError: one line, if there is no params.yaml here or in a folder above, or it holds a mistake.
    """
    working_folder = Path.cwd()
    for folder in (working_folder, *working_folder.parents):
        if (folder / "params.yaml").is_file():
            return resolve(read_parameters(folder / "params.yaml"), preset, name, sections)
    raise ParametersError(f"no params.yaml in {working_folder} or above it: start Python in the project's folder")


def plot_distances(runs: Sequence[Run]) -> Figure:
    """How far each layer is from its start, along training, as in Figure 6: Frobenius norms, mean and range over seeds.

    `runs` are of `train_pair`, of one width.
    """
    return in_paper_style(lambda: distances_figure(FigureInputs(runs={"": tuple(runs)})))


def plot_filters(runs: Sequence[Run], shape: Sequence[int]) -> Figure:
    """The first layer's nine neurons of largest norm at the end, for each objective, as in Figure 10.

    Args:
        runs: of `train_pair`; of each objective the smallest seed is drawn.
        shape: of what a neuron looks at: `dataset.image_shape`, (height, width) or (height, width, 3) pixels; of a
            convolution its kernel's, such as (5, 5).

    Raises:
        ValueError: if a neuron has another number of weights.
    """
    return in_paper_style(lambda: filters_of(runs, tuple(shape)))


def plot_maps(runs: Sequence[Run], reading: Parameters) -> Figure:
    """Neurons as points of the plane (t-SNE) in their clusters, at the start and at both ends, as in Figure 21.

    Args:
        runs: of `train_pair`; of each objective the smallest seed is drawn.
        reading: its section `patterns` says how maps and clusters are made.

    Raises:
        ValueError: if a layer has no more neurons than `patterns.perplexity`.
    """
    patterns = [pattern_of(run, reading.patterns) for run in first_runs(runs).values()]
    return in_paper_style(lambda: start_and_ends_figure(FigureInputs(patterns={"": tuple(patterns)})))


def pattern_of(run: Run, parameters: PatternParameters) -> Pattern:
    """Maps and clusters of a run's neurons, those that every snapshot holds, layer by layer."""
    iterations = np.empty(0)
    maps: dict[str, np.ndarray] = {}
    clusters: dict[str, Clusters] = {}
    for layer in run.layers:
        iterations, weights = weights_over_time(run.snapshots, layer, "first", run.seed)
        components = reduce_dimensions(weights, parameters.principal_components)
        maps[layer] = embed_snapshots(components, parameters.perplexity, parameters.iterations)
        clusters[layer] = cluster_snapshots(maps[layer], **parameters.clustering.model_dump(), seed=run.seed)
    labels = {layer: groups.labels for layer, groups in clusters.items()}
    converged = {layer: groups.converged for layer, groups in clusters.items()}
    return Pattern(run.dataset, run.objective, run.width, run.seed, iterations, maps, labels, converged)


def in_paper_style(draw: Callable[[], Figure]) -> Figure:
    """A figure in the style of all others."""
    with paper_style():
        figure = draw()
    figure.__class__ = Picture
    return figure


def judge(
    claim: str | Claim,
    runs: Sequence[Run],
    reading: Parameters,
    at_least: float | None = None,
    at_most: float | None = None,
) -> dict[str, Any]:
    """Judge a claim of the paper, or one of your own, on runs.

    The verdict is about these runs. Nothing compares their scale with the paper's, as the workflow does.

    Args:
        claim: its name in `CLAIMS`, or itself.
        runs: of `train_pair`. A claim that needs more than one experiment's runs is not testable.
        reading: its section `claims` has the criterion.
        at_least, at_most: a criterion in place of that one; every measured number must satisfy it.

    Returns:
        A row: claim, quantity, values (one for each seed), measured (in words), criterion, verdict ("reproduced", "not
        reproduced" or "not testable"), reason.

    Raises:
        ValueError: if there is no claim of this name.
    """
    if isinstance(claim, str):
        claims = {statement.name: statement for statement in CLAIMS}
        if claim not in claims:
            names = [name for name in claims if claim in name] or get_close_matches(claim, claims, cutoff=0.3)
            raise ValueError(f"no claim is called {claim!r}; near it: {', '.join(names) or 'none'} (CLAIMS has all)")
        claim = claims[claim]
    limits = {"at_least": at_least, "at_most": at_most}
    if at_least is None and at_most is None:
        limits = reading.claims.criteria[claim.criterion].model_dump()
    experiments = names_of([claim], "runs")
    evidence = Evidence(runs={name: runs for name in experiments[:1]}, parameters=reading.model_dump())
    return verdicts.judge(claim, evidence, verdicts.Criterion(**limits))
