# Data sets of params.yaml in, one checked file each out.
from pseudo_rd.data.sources import archive_of


def dataset_parameters(wildcards):
    datasets = parameters(wildcards.preset).datasets
    if wildcards.dataset not in datasets:
        raise WorkflowError(f"no data set {wildcards.dataset!r} in params.yaml: {', '.join(datasets)}")
    dataset = plain(datasets[wildcards.dataset])
    keys = ("source", "inputs", "train_samples", "test_samples", "blob_seed")
    return {key: dataset[key] for key in keys if dataset[key] is not None}


def raw_file(wildcards):
    """The archive of a data set, if it is read from one and it exists: when it changes, the data are prepared again."""
    archive = archive_of(wildcards.dataset)
    has_archive = dataset_parameters(wildcards)["source"] in ("complete", "file")
    return [str(archive)] if has_archive and archive.exists() else []


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
