"""Stage train_control: prepared data and settings -> one run of a control along training, filters included."""

import torch

from pseudo_rd.data.dataset import load
from pseudo_rd.multiverse.controls import along_training
from pseudo_rd.results.files import write_history
from pseudo_rd.stages.devices import take_gpu
from pseudo_rd.stages.stage import progress_line, snakemake, stage_log
from pseudo_rd.training.loop import train
from pseudo_rd.training.settings import Settings

with stage_log(snakemake) as log:
    torch.set_num_threads(snakemake.threads)
    take_gpu(snakemake.params.device, snakemake.resources.get("gpu", 0))
    dataset, settings = load(snakemake.input.dataset), Settings(**snakemake.params.settings)
    result = train(dataset, settings, snakemake.params.device, on_record=log.record)
    history = along_training(dataset, result).assign(case=snakemake.wildcards.case, seed=settings.seed)
    write_history(snakemake.output.table, history)
    log.info(f"ended by {result.ended} on {result.device}: {progress_line(result.history.iloc[-1].to_dict())}")
