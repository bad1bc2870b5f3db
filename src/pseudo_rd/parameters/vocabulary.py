"""Words that parameters, workflow and engine share. Imports nothing: every job's Snakemake reads it first."""

OUTPUTS = 10  # d_out, in all of the paper's experiments: as many classes
OBJECTIVES = ("supervised", "augmented")  # (2) and (3)
READINGS = ("penalty", "clip", "spectral", "frobenius", "target")  # of "we set L = 0.01": docs/readings.md
PRECISIONS = ("float32", "bfloat16")  # of the two large products: docs/performance.md
SOURCES = ("blobs", "complete", "embedded", "file")  # of data: docs/data.md
NAME_PATTERN = "^[a-z0-9][a-z0-9-]*$"
