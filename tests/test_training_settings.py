import json
import subprocess
import sys
from dataclasses import asdict, replace

import pytest
from projects import ROOT

from pseudo_rd.parameters.plain_yaml import read_parameters
from pseudo_rd.parameters.presets import plain, resolve
from pseudo_rd.training.settings import Settings, settings_of

SMOKE = resolve(read_parameters(ROOT / "params.yaml"), "smoke")


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("objective", "supervised, augmented"),
        ("generator_start", "normal, framework, framework-scaled, xavier"),
        ("critic_start", "normal, framework, framework-scaled, xavier"),
        ("loss", "batch, element, sum"),
        ("bound_reading", "penalty, clip"),
        ("critic_optimizer", "sgd, adam"),
        ("update_order", "critic-first, generator-first"),
        ("precision", "float32, bfloat16"),
    ],
)
def test_an_unknown_option_is_refused_in_one_line(name: str, options: str) -> None:
    settings = Settings("supervised", width=8, seed=1, batch_size=4, epochs=1)
    with pytest.raises(ValueError, match=f"^{name} = 'other' is not one of {options}"):
        replace(settings, **{name: "other"})


def test_settings_are_what_the_parameters_say() -> None:
    changed = SMOKE.model_copy(update={"training": SMOKE.training.model_copy(update={"momentum": 0.25, "records": 5})})
    settings = settings_of(changed, "mnist", "augmented", 64, 7)
    assert (settings.objective, settings.width, settings.seed) == ("augmented", 64, 7)
    assert (settings.momentum, settings.records) == (0.25, 5)
    data = SMOKE.datasets["mnist"]
    assert (settings.batch_size, settings.epochs) == (data.batch_size, data.epochs)
    assert settings.convergence_error == data.convergence_error == 0.001
    assert settings.snapshot_fractions == SMOKE.snapshots.fractions
    assert settings_of(changed, "mnist", "augmented", 64, 7, epochs=9) == replace(settings, epochs=9)


def test_every_choice_of_training_reaches_the_settings() -> None:
    settings = settings_of(SMOKE, "mnist", "augmented", 64, 7)
    for name, value in SMOKE.training:
        if name not in ("device", "threads"):  # where a job runs
            assert getattr(settings, name) == value


def test_settings_survive_a_file() -> None:
    settings = settings_of(SMOKE, "mnist", "augmented", 64, 7)
    again = Settings(**json.loads(json.dumps(plain(asdict(settings)))))
    assert plain(asdict(again)) == plain(asdict(settings))


def test_rules_read_settings_without_loading_pytorch() -> None:
    code = "import sys, pseudo_rd.training.settings; sys.exit('torch' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_settings_that_come_as_plain_values_from_a_rule_can_be_keys() -> None:
    settings = Settings("augmented", 8, seed=1, batch_size=4, epochs=1, snapshot_fractions=(0.5,))
    assert {settings, Settings(**json.loads(json.dumps(asdict(settings))))} == {settings}
