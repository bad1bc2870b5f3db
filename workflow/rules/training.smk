# Prepared data in; history, snapshots of the weights and summary of one run out.


def training_settings(wildcards):
    return plain_settings(wildcards, wildcards.dataset, wildcards.objective, int(wildcards.width), int(wildcards.seed))


rule train:
    input:
        dataset="data/processed/{preset}/{dataset}.safetensors",
        builder=builder_of(training_settings),
    output:
        history="results/{preset}/{reading}/runs/{dataset}/{objective}/m{width}/seed{seed}/history.parquet",
        snapshots="results/{preset}/{reading}/runs/{dataset}/{objective}/m{width}/seed{seed}/snapshots.safetensors",
        summary="results/{preset}/{reading}/runs/{dataset}/{objective}/m{width}/seed{seed}/summary.json",
    priority: lambda wildcards: int(wildcards.width)
    threads: value_of("training.threads")
    resources:
        gpu=gpus,
        mem_mb=lambda wildcards: 5000 + int(wildcards.width) // 8,  # of 60,000 samples with 3,072 inputs (docs/run.md)
        runtime="12h",
    params:
        settings=training_settings,
        device=value_of("training.device"),
        # What a killed run resumes from: Snakemake would delete an output.
        checkpoint="checkpoints/{preset}/{reading}/{dataset}/{objective}/m{width}/seed{seed}.safetensors",
        # A run that diverges leaves its history here: Snakemake deletes the outputs of a failed job.
        diverged="logs/{preset}/{reading}/train/{dataset}/{objective}/m{width}/seed{seed}.diverged.parquet",
    script:
        "../../scripts/train.py"
