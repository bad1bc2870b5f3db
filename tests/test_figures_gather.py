from pathlib import Path

import numpy as np
import pandas as pd
from kept import keep_pattern, keep_run

from pseudo_rd.data.dataset import save
from pseudo_rd.data.sources import prepare
from pseudo_rd.figures.gather import data_note, gather_inputs, preset_note
from pseudo_rd.results.files import write_history, write_npz


def test_runs_come_without_weights_unless_asked_and_stand_ins_are_told(tmp_path: Path) -> None:
    folders = [keep_run(tmp_path, stand_in="tiles in place of digits")]
    inputs, epochs, lacking, rises = gather_inputs(runs={"some": folders}, parameters={"features": {"radius": 0.1}})
    assert (epochs, rises) == ([2], {"some": ""})
    assert inputs.runs["some"][0].snapshots == {}
    assert inputs.parameters["features"] == {"radius": 0.1}
    assert lacking == {"mnist": "a stand-in: tiles in place of digits"}


def test_weights_patterns_data_and_simulations_come_where_asked(tmp_path: Path) -> None:
    patches = prepare("cifar10", "embedded", train_samples=32, test_samples=10)
    save(patches, tmp_path / "cifar10.safetensors")
    write_npz(tmp_path / "turing.npz", {"u": np.zeros((2, 4, 4))})
    files = keep_pattern(tmp_path)
    inputs, epochs, lacking, rises = gather_inputs(
        runs={"some": [files["run"]]},
        weights=True,
        patterns={"some": [files]},
        datasets={"cifar10": str(tmp_path / "cifar10.safetensors")},
        simulations={"turing_printed": str(tmp_path / "turing.npz")},
    )
    assert (epochs, rises) == ([2], {"some": ""})
    assert inputs.runs["some"][0].snapshots["hidden_end"].shape == (6, 3)
    (pattern,) = inputs.patterns["some"]
    assert pattern.maps["top"].shape == (2, 6, 2)
    assert inputs.datasets["cifar10"].checksum == patches.checksum
    assert inputs.simulations["turing_printed"]["u"].shape == (2, 4, 4)
    assert list(lacking) == ["cifar10"]


def test_flow_tables_and_frames_come_where_asked_and_stand_ins_of_films_are_told(tmp_path: Path) -> None:
    write_npz(tmp_path / "flow.npz", {"times": np.array([0.0, 0.1])})
    for seed in (1, 2):
        write_history(tmp_path / f"{seed}.parquet", pd.DataFrame({"seed": [seed]}))
    maps = {"iterations": np.array([0]), "dataset": np.array("cifar10"), "stand_in": np.array("tiles")}
    write_npz(tmp_path / "maps.npz", maps)
    inputs, _, lacking, _ = gather_inputs(
        flow=str(tmp_path / "flow.npz"),
        tables={"scales": [str(tmp_path / f"{seed}.parquet") for seed in (1, 2)]},
        frames={"maps_augmented": str(tmp_path / "maps.npz")},
    )
    assert inputs.flow["times"].tolist() == [0, 0.1]
    assert inputs.tables["scales"]["seed"].tolist() == [1, 2]
    assert [*inputs.frames] == ["maps_augmented"]
    assert lacking == {"cifar10": "a stand-in: tiles"}


def test_preset_reading_and_widths_are_one_sentence() -> None:
    assert preset_note("quick", None, [512], [], {}, {}) == "Preset quick, 512 neurons."
    note = preset_note("quick", "pytorch", [16, 64, 4096], [354, 1500], {}, {})
    assert note == "Preset quick, reading pytorch, 16 to 4,096 neurons, 354 to 1,500 epochs."


def test_a_stand_in_is_named_in_every_preset() -> None:
    note = preset_note("full", None, [], [], {"cifar10": "a stand-in: patches of photographs"}, {})
    assert note == "Preset full. cifar10 is a stand-in: patches of photographs."


def test_runs_whose_error_first_rises_are_told_of_last() -> None:
    rises = {"mnist": "", "synthetic-784": "the training error first rises to 2,036 times its start"}
    note = preset_note("full", "printed", [], [], {}, rises)
    assert note.endswith("printed. Overshot: synthetic-784, the training error first rises to 2,036 times its start.")


def test_an_incomplete_set_is_called_a_part_and_a_complete_one_nothing() -> None:
    part = "CIFAR10, 4,000 of 50,000 images to train, 1,000 of 10,000 images to test, read from data/raw/cifar10.npz"
    assert data_note("", part) == "a part: 4,000 of 50,000 images to train"
    assert data_note("", part.replace("4,000 of", "50,000 of")) == ""
    digits = prepare("mnist", "embedded")
    assert data_note(digits.stand_in, digits.source) == "a part: 4,000 of 60,000 images to train"
