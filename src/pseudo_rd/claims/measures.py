"""Numbers that the claims are judged by. Each measure gives one number for each seed (or width, or pair).

A claim names its measure, what that reads (the first arguments) and the others by name (claims/claim.py). A measure
says itself whose runs it looks at: `@measure`. Where evidence cannot decide it raises `NotTestable`, which says why.
"""

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TypeVar

import numpy as np
import pandas as pd

from pseudo_rd.claims.evidence import NotTestable
from pseudo_rd.neurons.neighbors import neighbors_kept
from pseudo_rd.parameters.vocabulary import LAYERS, OBJECTIVES, OUTPUTS
from pseudo_rd.reaction_diffusion.linear import measured_wave_length
from pseudo_rd.results.fits import fit_saturating
from pseudo_rd.results.runs import Pattern, Run
from pseudo_rd.theory.statements import ADVERSARIES, Adversary, Array, named, ratio
from pseudo_rd.training.settings import start_deviation

Function = TypeVar("Function", bound=Callable[..., list[float]])


@dataclass(frozen=True)
class Measure:
    """A function that a claim may name, and what it says of itself.

    Attributes:
        numbers: the function.
        of: the objectives whose runs it looks at, both where it sets one against the other, none where it looks at no
            network; None where the claim names one, the argument `objective`.
        among_weights: the measure of the same among the weights, for universes, which keep no maps of their neurons.
    """

    numbers: Callable[..., list[float]]
    of: tuple[str, ...] | None = None
    among_weights: str | None = None


MEASURES: dict[str, Measure] = {}


def measure(of: tuple[str, ...] | None = None, among_weights: str | None = None) -> Callable[[Function], Function]:
    """Register a function as a measure; claims can name no other. Arguments: as for `Measure`.

    Raises:
        TypeError: if neither the function's own argument `objective` nor `of` says whose runs it looks at, or both do.
    """

    def register(function: Function) -> Function:
        if ("objective" in inspect.signature(function).parameters) == (of is not None):
            raise TypeError(
                f"measure {function.__name__}: give it an argument `objective`, or @measure(of=...) the objectives "
                f"that it looks at: one or both of {', '.join(OBJECTIVES)}, or () for no network"
            )
        MEASURES[function.__name__] = Measure(function, of, among_weights)
        return function

    return register


def of_objective(runs: Sequence[Run], objective: str) -> list[Run]:
    """The runs of one objective by width and seed; there must be one."""
    group = sorted((run for run in runs if run.objective == objective), key=lambda run: (run.width, run.seed))
    if not group:
        raise NotTestable(f"no {objective} run")
    return group


def refuse_several_widths(subject: str, widths: Iterable[int]) -> None:
    """A mean over seeds is one of networks of one width."""
    widths = sorted({*widths})
    if len(widths) > 1:
        listing = ", ".join(f"{width:,}" for width in widths)
        raise NotTestable(f"{subject} has several widths, m = {listing}: name one under experiments in params.yaml")


def matched(runs: Sequence[Run]) -> list[tuple[Run, Run]]:
    """(supervised, augmented) pairs that share width and seed, hence start and order of batches; there must be one."""
    augmented = {(run.width, run.seed): run for run in of_objective(runs, "augmented")}
    starts = [(run, (run.width, run.seed)) for run in of_objective(runs, "supervised")]
    pairs = [(run, augmented[start]) for run, start in starts if start in augmented]
    if not pairs:
        raise NotTestable("no supervised and augmented run share width and seed")
    return pairs


def pairs_to_shared_end(runs: Sequence[Run]) -> list[tuple[Run, Run]]:
    """The pairs of `matched` up to the last iteration that both recorded: one that converged stopped early."""
    pairs = []
    for supervised, augmented in matched(runs):
        end = last_shared_iteration((supervised, augmented))
        pairs.append((supervised.until(end), augmented.until(end)))
    return pairs


def last_shared_iteration(runs: Sequence[Run]) -> int:
    """The last iteration that all runs recorded."""
    return max(set.intersection(*({*run.history["iteration"]} for run in runs)))


