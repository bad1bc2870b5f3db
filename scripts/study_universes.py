"""Stage study_universes: one data set, width and seed -> both runs of every universe, with what became of them."""

import shutil
from pathlib import Path

import torch

from pseudo_rd.data.dataset import load
from pseudo_rd.multiverse.study import study
from pseudo_rd.results.files import write_history
from pseudo_rd.stages.devices import take_gpu
from pseudo_rd.stages.stage import snakemake, stage_log
from pseudo_rd.training.settings import Settings

with stage_log(snakemake) as log:
    torch.set_num_threads(snakemake.threads)
    params = snakemake.params
    take_gpu(params.device, snakemake.resources.get("gpu", 0))
    dataset, settings, folder = load(snakemake.input.dataset), Settings(**params.settings), Path(params.checkpoints)
    run_options = params.ascent, params.device, log.progress, folder
    histories = study(dataset, settings, params.universes, params.printed, *run_options)
    write_history(snakemake.output.histories, histories)
    shutil.rmtree(folder, ignore_errors=True)
    fates = histories.groupby([*params.printed, "objective"]).last()["fate"].value_counts()
    log.info(f"{len(params.universes)} universes; runs: {fates.to_dict()}")
