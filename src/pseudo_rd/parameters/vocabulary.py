"""Words that parameters, workflow and engine share. Imports next to nothing: every job's Snakemake reads it first."""

from typing import Literal, get_args

Precision = Literal["float32", "bfloat16"]
Source = Literal["blobs", "complete", "embedded", "file"]
Scaling = Literal["unit", "symmetric", "standard"]
Start = Literal["normal", "framework", "framework-scaled", "xavier"]
Loss = Literal["batch", "element", "sum"]
BoundReading = Literal["penalty", "clip", "spectral", "frobenius", "target", "weight"]
CriticOptimizer = Literal["sgd", "adam"]
UpdateOrder = Literal["critic-first", "generator-first"]
Adversary = Literal["wgan-gp", "hinge", "cross-entropy"]
Standing = Literal["printed", "printed but ambiguous", "unstated", "contradicts the print"]

# Choices where the paper is silent or says several things: docs/readings.md.
STARTS: tuple[Start, ...] = get_args(Start)  # of the generator and of the critic
LOSSES: tuple[Loss, ...] = get_args(Loss)
BOUND_READINGS: tuple[BoundReading, ...] = get_args(BoundReading)  # of "we set L = 0.01"
UPDATE_ORDERS: tuple[UpdateOrder, ...] = get_args(UpdateOrder)

OUTPUTS = 10  # d_out, in all of the paper's experiments: as many classes
OBJECTIVES = ("supervised", "augmented")  # (2) and (3)
LAYERS = ("hidden", "top")  # U and V, in the names of weights, maps and columns of histories
PRECISIONS: tuple[Precision, ...] = get_args(Precision)  # of the two large products: docs/performance.md
SOURCES: tuple[Source, ...] = get_args(Source)  # of data: docs/extend.md
SCALINGS: tuple[Scaling, ...] = get_args(Scaling)  # of pixels: docs/extend.md
NETWORK_PATTERN = r"^(paper|perceptron|convolutional|.+\.py:\w+)$"  # built-in builders, or a function in a file
NAME_PATTERN = "^[a-z0-9][a-z0-9-]*$"
