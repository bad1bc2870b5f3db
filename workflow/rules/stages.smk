# What dvc.yaml asks for: one target for each of its stages, and the numbers that it compares.
CURVES = ["synthetic-784", "mnist", "fashion-mnist"]


rule data:
    input:
        [dataset_file(CURRENT, name) for name in parameters(PRESET).datasets],


rule simulations:
    input:
        [RESULTS.simulation(f"turing_{name}") for name in parameters(PRESET).turing.constants],
        [RESULTS.simulation(f"gray_scott_{name}") for name in parameters(PRESET).gray_scott.pairs],


rule patterns:
    input:
        pattern_files(patterns_of(CURRENT, names_of(CLAIMS, "patterns"), "first")),
        pattern_files(patterns_of(CURRENT, ["mnist"], "all")),


rule studies:
    input:
        RESULTS.flow,


rule metrics:
    input:
        f"{RESULTS.folder}/metrics.json",


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
