import numpy as np
import pandas as pd

from pseudo_rd.figures.controls import controls_figure
from pseudo_rd.figures.inputs import FigureInputs


def test_each_case_is_a_line_and_the_last_panel_sets_it_against_the_run_without_the_critic() -> None:
    rows = [
        {"case": case, "seed": seed, "iteration": time, "distance_hidden": factor * time * seed}
        | dict.fromkeys(("variance", "moran", "moran_change", "test_error"), 0.1)
        for case, factor in (("without", 1), ("with", 2))
        for seed in (1, 3)
        for time in (0, 10, 20)
    ]
    words = {"without": {"words": "without"}, "with": {"words": "with"}}
    inputs = FigureInputs(tables={"controls": pd.DataFrame(rows)}, parameters={"controls": {"cases": words}})
    *against, over_time, _ = controls_figure(inputs).axes
    assert [np.asarray(line.get_xdata()).tolist() for line in against[0].lines] == [[20, 40], [40, 80]]
    assert np.asarray(over_time.lines[0].get_ydata()).tolist() == [2, 2]
    assert [line.get_label() for line in against[0].lines] == ["without (2)", "with (2)"]
