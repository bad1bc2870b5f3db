# What dvc.yaml asks for: one target for each of its stages, and the numbers that it compares.
CURVES = ["synthetic-784", "mnist", "fashion-mnist"]


def pattern_files(preset):
    first = patterns_of(preset, PATTERN_EXPERIMENTS, "first")
    every = patterns_of(preset, ["mnist"], "all")
    return [
        pattern[kind]
        for groups in (first, every)
        for group in groups.values()
        for pattern in group
        for kind in ("maps", "clusters")
    ]


rule data:
    input:
        expand("data/processed/{preset}/{dataset}.safetensors", preset=PRESET, dataset=parameters(PRESET).datasets),


rule simulations:
    input:
        expand(
            "results/{preset}/simulations/turing_{name}.npz", preset=PRESET, name=parameters(PRESET).turing.constants
        ),
        expand(
            "results/{preset}/simulations/gray_scott_{name}.npz",
            preset=PRESET,
            name=parameters(PRESET).gray_scott.pairs,
        ),


rule patterns:
    input:
        pattern_files(PRESET),


rule studies:
    input:
        expand("results/{preset}/theory/{name}", preset=PRESET, name=["flow.npz", "fits.parquet"]),
        expand(
            "results/{preset}/theory/readings_seed{seed}.parquet",
            preset=PRESET,
            seed=parameters(PRESET).readings.seeds,
        ),


rule metrics:
    input:
        expand("results/{preset}/metrics.json", preset=PRESET),


rule collect_metrics:
    input:
        files=lambda wildcards: [
            f"{folder}/{kind}" for folder in all_runs(wildcards.preset) for kind in ("history.parquet", "summary.json")
        ],
        claims="results/{preset}/claims.json",
        sources=lambda _: sources_of("collect_metrics"),
    output:
        **{name.replace("-", "_"): f"results/{{preset}}/curves/{name}.csv" for name in CURVES},
        metrics="results/{preset}/metrics.json",
    log:
        "logs/{preset}/collect_metrics.log",
    benchmark:
        "results/{preset}/benchmarks/collect_metrics.tsv"
    params:
        folders=lambda wildcards: all_runs(wildcards.preset),
        curves=lambda wildcards: {name: run_folders(wildcards.preset, name) for name in CURVES},
    script:
        "../../scripts/collect_metrics.py"
