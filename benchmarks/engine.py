"""The parts of the package that the benchmarks time, found without installing it.

A bare GPU machine has torch, but not what the package reads files with.
"""

import sys
from importlib.util import find_spec
from pathlib import Path

if not find_spec("pseudo_rd"):
    sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

from pseudo_rd.commands.costs import step_operations
from pseudo_rd.parameters.vocabulary import GENERATOR_STARTS
from pseudo_rd.training.closed_form.batched import BatchTrainer
from pseudo_rd.training.closed_form.steps import Trainer
from pseudo_rd.training.graph import step_on_rows
from pseudo_rd.training.precision import bfloat16_is_emulated, product_seconds
from pseudo_rd.training.settings import Settings
from pseudo_rd.training.weights import Weights, draw_weights

__all__ = [
    "GENERATOR_STARTS",
    "BatchTrainer",
    "Settings",
    "Trainer",
    "Weights",
    "bfloat16_is_emulated",
    "draw_weights",
    "product_seconds",
    "step_on_rows",
    "step_operations",
]
