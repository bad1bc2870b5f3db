"""Any pair of networks and any objective, by autograd and torch.optim."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn

from pseudo_rd.training.engine import AUTOGRAD, BLOCK
from pseudo_rd.training.networks import Pair, layers_of
from pseudo_rd.training.objectives import ADVERSARIES, LOSSES, divisors, gradient_penalties, hold_bound
from pseudo_rd.training.samples import Samples
from pseudo_rd.training.settings import Settings


class AutogradEngine:
    """Learner and trainer (`engine.py`) of a pair of modules.

    Args:
        pair: at its start, changed in place.
        samples: what is learned, whole (`samples.samples_of`), where the networks go.
        settings: of the run.
    """

    engine = AUTOGRAD

    def __init__(self, pair: Pair, samples: Samples, settings: Settings) -> None:
        self.samples, self.settings = samples, settings
        device = samples.train_inputs.device
        self.networks = {"generator": pair.generator.to(device)}
        if settings.adversarial and pair.critic is not None:
            self.networks["critic"] = pair.critic.to(device)
        self._layers = layers_of(self.networks["generator"])
        self.layers = tuple(self._layers)
        self._start = {
            layer: [parameter.detach().clone() for parameter in parameters]
            for layer, parameters in self._layers.items()
        }
        self.optimizers = {name: new_optimizer(name, network, settings) for name, network in self.networks.items()}

    def tensors(self) -> dict[str, Tensor]:
        """Weights, buffers and the optimizers' means, themselves."""
        state = {
            f"{name}.{key}": tensor
            for name, network in self.networks.items()
            for key, tensor in network.state_dict().items()
        }
        return state | {
            f"{name}.optimizer.{number}.{mean}": tensor
            for name, optimizer in self.optimizers.items()
            for number, parameter in enumerate(optimizer.param_groups[0]["params"])
            for mean, tensor in optimizer.state[parameter].items()
        }

    def step(self, inputs: Tensor, targets: Tensor, mixing: Tensor) -> None:
        self.networks["generator"].train()
        adversarial, order = self.settings.adversarial, self.settings.update_order
        if adversarial and order == "critic-first":
            self._update_critic(inputs, targets, mixing)
        losses = self._generator_losses(self.networks["generator"](inputs), targets)
        self._descend("generator", torch.stack(losses).sum())
        if adversarial and order == "generator-first":
            self._update_critic(inputs, targets, mixing)

    def _generator_losses(self, outputs: Tensor, targets: Tensor) -> list[Tensor]:
        """The supervised and, if adversarial, the adversarial loss of a batch."""
        supervised_divisor, adversarial_divisor = divisors(self.settings, targets.shape[1])
        losses = [LOSSES[self.settings.loss].values(outputs, targets).sum() / supervised_divisor]
        if self.settings.adversarial:
            values = ADVERSARIES[self.settings.adversary].generator(self.networks["critic"](outputs))
            losses.append(values.sum() / adversarial_divisor)
        return losses

    def _update_critic(self, inputs: Tensor, targets: Tensor, mixing: Tensor) -> None:
        """Step down the critic's loss with its gradient penalty, then hold the bound: on all layers but the last."""
        settings, critic, adversary = self.settings, self.networks["critic"], ADVERSARIES[self.settings.adversary]
        with torch.no_grad():
            fake = self.networks["generator"](inputs)
        mixture = torch.lerp(fake, targets, mixing[:, None]).requires_grad_()
        (slopes,) = torch.autograd.grad(critic(mixture).sum(), mixture, create_graph=True)
        penalty = gradient_penalties(slopes.norm(dim=1), settings.slope_target).mean()
        loss = adversary.fake(critic(fake)).mean() + adversary.real(critic(targets)).mean()
        self._descend("critic", loss + settings.penalty_weight * penalty)
        *hidden, _ = layers_of(critic).values()
        for parameters in hidden:
            weight = parameters[0].detach().flatten(1)
            # The spectral norm is found through the smaller product.
            wide = weight if len(weight) < weight.shape[1] else weight.T
            hold_bound(wide, settings.bound_reading, settings.bound)

    def _descend(self, name: str, loss: Tensor) -> None:
        """One step of a network's optimizer; the other network's gradients are not asked for."""
        optimizer = self.optimizers[name]
        weights = optimizer.param_groups[0]["params"]
        for parameter, gradient in zip(weights, torch.autograd.grad(loss, weights, allow_unused=True), strict=True):
            parameter.grad = gradient
        optimizer.step()

    @torch.no_grad()
    def predict(self, inputs: Tensor) -> Tensor:
        generator = self.networks["generator"].eval()
        return torch.cat([generator(block) for block in inputs.split(BLOCK)])

    @torch.no_grad()
    def critic(self, points: Tensor) -> Tensor:
        return self.networks["critic"](points)

    def critic_slopes(self, points: Tensor) -> Tensor:
        points = points.detach().requires_grad_()
        return torch.autograd.grad(self.networks["critic"](points).sum(), points)[0]

    def distances(self) -> dict[str, float]:
        norms = {}
        for layer, parameters in self._layers.items():
            pairs = zip(parameters, self._start[layer], strict=True)
            changes = [(parameter.detach() - start).flatten() for parameter, start in pairs]
            norms[f"distance_{layer}"] = torch.cat(changes).norm().item()
        return norms

    def terms(self, inputs: Tensor, targets: Tensor, settings: Settings) -> dict[str, float]:
        losses = self._generator_losses(self.networks["generator"].eval()(inputs), targets)
        norms = {f"{term}_{layer}": 0.0 for term in ("diffusion", "reaction") for layer in self.layers}
        for term, loss in zip(("reaction", "diffusion"), losses, strict=False):
            for layer, parameters in self._layers.items():
                gradients = torch.autograd.grad(loss, parameters, retain_graph=True, materialize_grads=True)
                norms[f"{term}_{layer}"] = neuron_rows(layer, gradients).norm(dim=1).mean().item()
        return norms

    def rows(self, count: int | None = None) -> dict[str, np.ndarray]:
        arrays: dict[str, Tensor] = {}
        for layer, (weight, *biases) in self._layers.items():
            arrays[layer] = neuron_rows(layer, [weight])[:count]
            arrays |= {f"{layer}_bias": bias for bias in biases}
        return {name: np.array(array.detach().cpu().numpy(), np.float32, order="C") for name, array in arrays.items()}


