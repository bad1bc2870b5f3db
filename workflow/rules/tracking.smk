# Runs and the figures that show them in; MLflow out, in one process. What `make beyond` made goes along, as far as it is.
import time


def experiment_figures(at):
    """Pictures by the experiments that they show."""
    folder = f"results/{at.preset}/{at.reading}"
    pictures = {
        name: [f"{folder}/figures/{stem}.png" for stem, figure in FIGURES.items() if name in figure.experiments]
        for name in parameters(at.preset).experiments
    }
    return pictures | {"beyond": [f"{folder}/beyond/figures/{stem}.png" for stem in stems_of("beyond")]}


def tracked_runs(at):
    """Folders by the names of their runs, by experiment; all cases beyond the paper's pair are one."""
    folder, chosen = f"results/{at.preset}/{at.reading}", parameters(at.preset)
    experiments = {name: run_folders(at, name) for name in chosen.experiments}
    cases = [beyond_runs(at, dataset) for dataset in chosen.beyond.datasets]
    experiments["beyond"] = [run for by_case in cases for runs in by_case.values() for run in runs]
    return {
        name: {path.removeprefix(f"{folder}/").removeprefix("runs/"): path for path in paths}
        for name, paths in experiments.items()
    }


rule track:
    input:
        expand("results/{preset}/{reading}/tracking.json", preset=PRESET, reading=READING),


rule log_runs:
    input:
        files=lambda wildcards: [
            f"{folder}/{kind}" for folder in all_runs(wildcards) for kind in ("history.parquet", "summary.json")
        ],
        figures=lambda wildcards: sorted(
            {
                path
                for name, paths in experiment_figures(wildcards).items()
                if name in parameters(wildcards.preset).experiments
                for path in paths
            }
        ),
    output:
        tracking="results/{preset}/{reading}/tracking.json",
    params:
        experiments=tracked_runs,
        figures=lambda wildcards: experiment_figures(wildcards),
        # Never the same, so that every `make track` asks the store: its address may have changed, its file or its runs may
        # be gone. Runs that are there stay as they are.
        asked=lambda _: time.time(),
    script:
        "../../scripts/log_runs.py"
