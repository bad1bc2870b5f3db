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
    params, gpus = snakemake.params, snakemake.resources.get("gpu", 0)
    torch.set_num_threads(min(params.threads, snakemake.threads))
    processes = 1 if gpus else snakemake.threads // torch.get_num_threads()
    take_gpu(params.device, gpus)
    dataset, settings, folder = load(snakemake.input.dataset), Settings(**params.settings), Path(params.checkpoints)
    run_options = params.ascent, params.device, log.progress, folder, processes
    histories = study(dataset, settings, params.universes, params.printed, *run_options)
    write_history(snakemake.output.histories, histories)
    shutil.rmtree(folder, ignore_errors=True)
    fates = histories.groupby([*params.printed, "objective"]).last()["fate"].value_counts()
    log.info(f"{len(params.universes)} universes; runs: {fates.to_dict()}")
