"""What Figure 1 holds, read back from its axes."""

import numpy as np

from pseudo_rd.data.dataset import Dataset
from pseudo_rd.figures.blobs import blobs_figure
from pseudo_rd.figures.inputs import FigureInputs
from pseudo_rd.figures.style import paper_style


def test_blobs_are_drawn_by_class_on_equal_axes(random: np.random.Generator) -> None:
    x_train = np.concatenate([random.normal(size=(60, 2)), np.ones((60, 3))], axis=1)
    y_train = np.repeat(np.arange(10), 6)
    data = Dataset("blobs", x_train, y_train, x_train, y_train, tuple("0123456789"), "made up", "none")
    with paper_style():
        figure = blobs_figure(FigureInputs(datasets={"synthetic-784": data}))
    [axes] = figure.axes
    for label, points in enumerate(axes.collections):
        np.testing.assert_allclose(points.get_offsets(), x_train[y_train == label, :2])
    assert len({tuple(points.get_facecolor()[0]) for points in axes.collections}) == 10
    assert len({points.get_paths()[0].vertices.tobytes() for points in axes.collections}) == 10
    assert [text.get_text() for text in axes.get_legend().get_texts()] == [str(label) for label in range(10)]
    assert axes.get_aspect() == 1
