# Data sets of params.yaml in, one checked file each out.
def dataset_parameters(wildcards):
    datasets = parameters(wildcards.preset).datasets
    if wildcards.dataset not in datasets:
        raise WorkflowError(f"no data set {wildcards.dataset!r} in params.yaml: {', '.join(datasets)}")
    chosen = plain(datasets[wildcards.dataset])
    ours = ("source", "inputs", "train_samples", "test_samples", "blob_seed")
    return {key: chosen[key] for key in ours if chosen[key] is not None}


def raw_file(wildcards):
    """The archive that a data set is read from, if it exists already: a changed one is prepared again."""
    names = (wildcards.dataset, wildcards.dataset.replace("-", "_"))
    archives = [f"data/raw/{name}.npz" for name in names]
    reads = dataset_parameters(wildcards)["source"] in ("complete", "file")
    return [archive for archive in archives if reads and Path(archive).exists()][:1]


rule prepare_data:
    input:
        raw=raw_file,
    output:
        dataset="data/processed/{preset}/{dataset}.safetensors",
    params:
        dataset=dataset_parameters,
        raw_folder="data/raw",
    script:
        "../../scripts/prepare_data.py"
