import json
import subprocess
import sys
from dataclasses import asdict, replace

import pytest
from projects import CONFIG

from pseudo_rd.parameters.presets import resolve
from pseudo_rd.training.settings import Settings, settings_of

SMOKE = resolve(CONFIG, "smoke")


@pytest.mark.parametrize(
    ("name", "options"),
    [("objective", "supervised, augmented"), ("bound_reading", "penalty, clip, spectral, frobenius, target, weight")],
)
def test_an_unknown_option_is_refused_in_one_line(name: str, options: str) -> None:
    settings = Settings("supervised", width=8, seed=1, batch_size=4, epochs=1)
    with pytest.raises(ValueError, match=f"^{name} = 'other' is not one of {options}$"):
        replace(settings, **{name: "other"})


def test_settings_are_what_the_parameters_say() -> None:
    changed = SMOKE.model_copy(update={"training": SMOKE.training.model_copy(update={"momentum": 0.25, "records": 5})})
    settings = settings_of(changed, "mnist", "augmented", 64, 7)
    assert (settings.objective, settings.width, settings.seed) == ("augmented", 64, 7)
    of_training = changed.training.model_dump(exclude={"device", "threads"})  # these say where a job runs
    assert of_training.items() <= asdict(settings).items()
    data = SMOKE.datasets["mnist"]
    assert (settings.batch_size, settings.epochs) == (data.batch_size, data.epochs)
    assert settings.convergence_error == data.convergence_error == 0.001
    assert settings.snapshot_fractions == SMOKE.snapshots.fractions
    assert settings_of(changed, "mnist", "augmented", 64, 7, epochs=9) == replace(settings, epochs=9)


def test_settings_survive_a_file_and_can_be_keys() -> None:
    settings = replace(settings_of(SMOKE, "mnist", "augmented", 64, 7), snapshot_fractions=(0.5,))
    assert {settings, Settings(**json.loads(json.dumps(asdict(settings))))} == {settings}


def test_rules_read_settings_without_loading_pytorch() -> None:
    code = "import sys, pseudo_rd.training.settings; sys.exit('torch' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
