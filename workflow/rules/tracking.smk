# Finished runs and the figures that show them in; MLflow out, in one process.
def experiment_figures(preset):
    """Pictures by the experiments that they show."""
    return {
        name: [
            f"results/{preset}/figures/fig{number}.png"
            for number, figure in FIGURES.items()
            if name in figure.experiments
        ]
        for name in parameters(preset).experiments
    }


rule track:
    input:
        expand("results/{preset}/tracking.json", preset=PRESET),


rule log_runs:
    input:
        files=lambda wildcards: [
            f"{folder}/{kind}" for folder in all_runs(wildcards.preset) for kind in ("history.parquet", "summary.json")
        ],
        figures=lambda wildcards: sorted(
            {path for paths in experiment_figures(wildcards.preset).values() for path in paths}
        ),
        sources=lambda _: sources_of("log_runs"),
    output:
        tracking="results/{preset}/tracking.json",
    log:
        "logs/{preset}/log_runs.log",
    benchmark:
        "results/{preset}/benchmarks/log_runs.tsv"
    params:
        experiments=lambda wildcards: {
            name: run_folders(wildcards.preset, name) for name in parameters(wildcards.preset).experiments
        },
        figures=lambda wildcards: experiment_figures(wildcards.preset),
    script:
        "../../scripts/log_runs.py"
