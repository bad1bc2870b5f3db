from pseudo_rd.data.sources import prepare
from pseudo_rd.figures.note import preset_note, said_of_data


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
    assert said_of_data("", part) == "a part: 4,000 of 50,000 images to train"
    assert said_of_data("", part.replace("4,000 of", "50,000 of")) == ""
    digits = prepare("mnist", "embedded")
    assert said_of_data(digits.stand_in, digits.source) == "a part: 4,000 of 60,000 images to train"
    patches = prepare("cifar10", "embedded", train_samples=32, test_samples=10)
    assert said_of_data(patches.stand_in, patches.source) == f"a stand-in: {patches.stand_in}"
