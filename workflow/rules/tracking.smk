# Runs and the figures that show them in; MLflow out, in one process. Runs of `make beyond` are logged too, if there are any.
import time


def experiment_figures(scope):
    """Pictures by the experiments that they show."""
    folder = layout(scope).folder
    return {
        name: [f"{folder}/figures/{stem}.png" for stem, figure in FIGURES.items() if name in figure.experiments]
        for name in parameters(scope.preset).experiments
    }


def tracked_runs(scope):
    """Folders by the names of their runs, by experiment; all cases beyond the paper's pair are one."""
    results = layout(scope)
    experiments = {
        name: {run: results.run(run) for run in runs_of(experiment)}
        for name, experiment in value_of("experiments")(scope).items()
    }
    return experiments | {"beyond": {path.removeprefix(f"{results.folder}/"): path for path in beyond_folders(scope)}}


rule track:
    input:
        f"{RESULTS.folder}/tracking.json",


rule log_runs:
    input:
        files=all_run_files,
        figures=lambda wildcards: sorted({path for paths in experiment_figures(wildcards).values() for path in paths}),
    output:
        tracking="results/{preset}/{reading}/tracking.json",
    params:
        experiments=tracked_runs,
        figures=lambda wildcards: {
            **experiment_figures(wildcards),
            "beyond": [f"{layout(wildcards).folder}/beyond/figures/{stem}.png" for stem in stems_of("beyond")],
        },
        # Never the same, so that every `make track` asks the store: its address may have changed, its file or its runs may
        # be gone. Runs that are there stay as they are.
        timestamp=lambda _: time.time(),
    script:
        "../../scripts/log_runs.py"
