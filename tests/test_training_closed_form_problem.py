"""What a network learns from: inputs that are always 0 are left out, and the weights are whole again at the end."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from textbook import train_textbook
from trainings import CPU, batches, for_textbook, networks_of

from pseudo_rd.data.dataset import Dataset
from pseudo_rd.parameters.vocabulary import OBJECTIVES
from pseudo_rd.training.closed_form.problem import problem_of
from pseudo_rd.training.closed_form.steps import Trainer
from pseudo_rd.training.samples import nonzero_inputs, samples_of
from pseudo_rd.training.settings import Settings
from pseudo_rd.training.weights import draw_weights


def test_dark_inputs_are_left_out_but_for_those_that_fill_the_last_sixteen() -> None:
    samples = torch.zeros(3, 100)
    samples[1, 50:70] = 0.5  # 20 lit ones
    found = nonzero_inputs(samples)
    assert len(found) == 32
    assert {*range(50, 70)} <= {*found.tolist()}
    assert (found.diff() > 0).all()


def test_inputs_that_are_nearly_all_lit_stay_as_they_are() -> None:
    samples = torch.ones(3, 100)
    samples[:, 0] = 0
    assert nonzero_inputs(samples) is None


def test_a_pixel_that_only_a_test_image_lights_is_kept(digits: Dataset) -> None:
    dark = np.flatnonzero(~(digits.x_train.any(0) | digits.x_test.any(0)).ravel())
    images = digits.x_test.copy()
    images.reshape(len(images), -1)[0, dark[5]] = 255
    changed = replace(digits, x_test=images)
    settings = Settings("supervised", 8, seed=1, batch_size=32, epochs=1)
    kept = [samples_of(each, settings, CPU, torch.float64).nonzero for each in (digits, changed)]
    assert dark[5] in kept[1].tolist()
    assert len(kept[0]) < 784


@pytest.mark.parametrize("biases", [False, True], ids=["no biases", "biases"])
@pytest.mark.parametrize("objective", OBJECTIVES)
def test_training_on_lit_pixels_is_training_on_all_of_them(digits: Dataset, objective: str, biases: bool) -> None:
    settings = Settings(objective, 30, seed=3, batch_size=32, epochs=6, biases=biases, generator_start="framework")
    samples = samples_of(digits, settings, CPU, torch.float64)
    problem = problem_of(samples, settings)
    assert samples.train_inputs.shape[1] < 784

    drawn = draw_weights(30, 784, 10, 3, torch.float64, **settings.starts)
    generator, critic = networks_of(drawn, settings)
    inputs = [torch.from_numpy(part).double() for part in digits.inputs()]
    some_batches = batches(256, 32, 48, 3)
    train_textbook(generator, critic, inputs[0], samples.train_targets, for_textbook(some_batches))
    trainer = Trainer(problem.weights, settings)
    for rows, mixing in some_batches:
        trainer.step(samples.train_inputs[rows], samples.train_targets[rows], mixing.double())

    torch.testing.assert_close(
        problem.predict(samples.test_inputs), generator(inputs[1]).detach(), rtol=1e-9, atol=1e-12
    )
    hidden = problem.rows()["hidden"]
    np.testing.assert_allclose(hidden, generator.hidden.detach().numpy(), rtol=2e-7, atol=2e-7)
    dark = np.setdiff1d(np.arange(784), samples.nonzero.numpy())
    np.testing.assert_array_equal(hidden[:, dark], drawn.hidden[dark].T.float().numpy())
