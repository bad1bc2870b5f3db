"""Training the generator, alone or against the critic: `train` is a whole run in one call."""

from pseudo_rd.training.loop import OBJECTIVES, Diverged, Result, Settings, choose_device, train
from pseudo_rd.training.steps import READINGS

__all__ = ["OBJECTIVES", "READINGS", "Diverged", "Result", "Settings", "choose_device", "train"]
