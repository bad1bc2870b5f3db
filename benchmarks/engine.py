"""The parts of the package that the benchmarks time, found without installing it.

A bare GPU machine has torch and scikit-learn, but not what the package reads files with.
"""

import sys
from importlib.util import find_spec
from pathlib import Path

if not find_spec("pseudo_rd"):
    sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

from pseudo_rd.neurons.clustering import cluster_neurons
from pseudo_rd.neurons.embedding import embed_snapshots
from pseudo_rd.parameters.vocabulary import GENERATOR_STARTS
from pseudo_rd.reaction_diffusion.simulation import simulate
from pseudo_rd.reaction_diffusion.systems import GrayScott, Turing, gray_scott_start, turing_start
from pseudo_rd.training.batched import BatchTrainer
from pseudo_rd.training.graph import step_on_rows
from pseudo_rd.training.precision import bfloat16_is_emulated, product_seconds
from pseudo_rd.training.settings import Settings
from pseudo_rd.training.steps import Trainer
from pseudo_rd.training.weights import Weights, draw_weights
from pseudo_rd.workflow.costs import step_operations

__all__ = [
    "GENERATOR_STARTS",
    "BatchTrainer",
    "GrayScott",
    "Settings",
    "Trainer",
    "Turing",
    "Weights",
    "bfloat16_is_emulated",
    "cluster_neurons",
    "draw_weights",
    "embed_snapshots",
    "gray_scott_start",
    "product_seconds",
    "simulate",
    "step_on_rows",
    "step_operations",
    "turing_start",
]
