"""Training the generator, alone or against the critic: `train` is a whole run in one call."""

from pseudo_rd.training.checkpoint import Checkpoints
from pseudo_rd.training.loop import Diverged, Result, Settings, choose_device, train

__all__ = ["Checkpoints", "Diverged", "Result", "Settings", "choose_device", "train"]
