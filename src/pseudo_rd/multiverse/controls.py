"""Does the critic do more than a larger step, noise or a constant push would? Runs beside the pair, along training."""

import numpy as np
import pandas as pd

from pseudo_rd.data.dataset import Dataset
from pseudo_rd.neurons.filters import spatial_statistics
from pseudo_rd.training.recorder import Result

HISTORY_COLUMNS = ("distance_hidden", "distance_top", "train_error", "test_error", "test_accuracy")


def along_training(dataset: Dataset, result: Result) -> pd.DataFrame:
    """What a run's filters were at each snapshot of its weights.

    Args:
        dataset: images.
        result: its snapshots hold all neurons.

    Returns:
        A row for each snapshot: iteration; distances, errors and accuracy of the history, between its rows by straight
        lines; variance and moran, means over the nine filters of largest norm (`filters.spatial_statistics`);
        moran_change, the same of the change since the start, of the nine that changed most, which the noise of the
        start does not dilute.
    """
    if dataset.image_shape is None:
        raise ValueError(f"controls.dataset = {dataset.name} holds no images: name a data set that does")
    history, snapshots = result.history, result.snapshots
    rows = []
    suffixes = (name.removeprefix("hidden_") for name in snapshots if name.startswith("hidden_"))
    for iteration in sorted(int(suffix) for suffix in suffixes if suffix.isdigit()):
        filters = snapshots[f"hidden_{iteration}"]
        statistics = spatial_statistics(filters, dataset.image_shape)[["variance", "moran"]].mean().to_dict()
        change = filters - snapshots["hidden_0"]
        of_change = spatial_statistics(change, dataset.image_shape)["moran"].mean() if change.any() else np.nan
        interpolated = {name: np.interp(iteration, history["iteration"], history[name]) for name in HISTORY_COLUMNS}
        rows.append({"iteration": iteration, **interpolated, **statistics, "moran_change": of_change})
    return pd.DataFrame(rows)


def at_equal_distance(table: pd.DataFrame, cases: tuple[str, str], column: str) -> list[float]:
    """The second case's number less the first's, where both hidden layers have gone as far as that which ends nearer.

    Args:
        table: of `along_training`, with columns case and seed.
        cases: two of its ways of training.
        column: of the table.

    Returns:
        One number for each seed, between snapshots by straight lines.
    """
    differences = []
    for _, rows in table.groupby("seed"):
        first, second = (rows[rows["case"] == case].sort_values("distance_hidden") for case in cases)
        distance = min(first["distance_hidden"].max(), second["distance_hidden"].max())
        numbers = [np.interp(distance, side["distance_hidden"], side[column]) for side in (first, second)]
        differences.append(float(numbers[1] - numbers[0]))
    return differences
