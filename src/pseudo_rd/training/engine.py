"""What a run needs of whatever trains its networks: history, snapshots and checkpoints fit any of them."""

from collections.abc import Mapping
from typing import Protocol

import numpy as np
from torch import Tensor

from pseudo_rd.training.samples import Samples
from pseudo_rd.training.settings import Settings

CLOSED_FORM, AUTOGRAD = "closed form", "autograd"
BLOCK = 512  # samples that are predicted at once: what is computed of them stays in the cache


class Learner(Protocol):
    """A generator, with its critic if there is one, as it is measured between two iterations.

    Attributes:
        engine: what trains it, CLOSED_FORM or AUTOGRAD.
        layers: names of the generator's layers of weights: "hidden", "hidden2", ..., "top".
        samples: what is learned.
    """

    engine: str
    layers: tuple[str, ...]
    samples: Samples

    def predict(self, inputs: Tensor) -> Tensor:
        """The generator's outputs z, (samples, outputs)."""

    def critic(self, points: Tensor) -> Tensor:
        """g at points in the space of the outputs, (points,)."""

    def critic_slopes(self, points: Tensor) -> Tensor:
        """grad g at them, (points, outputs)."""

    def distances(self) -> dict[str, float]:
        """distance_<layer>: the norm of what a layer's weights and biases moved since the start."""

    def terms(self, inputs: Tensor, targets: Tensor, settings: Settings) -> dict[str, float]:
        """reaction_<layer> and diffusion_<layer>: norms of the gradients of the generator's two losses by the weights
        of a neuron, mean over the layer's neurons. Without a critic the diffusion is 0.
        """

    def rows(self, count: int | None = None) -> dict[str, np.ndarray]:
        """The generator now by layer, float32, a row for each neuron, or for the first `count`.

        A row holds a neuron's incoming weights; in the layer "top" the outgoing weights of a neuron of the layer before
        it. Biases stand beside them as <layer>_bias.
        """


class Trainer(Protocol):
    """What updates the networks."""

    def step(self, inputs: Tensor, targets: Tensor, mixing: Tensor) -> None:
        """One update of the generator and, if adversarial, one of the critic on the same batch.

        Args:
            inputs: (batch, inputs).
            targets: one-hot labels, (batch, outputs).
            mixing: share of the label in the critic's mixtures, (batch,).
        """

    def tensors(self) -> Mapping[str, Tensor]:
        """All that later steps depend on, by name: themselves, not copies."""
