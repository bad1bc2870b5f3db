# Finished runs and the figures that show them in; MLflow out, in one process.
import time


def experiment_figures(at):
    """Pictures by the experiments that they show."""
    return {
        name: [
            f"results/{at.preset}/{at.reading}/figures/{stem}.png"
            for stem, figure in FIGURES.items()
            if name in figure.experiments
        ]
        for name in parameters(at.preset).experiments
    }


rule track:
    input:
        expand("results/{preset}/{reading}/tracking.json", preset=PRESET, reading=READING),


rule log_runs:
    input:
        files=lambda wildcards: [
            f"{folder}/{kind}" for folder in all_runs(wildcards) for kind in ("history.parquet", "summary.json")
        ],
        figures=lambda wildcards: sorted({path for paths in experiment_figures(wildcards).values() for path in paths}),
    output:
        tracking="results/{preset}/{reading}/tracking.json",
    log:
        "logs/{preset}/{reading}/log_runs.log",
    benchmark:
        "results/{preset}/{reading}/benchmarks/log_runs.tsv"
    params:
        experiments=lambda wildcards: {
            name: run_folders(wildcards, name) for name in parameters(wildcards.preset).experiments
        },
        figures=lambda wildcards: experiment_figures(wildcards),
        # Never the same, so that every `make track` asks the store: its address may have changed, its file or its runs may
        # be gone. Runs that are there stay as they are.
        asked=lambda _: time.time(),
    script:
        "../../scripts/log_runs.py"
