"""Words that parameters, workflow and engine share. Imports next to nothing: every job's Snakemake reads it first."""

from typing import Literal, get_args

OUTPUTS = 10  # d_out, in all of the paper's experiments: as many classes
Reading = Literal["penalty", "clip", "spectral", "frobenius", "target"]
Precision = Literal["float32", "bfloat16"]
Source = Literal["blobs", "complete", "embedded", "file"]
Scaling = Literal["unit", "standard"]

OUTPUTS = 10  # d_out, in all of the paper's experiments: as many classes
OBJECTIVES = ("supervised", "augmented")  # (2) and (3)
READINGS: tuple[Reading, ...] = get_args(Reading)  # of "we set L = 0.01": docs/readings.md
PRECISIONS: tuple[Precision, ...] = get_args(Precision)  # of the two large products: docs/performance.md
SOURCES: tuple[Source, ...] = get_args(Source)  # of data: docs/data.md
SCALINGS: tuple[Scaling, ...] = get_args(Scaling)  # of pixels: docs/data.md
NAME_PATTERN = "^[a-z0-9][a-z0-9-]*$"
