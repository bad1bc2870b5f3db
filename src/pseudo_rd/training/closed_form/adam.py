"""Adam (Kingma and Ba, 2015), in place, so that a CUDA graph can hold a step."""

from collections.abc import Mapping

import torch
from torch import Tensor

EPSILON = 1e-8  # as torch.optim.Adam has it


class Adam:
    """Moving means of gradients and of their squares for named weights.

    w -= learning_rate m / (sqrt(v) + epsilon), with m and v the means divided by what they lack while they are young,
    1 - beta^t.

    Args:
        weights: what is trained, changed in place.
        learning_rate: step size.
        betas: how much of the old means each step keeps.
    """

    def __init__(self, weights: Mapping[str, Tensor], learning_rate: float, betas: tuple[float, float]) -> None:
        self._weights = weights
        self._learning_rate = learning_rate
        self._betas = betas
        self._means = {name: torch.zeros_like(tensor) for name, tensor in weights.items()}
        self._squares = {name: torch.zeros_like(tensor) for name, tensor in weights.items()}
        device = next(iter(weights.values())).device
        # On the device: a step must not wait for the host to count.
        self._steps = torch.zeros((), dtype=torch.float64, device=device)

    def step(self, gradients: Mapping[str, Tensor]) -> None:
        """One step down the gradients, by the weights' names."""
        self._steps.add_(1)
        young, young_squares = (1 - beta**self._steps for beta in self._betas)
        keep, keep_squares = self._betas
        for name, gradient in gradients.items():
            mean, square = self._means[name], self._squares[name]
            mean.mul_(keep).add_(gradient, alpha=1 - keep)
            square.mul_(keep_squares).addcmul_(gradient, gradient, value=1 - keep_squares)
            spread = (square / young_squares).sqrt_().add_(EPSILON)
            self._weights[name].addcdiv_(mean / young, spread, value=-self._learning_rate)

    def tensors(self) -> dict[str, Tensor]:
        """All that later steps depend on, by name: themselves, not copies."""
        return {
            "steps": self._steps,
            **{f"means.{name}": tensor for name, tensor in self._means.items()},
            **{f"squares.{name}": tensor for name, tensor in self._squares.items()},
        }
