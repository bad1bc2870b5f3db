import numpy as np
import pandas as pd
import pytest

from pseudo_rd.data.dataset import Dataset
from pseudo_rd.figures.inputs import by_objective, first_runs, image_shape, only
from pseudo_rd.results.runs import Run


def run(objective: str, seed: int) -> Run:
    return Run("mnist", objective, 8, seed, pd.DataFrame(), {})


@pytest.mark.parametrize(("named", "found"), [({}, "none"), ({"mnist": 1, "cifar10": 2}, "mnist, cifar10")])
def test_a_figure_of_one_experiment_refuses_none_and_several_in_one_line(named: dict[str, int], found: str) -> None:
    assert only({"mnist": 1}) == 1
    with pytest.raises(
        ValueError, match=rf"^one was expected, its entry in workflow/figures\.yaml names {found}: [^\n]*$"
    ):
        only(named)


def test_runs_are_grouped_supervised_first_and_a_missing_objective_is_left_out() -> None:
    runs = [run("augmented", 3), run("augmented", 1), run("supervised", 2)]
    assert [*by_objective(runs)] == ["supervised", "augmented"]
    assert by_objective(runs)["augmented"] == runs[:2]
    assert [*by_objective(runs[:2])] == ["augmented"]
    assert {objective: each.seed for objective, each in first_runs(runs).items()} == {"supervised": 2, "augmented": 1}


def test_points_are_no_images(blobs: Dataset, digits: Dataset) -> None:
    assert image_shape(digits) == (28, 28)
    assert np.prod(image_shape(digits)) == digits.inputs()[0].shape[1]
    with pytest.raises(ValueError, match="synthetic-small holds no images: name a data set of images"):
        image_shape(blobs)


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_images_of_other_channels_than_1_and_3_are_not_shown(channels: int) -> None:
    images, labels = np.ones((2, 8, 8, channels), np.float32), np.arange(2)
    dataset = Dataset("mine", images, labels, images, labels)
    if channels in (1, 3):
        assert image_shape(dataset) == (8, 8, channels)
    else:
        with pytest.raises(ValueError, match=rf"^mine has images of shape \(8, 8, {channels}\): a figure shows 1 or 3"):
            image_shape(dataset)
