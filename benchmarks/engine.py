"""The parts of the package that the benchmarks time, found without installing it and without its data libraries.

A bare GPU machine has torch and scikit-learn, but not what the package's front door reads files with.
"""

import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

if not find_spec("pseudo_rd"):
    sys.path.insert(0, str(Path(__file__).parents[1] / "src"))
if not find_spec("safetensors"):
    bare = ModuleType("pseudo_rd.training")
    bare.__path__ = [str(Path(import_module("pseudo_rd").__path__[0]) / "training")]
    sys.modules["pseudo_rd.training"] = bare

Trainer = import_module("pseudo_rd.training.steps").Trainer
step_on_rows = import_module("pseudo_rd.training.graph").step_on_rows
draw_weights = import_module("pseudo_rd.training.weights").draw_weights
step_operations = import_module("pseudo_rd.costs").step_operations
cluster_neurons = import_module("pseudo_rd.clustering").cluster_neurons
embed_snapshots = import_module("pseudo_rd.embedding").embed_snapshots
reaction_diffusion = import_module("pseudo_rd.reaction_diffusion")
