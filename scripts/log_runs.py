"""Stage log_runs: all runs of a preset and reading -> MLflow, each once; of `make beyond` what is there."""

from pathlib import Path

from pseudo_rd.commands.tracking import log_runs
from pseudo_rd.results.files import read_run, write_json
from pseudo_rd.stages.stage import snakemake, stage_log

with stage_log(snakemake) as log:
    params, preset, reading = snakemake.params, snakemake.wildcards.preset, snakemake.wildcards.reading
    experiments = {
        name: {run: read_run(folder) for run, folder in folders.items() if (Path(folder) / "summary.json").exists()}
        for name, folders in params.experiments.items()
    }
    experiments = {name: runs for name, runs in experiments.items() if runs}
    pictures = {name: [Path(path) for path in params.figures.get(name, ())] for name in experiments}
    figures = {name: [path for path in paths if path.exists()] for name, paths in pictures.items()}
    result = log_runs(preset, reading, experiments, figures, on_run=log.progress, on_warning=log.warning)
    write_json(snakemake.output.tracking, result)
    log.info(f"{result['logged']} runs logged, {result['kept']} already there: {result['uri']}")
