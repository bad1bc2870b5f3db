"""Stage log_runs: all runs of a preset and reading -> MLflow, each once."""

from pathlib import Path

from pseudo_rd.commands.tracking import log_runs
from pseudo_rd.results.files import read_run, write_json
from pseudo_rd.stages.stage import snakemake, stage_log

with stage_log(snakemake) as log:
    given, preset, reading = snakemake.params, snakemake.wildcards.preset, snakemake.wildcards.reading
    experiments = {name: [read_run(folder) for folder in folders] for name, folders in given.experiments.items()}
    figures = {name: [Path(path) for path in paths] for name, paths in given.figures.items()}
    result = log_runs(preset, reading, experiments, figures, on_run=log.progress, on_warning=log.warning)
    write_json(snakemake.output.tracking, result)
    log.info(f"{result['logged']} runs logged, {result['kept']} already there: {result['uri']}")
