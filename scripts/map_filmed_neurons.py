"""Stage map_filmed_neurons: prepared data -> maps of a small network's neurons, at the start and after each epoch.

The weights themselves are not kept: with a frame for each epoch they would be by far the largest file.
"""

import numpy as np
import torch

from pseudo_rd.data.dataset import load
from pseudo_rd.neurons.embedding import embed_frames, reduce_dimensions, weights_over_time
from pseudo_rd.results.files import write_npz
from pseudo_rd.stages.stage import snakemake, stage_log
from pseudo_rd.training.loop import train
from pseudo_rd.training.settings import Settings

with stage_log(snakemake) as log:
    torch.set_num_threads(snakemake.threads)
    params, dataset = snakemake.params, load(snakemake.input.dataset)
    settings = Settings(**params.settings)
    log.info(f"{settings}")
    # On the processor: small networks are as fast there, and another machine gives the same film.
    run = train(dataset, settings, "cpu", on_record=log.record)
    arrays = {"dataset": np.array(dataset.name), "stand_in": np.array(dataset.stand_in)}
    for layer in ("hidden", "top"):
        iterations, weights = weights_over_time(run.snapshots, layer, "first", settings.seed)
        components = reduce_dimensions(weights, params.principal_components)
        maps = embed_frames(components, params.perplexity, params.first_iterations, params.iterations)
        arrays |= {"iterations": iterations, layer: maps, f"{layer}_components": components}
        log.info(f"{layer} layer: {weights.shape} -> {components.shape} -> {maps.shape}")
    write_npz(snakemake.output.maps, arrays)
