from pathlib import Path

import numpy as np
from kept import CLUSTERS, MAPS, keep_pattern, keep_run

from pseudo_rd.parameters.vocabulary import LAYERS
from pseudo_rd.results.gather import gather_patterns, gather_runs


def test_runs_are_sorted_by_objective_width_and_seed_and_come_with_weights_where_asked(tmp_path: Path) -> None:
    wanted = [("supervised", 8, 2), ("supervised", 8, 1), ("augmented", 16, 1), ("augmented", 8, 3)]
    folders = [keep_run(tmp_path / str(place), *names) for place, names in enumerate(wanted)]
    runs = gather_runs({"some": folders, "none": []})
    assert [(run.objective, run.width, run.seed) for run in runs["some"]] == sorted(wanted)
    assert runs["none"] == ()
    assert all(run.snapshots == {} for run in runs["some"])
    assert gather_runs({"some": folders}, weights=True)["some"][1].snapshots["hidden_end"].shape == (16, 3)


def test_a_pattern_has_its_runs_name_and_both_layers(tmp_path: Path) -> None:
    ((pattern,),) = gather_patterns({"some": [keep_pattern(tmp_path)]}).values()
    assert (pattern.dataset, pattern.objective, pattern.width, pattern.seed) == ("mnist", "augmented", 6, 1)
    assert pattern.iterations.tolist() == [0, 12]
    for layer in LAYERS:
        np.testing.assert_array_equal(pattern.maps[layer], MAPS[layer])
        np.testing.assert_array_equal(pattern.clusters[layer], CLUSTERS[layer])
        np.testing.assert_array_equal(pattern.converged[layer], CLUSTERS[f"{layer}_converged"])