@measure(of=OBJECTIVES)
def augmented_over_supervised(runs: Sequence[Run], column: str) -> list[float]:
    """Ratio of a column of the histories at the last iteration that both runs of a pair recorded."""
    return [
        augmented.at_end(column) / positive_end(supervised, column)
        for supervised, augmented in pairs_to_shared_end(runs)
    ]


def positive_end(run: Run, column: str) -> float:
    """A column of the history at the end, to divide by."""
    if run.at_end(column) == 0:
        raise NotTestable(f"{column} of the {run.objective} run of seed {run.seed} is zero: the network died")
    return run.at_end(column)


@measure(of=OBJECTIVES)
def augmented_over_supervised_at_widths(runs: Sequence[Run], column: str) -> list[float]:
    """`augmented_over_supervised` of several widths."""
    if len({run.width for run in runs}) == 1:
        raise NotTestable(f"only one width: m = {runs[0].width:,}")
    return augmented_over_supervised(runs, column)


@measure()
def at_iteration(runs: Sequence[Run], objective: str, column: str, iteration: int) -> list[float]:
    """A column of the histories at an iteration that every run reached, linear between recorded rows."""
    group = of_objective(runs, objective)
    end = min(int(run.at_end("iteration")) for run in group)
    if end < iteration:
        raise NotTestable(f"runs end at iteration {end:,}, the claim is about {iteration:,}")
    return [float(np.interp(iteration, run.history["iteration"], run.history[column])) for run in group]


def late_gain(run: Run, column: str) -> float:
    """Gain in distance over the second half of the iterations."""
    iterations, distances = run.history["iteration"].to_numpy(), run.history[column].to_numpy()
    return float(distances[-1] - np.interp(iterations[-1] / 2, iterations, distances))


@measure()
def late_growth(runs: Sequence[Run], objective: str, column: str) -> list[float]:
    """Share of a distance that was gained in the second half of the iterations."""
    return [late_gain(run, column) / positive_end(run, column) for run in of_objective(runs, objective)]


@measure(of=OBJECTIVES)
def late_gain_ratio(runs: Sequence[Run], column: str) -> list[float]:
    """`late_gain` of the augmented run over that of the supervised one, which must be positive, for each pair."""
    ratios = []
    for supervised, augmented in pairs_to_shared_end(runs):
        gain = late_gain(supervised, column)
        if gain <= 0:
            raise NotTestable(f"{column} of the supervised run of seed {supervised.seed} does not grow any more")
        ratios.append(late_gain(augmented, column) / gain)
    return ratios


def late_slopes(runs: Sequence[Run], objective: str, column: str) -> dict[int, list[float]]:
    """By width, for each seed: gain in distance per iteration over the second half of the iterations."""
    slopes: dict[int, list[float]] = {}
    for run in of_objective(runs, objective):
        half = run.at_end("iteration") / 2
        slopes.setdefault(run.width, []).append(late_gain(run, column) / half)
    return slopes


def width_exponent(values_by_width: Mapping[int, Sequence[float]]) -> float:
    """Exponent p of value ~ m^p over three widths or more, by least squares on logarithms of the means over seeds."""
    widths, values = np.array(list(values_by_width)), np.array([np.mean(group) for group in values_by_width.values()])
    if len(widths) < 3:
        raise NotTestable(f"only {len(widths)} widths")
    if not (values > 0).all():
        listing = ", ".join(str(width) for width in widths[values <= 0])
        raise NotTestable(f"not positive at m = {listing}: no power law to fit")
    return float(np.polyfit(np.log(widths), np.log(values), 1)[0])


@measure(of=OBJECTIVES)
def added_slope_exponent(runs: Sequence[Run], column: str) -> list[float]:
    """Exponent p of the late slope of augmented less that of supervised runs ~ m^p over the widths: one number."""
    pairs = zip(*pairs_to_shared_end(runs), strict=True)
    supervised, augmented = (late_slopes(group, group[0].objective, column) for group in pairs)
    differences = {
        width: [slope - supervised_slope for slope, supervised_slope in zip(augmented[width], slopes, strict=True)]
        for width, slopes in supervised.items()
    }
    return [width_exponent(differences)]


@measure(of=("augmented",))
def diffusion_exponent(runs: Sequence[Run], layer: str) -> list[float]:
    """Exponent p of the diffusion at the start ~ m^p over the widths: one number."""
    return [width_exponent(first_diffusion(runs, layer))]


