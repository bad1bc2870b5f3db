# The same comparison with other networks and critics: prepared data in; runs, figures and a table of verdicts out.
wildcard_constraints:
    case="|".join([*parameters().beyond.cases, *parameters().controls.cases]),


def beyond_runs(scope, dataset):
    """Folders of what each case compares on a data set, by case."""
    beyond = parameters(scope.preset).beyond
    return {case: [*map(layout(scope).beyond, runs_beyond(beyond, case, dataset))] for case in beyond.cases}


def beyond_settings(wildcards):
    changes = parameters(wildcards.preset).beyond.changes(wildcards.case)
    run = wildcards.dataset, wildcards.objective, int(wildcards.width), int(wildcards.seed)
    return plain_settings(wildcards, *run, **changes)


def beyond_evidence(wildcards):
    return {dataset: beyond_runs(wildcards, dataset) for dataset in parameters(wildcards.preset).beyond.datasets}


def beyond_folders(scope):
    """Folders of all runs that are compared, each once."""
    groups = [group for runs in beyond_evidence(scope).values() for group in runs.values()]
    return sorted({folder for group in groups for folder in group})


rule beyond:
    input:
        files_of("beyond"),
        [RESULTS.beyond(name) for name in ("beyond.json", "beyond.md")],


use rule train as train_beyond with:
    input:
        dataset="data/processed/{preset}/{dataset}.safetensors",
        builder=builder_of(beyond_settings),
    output:
        history="results/{preset}/{reading}/beyond/{case}/{dataset}/{objective}/m{width}/seed{seed}/history.parquet",
        snapshots="results/{preset}/{reading}/beyond/{case}/{dataset}/{objective}/m{width}/seed{seed}/snapshots.safetensors",
        summary="results/{preset}/{reading}/beyond/{case}/{dataset}/{objective}/m{width}/seed{seed}/summary.json",
    params:
        settings=beyond_settings,
        checkpoint="checkpoints/{preset}/{reading}/beyond/{case}/{dataset}/{objective}/m{width}/seed{seed}.safetensors",
        diverged="logs/{preset}/{reading}/train_beyond/{case}/{dataset}/{objective}/m{width}/seed{seed}.diverged.parquet",


rule judge_beyond:
    input:
        files=lambda wildcards: run_files(beyond_folders(wildcards), "snapshots.safetensors"),
        datasets=lambda wildcards: [
            dataset_file(wildcards, name) for name in parameters(wildcards.preset).beyond.datasets
        ],
    output:
        json="results/{preset}/{reading}/beyond/beyond.json",
        markdown="results/{preset}/{reading}/beyond/beyond.md",
        runs="results/{preset}/{reading}/beyond/runs.parquet",
        filters="results/{preset}/{reading}/beyond/filters.parquet",
    params:
        runs=beyond_evidence,
        words=lambda wildcards: {name: case.words for name, case in parameters(wildcards.preset).beyond.cases.items()},
        criteria=value_of("claims.criteria"),
    script:
        "../../scripts/judge_beyond.py"


def control_settings(wildcards):
    controls = parameters(wildcards.preset).controls
    case = controls.cases[wildcards.case]
    changes = {
        **case.training,
        "convergence_error": None,
        "records": controls.records,
        "snapshot_fractions": controls.fractions,
        "snapshot_neurons": controls.width,
    }
    return plain_settings(wildcards, controls.dataset, case.objective, controls.width, int(wildcards.seed), **changes)


def control_tables(wildcards):
    controls = parameters(wildcards.preset).controls
    folder = f"{layout(wildcards).folder}/controls"
    return [f"{folder}/{case}/seed{seed}.parquet" for case in controls.cases for seed in controls.seeds]


rule controls:
    input:
        files_of("controls"),


rule train_control:
    input:
        dataset=lambda wildcards: dataset_file(wildcards, parameters(wildcards.preset).controls.dataset),
        builder=builder_of(control_settings),
    output:
        table="results/{preset}/{reading}/controls/{case}/seed{seed}.parquet",
    threads: value_of("training.threads")
    resources:
        gpu=gpus,
        mem_mb=lambda wildcards: 5000 + parameters(wildcards.preset).controls.width // 8,
        runtime="12h",
    params:
        settings=control_settings,
        device=value_of("training.device"),
    script:
        "../../scripts/train_control.py"
