"""Stage measure_filters: runs on images -> spatial statistics of their nine filters of largest norm."""

import pandas as pd

from pseudo_rd.data.dataset import load
from pseudo_rd.neurons.filters import filter_statistics
from pseudo_rd.results.files import read_run, write_history
from pseudo_rd.stages.stage import snakemake, stage_log

with stage_log(snakemake) as log:
    dataset = load(snakemake.input.dataset)
    if dataset.image_shape is None:
        raise ValueError(f"{dataset.name} holds no images: filters are measured for image data only")
    tables = []
    for index, folder in enumerate(snakemake.params.folders):
        run = read_run(folder, weights=True)
        statistics = filter_statistics(run.snapshots["hidden_end"], dataset.image_shape, **snakemake.params.ascent)
        tables.append(statistics.assign(objective=run.objective, width=run.width, seed=run.seed))
        log.progress(index + 1, len(snakemake.params.folders))
    table = pd.concat(tables, ignore_index=True)
    write_history(snakemake.output.filters, table)
    log.info(f"means:\n{table.groupby(['objective', 'seed']).mean().to_string()}")