@measure()
def spread_between_starts(runs: Sequence[Run], objective: str, column: str) -> list[float]:
    """`spread` of the runs of one objective, three or more of one width: one number."""
    group = of_objective(runs, objective)
    refuse_several_widths(group[0].dataset, (run.width for run in group))
    if len(group) < 3:
        raise NotTestable(f"{len(group)} start{' is' if len(group) == 1 else 's are'} too few for a spread")
    return [spread(group, column)]


def spread(runs: Sequence[Run], column: str) -> float:
    """Standard deviation over two or more runs divided by the mean, at the last iteration that all of them recorded."""
    ends = [run.until(last_shared_iteration(runs)).at_end(column) for run in runs]
    return float(np.std(ends, ddof=1) / np.mean(ends))


@measure()
def explained(runs: Sequence[Run], objective: str, column: str, last: float = np.inf) -> list[float]:
    """R^2 of the fit of alpha (1 - exp(-beta t)) up to iteration `last`."""
    shares = []
    for run in of_objective(runs, objective):
        rows = run.until(last).history
        try:
            fit = fit_saturating(rows["iteration"].to_numpy(), rows[column].to_numpy())
        except ValueError as error:
            raise NotTestable(str(error)) from None
        variance = rows.loc[rows["iteration"] > 0, column].var(ddof=0)
        if variance == 0:
            raise NotTestable(f"{column} of seed {run.seed} does not change after its first row")
        shares.append(float(1 - fit.residual**2 / variance))
    return shares


@measure(of=("augmented",))
def diffusion_share(runs: Sequence[Run], layer: str) -> list[float]:
    """Median over the recorded iterations of diffusion / (reaction + diffusion), norms of (55)-(58)."""
    shares = []
    for run in of_objective(runs, "augmented"):
        diffusion, reaction = run.history[f"diffusion_{layer}"], run.history[f"reaction_{layer}"]
        shares.append(float((diffusion / (reaction + diffusion)).median()))
    return shares


@measure(of=("augmented",))
def hidden_over_top_diffusion(runs: Sequence[Run]) -> list[float]:
    """Median over the recorded iterations of the hidden layer's diffusion over the top layer's, (56) over (58)."""
    group = of_objective(runs, "augmented")
    return [float((run.history["diffusion_hidden"] / run.history["diffusion_top"]).median()) for run in group]


def first_diffusion(runs: Sequence[Run], layer: str) -> dict[int, list[float]]:
    """By width, for each seed: diffusion at the start, norm of (56) or (58), mean over the neurons."""
    diffusions: dict[int, list[float]] = {}
    for run in of_objective(runs, "augmented"):
        diffusions.setdefault(run.width, []).append(float(run.history[f"diffusion_{layer}"].iloc[0]))
    return diffusions


def leaving_iteration(run: Run, layer: str, share: float) -> float:
    """First recorded iteration at which the layer's distance exceeds `share` of its norm at the start; inf if never.

    The start's entries are drawn with a known deviation, so that its norm is that times sqrt(m d_in), sqrt(m d_out) but
    for a relative error of about 1 / sqrt(2 m d).
    """
    training, inputs = run.summary["training"], run.summary["dataset"]["inputs"]
    outputs = run.summary["dataset"].get("classes", OUTPUTS)  # older runs do not say it: all of them had ten
    fans, scale = ((inputs, run.width), training["start_scale"]) if layer == "hidden" else ((run.width, outputs), 1.0)
    norm = scale * start_deviation(training["generator_start"], *fans) * np.sqrt(fans[0] * fans[1])
    mask = run.history[f"distance_{layer}"] > share * norm
    return float(run.history.loc[mask, "iteration"].min()) if mask.any() else np.inf