def new_optimizer(name: str, network: nn.Module, settings: Settings) -> torch.optim.Optimizer:
    """The optimizer of "generator" or "critic", with its means from the start on: a checkpoint has a place for each."""
    parameters = [parameter for parameter in network.parameters() if parameter.requires_grad]
    if name == "critic" and settings.critic_optimizer == "adam":
        betas = settings.critic_adam_betas
        optimizer = torch.optim.Adam(parameters, lr=settings.critic_adam_learning_rate, betas=betas)
        for parameter in parameters:
            means = {mean: torch.zeros_like(parameter) for mean in ("exp_avg", "exp_avg_sq")}
            optimizer.state[parameter].update(step=torch.tensor(0.0), **means)
        return optimizer
    optimizer = torch.optim.SGD(parameters, lr=settings.learning_rate, momentum=settings.momentum)
    for parameter in parameters if settings.momentum else []:
        optimizer.state[parameter]["momentum_buffer"] = torch.zeros_like(parameter)
    return optimizer


def neuron_rows(layer: str, arrays: Sequence[Tensor]) -> Tensor:
    """A row for each neuron out of (weight,) or (weight, bias): of the last layer what each neuron before it sends.

    A channel of a convolution is a neuron, its kernel in the order of an image's pixels: (height, width, channels).
    """
    weight, *biases = arrays
    if weight.dim() == 4:
        weight = weight.movedim(1, 3)
    if layer == "top":
        return weight.reshape(len(weight), -1).T
    return torch.cat([weight.reshape(len(weight), -1), *(bias[:, None] for bias in biases)], dim=1)
