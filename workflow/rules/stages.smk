# What dvc.yaml asks for: one target for each of its stages, and the numbers that it compares.
CURVES = ["synthetic-784", "mnist", "fashion-mnist"]


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
        pattern_files(patterns_of(HERE, names_of(CLAIMS, "patterns"), "first")),
        pattern_files(patterns_of(HERE, ["mnist"], "all")),


rule studies:
    input:
        f"results/{PRESET}/theory/flow.npz",
        f"results/{PRESET}/{READING}/theory/fits.parquet",


rule metrics:
    input:
        expand("results/{preset}/{reading}/metrics.json", preset=PRESET, reading=READING),


rule collect_metrics:
    input:
        files=all_run_files,
        claims="results/{preset}/{reading}/claims.json",
    output:
        **{name.replace("-", "_"): f"results/{{preset}}/{{reading}}/curves/{name}.csv" for name in CURVES},
        metrics="results/{preset}/{reading}/metrics.json",
    params:
        folders=all_runs,
        curves=lambda wildcards: {name: run_folders(wildcards, name) for name in CURVES},
    script:
        "../../scripts/collect_metrics.py"