@measure(of=("augmented",))
def hidden_leaves_after_top(runs: Sequence[Run], share: float) -> list[float]:
    """Iteration at which the hidden layer leaves its start over that of the top layer, in augmented runs.

    A hidden layer that never leaves counts as leaving at the last iteration. Layers that leave by the same recorded
    iteration say nothing of their order.
    """
    ratios = []
    for run in of_objective(runs, "augmented"):
        hidden, top = (leaving_iteration(run, layer, share) for layer in LAYERS)
        if np.isinf(top):
            raise NotTestable(f"the top layer never moves by {share:g} of its norm at seed {run.seed}")
        if hidden == top:
            raise NotTestable(f"both layers move by {share:g} of their norm by iteration {top:g} at seed {run.seed}")
        ratios.append(min(hidden, run.at_end("iteration")) / top)
    return ratios


@measure()
def error_drop(runs: Sequence[Run], objective: str) -> list[float]:
    """Training error at the end over that at the start."""
    return [run.at_end("train_error") / run.history["train_error"].iloc[0] for run in of_objective(runs, objective)]


@measure()
def error_decay(runs: Sequence[Run], objective: str) -> list[float]:
    """R^2 of a straight line through log(training error - its smallest value) over iterations: 1 is linear convergence.

    Rows whose excess is a hundredth of the first or less are left out, later ones above it are not. An error that
    rises has 0.
    """
    squares = []
    for run in of_objective(runs, objective):
        error = run.history["train_error"].to_numpy()
        excess = error - error.min()
        mask = excess > excess[0] / 100
        if mask.sum() < 4:
            raise NotTestable(f"{mask.sum()} rows are too few for a rate of convergence")
        iterations, logarithms = run.history["iteration"].to_numpy()[mask], np.log(excess[mask])
        correlation = float(np.corrcoef(iterations, logarithms)[0, 1])
        squares.append(correlation**2 if correlation < 0 else 0.0)
    return squares


@measure()
def converged(runs: Sequence[Run], objective: str) -> list[float]:
    """1 where the run ended by its convergence criterion, else 0."""
    return [float(run.summary["ended"] == "converged") for run in of_objective(runs, objective)]


def rows_of(filters: pd.DataFrame, objectives: Sequence[str], column: str) -> pd.DataFrame:
    """The filters of the objectives, which must all be there, of one width, with the column."""
    if column not in filters:
        raise NotTestable(f"{column} of the filters was not measured")
    missing = sorted({*objectives} - {*filters["objective"]})
    if missing:
        raise NotTestable(f"no {' and no '.join(missing)} filters")
    refuse_several_widths("the table of filters", filters.get("width", ()))
    return filters[filters["objective"].isin(objectives)]


def both_means(filters: pd.DataFrame, column: str) -> pd.DataFrame:
    """Mean of a column over the nine filters: a row for each seed, a column for each objective."""
    return rows_of(filters, OBJECTIVES, column).groupby(["seed", "objective"])[column].mean().unstack()


@measure(of=OBJECTIVES)
def filter_ratio(filters: pd.DataFrame, column: str) -> list[float]:
    """Mean of a column over the nine filters, augmented over supervised, for each seed."""
    means = both_means(filters, column)
    return (means["augmented"] / means["supervised"]).tolist()


@measure(of=OBJECTIVES)
def filter_difference(filters: pd.DataFrame, column: str) -> list[float]:
    """Mean of a column over the nine filters, augmented minus supervised, for each seed."""
    means = both_means(filters, column)
    return (means["augmented"] - means["supervised"]).tolist()


@measure()
def filter_mean(filters: pd.DataFrame, objective: str, column: str) -> list[float]:
    """Mean of a column over the nine filters of one objective, for each seed."""
    return rows_of(filters, (objective,), column).groupby("seed")[column].mean().tolist()


@measure(among_weights="kept_among_weights")
def kept_neighbors(patterns: Sequence[Pattern], objective: str, layer: str) -> list[float]:
    """Share of the neurons' nearest neighbours in the map at the start that are so at the end too."""
    group = [pattern for pattern in patterns if pattern.objective == objective]
    if not group or any(len(pattern.iterations) < 2 for pattern in group):
        raise NotTestable(f"no {objective} map at two times")
    return [neighbors_kept(pattern.maps[layer][0], pattern.maps[layer][-1]) for pattern in group]


@measure(of=OBJECTIVES, among_weights="lost_among_weights")
def lost_neighbors_more(patterns: Sequence[Pattern], layer: str) -> list[float]:
    """Share of neighbours kept without the critic minus that kept with it."""
    shares = [kept_neighbors(patterns, objective, layer) for objective in OBJECTIVES]
    return [supervised - augmented for supervised, augmented in zip(*shares, strict=True)]


