"""Stage prepare_data: what params.yaml says of a data set -> one checked file with its provenance."""

from pseudo_rd.data.dataset import save
from pseudo_rd.data.sources import prepare
from pseudo_rd.stages.stage import snakemake, stage_log

with stage_log(snakemake) as log:
    dataset = prepare(snakemake.wildcards.dataset, **snakemake.params.dataset, raw_folder=snakemake.params.raw_folder)
    save(dataset, snakemake.output.dataset)
    log.info(f"{dataset.name}: {len(dataset.x_train)} to train, {len(dataset.x_test)} to test; {dataset.source}")
    log.info(f"licence: {dataset.licence}; sha256 {dataset.checksum}")
    if dataset.stand_in:
        log.warning(f"STAND-IN for {dataset.name}: {dataset.stand_in}")
