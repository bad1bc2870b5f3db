# Runs and the figures that show them in; MLflow out, in one process. What `make beyond` made goes along, as far as it is.
import time


def experiment_figures(at):
    """Pictures by the experiments that they show."""
    folder = layout(at).folder
    return {
        name: [f"{folder}/figures/{stem}.png" for stem, figure in FIGURES.items() if name in figure.experiments]
        for name in parameters(at.preset).experiments
    }


def tracked_runs(at):
    """Folders by the names of their runs, by experiment; all cases beyond the paper's pair are one."""
    experiments = {
        name: {run: layout(at).run(run) for run in runs_of(experiment)}
        for name, experiment in value_of("experiments")(at).items()
    }
    return experiments | {"beyond": {path.removeprefix(f"{layout(at).folder}/"): path for path in beyond_folders(at)}}


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
        asked=lambda _: time.time(),
    script:
        "../../scripts/log_runs.py"
