"""Words that parameters, workflow and engine share. Imports next to nothing: every job's Snakemake reads it first."""

from typing import Literal, get_args

Precision = Literal["float32", "bfloat16"]  # of the two large products: docs/performance.md
Source = Literal["blobs", "complete", "embedded", "file"]
Scaling = Literal["unit", "symmetric", "standard"]
# Options of choices, where the paper is silent or says several things: docs/readings.md.
Start = Literal["normal", "framework", "framework-scaled", "xavier"]
Loss = Literal["batch", "element", "sum"]
BoundReading = Literal["penalty", "clip", "spectral", "frobenius", "target", "weight"]  # of "we set L = 0.01"
CriticOptimizer = Literal["sgd", "adam"]
UpdateOrder = Literal["critic-first", "generator-first"]
Adversary = Literal["wgan-gp", "hinge", "cross-entropy"]
Standing = Literal["printed", "printed but ambiguous", "unstated", "contradicts the print"]

STARTS: tuple[Start, ...] = get_args(Start)  # of the generator and of the critic

OUTPUTS = 10  # d_out, in all of the paper's experiments: as many classes
OBJECTIVES = ("supervised", "augmented")  # (2) and (3)
LAYERS = ("hidden", "top")  # U and V, in the names of weights, maps and columns of histories
SOURCES: tuple[Source, ...] = get_args(Source)  # of data: docs/extend.md
NETWORK_PATTERN = r"^(paper|perceptron|convolutional|.+\.py:\w+)$"  # built-in builders, or a function in a file
NAME_PATTERN = "^[a-z0-9][a-z0-9-]*$"