@measure()
def kept_among_weights(runs: Sequence[Run], objective: str, layer: str) -> list[float]:
    """The same as `kept_neighbors`, in the space of the weights: a column of a universe's history, its last row."""
    return [run.at_end(f"neighbors_{layer}") for run in of_objective(runs, objective)]


@measure(of=OBJECTIVES)
def lost_among_weights(runs: Sequence[Run], layer: str) -> list[float]:
    """The same as `lost_neighbors_more`, in the space of the weights."""
    column = f"neighbors_{layer}"
    return [supervised.at_end(column) - augmented.at_end(column) for supervised, augmented in matched(runs)]


@measure(of=())
def growth_rate(simulation: Mapping[str, Array]) -> list[float]:
    """Growth rate of the fastest mode of the dispersion relation, per unit of time."""
    return [float(simulation["growth_rate"])]


@measure(of=())
def pattern_growth(simulation: Mapping[str, Array]) -> list[float]:
    """Standard deviation of u over the grid at the last time over that at the first."""
    return [float(simulation["u"][-1].std() / simulation["u"][0].std())]


@measure(of=())
def wave_length_error(simulation: Mapping[str, Array], spacing: float) -> list[float]:
    """Relative difference of the wave length in the last field from the fastest mode of the dispersion relation."""
    expected = float(simulation["wave_length"])
    return [abs(measured_wave_length(simulation["u"][-1], spacing) / expected - 1)]


@measure(of=())
def differences_between(*simulations: Mapping[str, Array], field: str) -> list[float]:
    """Root mean square difference of the last fields, for each pair of simulations."""
    ends = [simulation[field][-1] for simulation in simulations]
    return [float(np.sqrt(np.mean((first - second) ** 2))) for first, second in combinations(ends, 2)]


@measure(of=())
def bound_ratio(flow: Mapping[str, Array], statement: str, adversary: Adversary) -> list[float]:
    """Measured over bound at the largest width, worst time, for each seed: at most 1 where the statement holds."""
    return ratio(named(statement), flow, adversary)[-1].max(axis=-1).tolist()


@measure(of=())
def flow_distance_ratio(flow: Mapping[str, Array]) -> list[float]:
    """Final distance of all neurons with a trained adversary over that without, largest width, for each seed."""
    none, _, trained = flow["distance"][:, -1, :, -1]
    return (trained / none).tolist()


@measure(of=())
def flow_late_growth(flow: Mapping[str, Array]) -> list[float]:
    """Share of the distance with a trained adversary gained in the second half of the time, less that without one."""
    times, distances = flow["times"], flow["distance"][:, -1]
    halfway = np.array([[np.interp(times[-1] / 2, times, distance) for distance in seeds] for seeds in distances])
    none, _, trained = 1 - halfway / distances[..., -1]
    return (trained - none).tolist()


@measure(of=())
def flow_diffusion_exponent(flow: Mapping[str, Array]) -> list[float]:
    """Exponent p of the largest diffusion of a neuron ~ m^p under a trained adversary, for each seed."""
    largest = flow["diffusion"][ADVERSARIES.index("trained")].max(axis=-1)  # (widths, seeds)
    if len(flow["widths"]) < 3:
        raise NotTestable(f"only {len(flow['widths'])} widths")
    return np.polyfit(np.log(flow["widths"]), np.log(largest), 1)[0].tolist()


@measure()
def between_experiments(runs: Sequence[Run], other_runs: Sequence[Run], objective: str, column: str) -> list[float]:
    """Mean of a column's last value in one experiment over that in another, whose networks have the same width."""
    first, second = of_objective(runs, objective), of_objective(other_runs, objective)
    for group in (first, second):
        refuse_several_widths(group[0].dataset, (run.width for run in group))
    if first[0].width != second[0].width:
        raise NotTestable(f"{first[0].dataset} has m = {first[0].width}, {second[0].dataset} m = {second[0].width}")
    means = [np.mean([run.at_end(column) for run in group]) for group in (first, second)]
    return [float(means[0] / means[1])]
