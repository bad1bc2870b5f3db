"""What `logger: pseudo-rd` in a profile names: Snakemake finds the handlers of its log by this package's name."""

from pseudo_rd.stages.terminal import LogHandler as LogHandler
