"""Stage train: prepared data and settings -> history, snapshots of the weights, summary of one run."""

from pathlib import Path

import torch

from pseudo_rd.data.dataset import load
from pseudo_rd.results.files import write_arrays, write_history, write_json
from pseudo_rd.stages.devices import take_gpu
from pseudo_rd.stages.stage import progress_line, snakemake, stage_log
from pseudo_rd.training.checkpoint import Checkpoints
from pseudo_rd.training.loop import tell_of_emulation, train
from pseudo_rd.training.recorder import Diverged
from pseudo_rd.training.settings import Settings
from pseudo_rd.training.summary import summarize

with stage_log(snakemake) as log:
    torch.set_num_threads(snakemake.threads)
    take_gpu(snakemake.params.device, snakemake.resources.get("gpu", 0))
    dataset, settings = load(snakemake.input.dataset), Settings(**snakemake.params.settings)
    log.info(f"{settings}")
    tell_of_emulation(settings.precision, snakemake.params.device, log.warning)
    checkpoints = Checkpoints(Path(snakemake.params.checkpoint), say=log.info)
    try:
        result = train(dataset, settings, snakemake.params.device, on_record=log.record, checkpoints=checkpoints)
    except Diverged as error:
        checkpoints.remove()
        write_history(snakemake.params.diverged, error.result.history)
        raise ValueError(f"{error}; its history is kept in {snakemake.params.diverged}") from None
    write_history(snakemake.output.history, result.history)
    write_arrays(snakemake.output.snapshots, result.snapshots)
    write_json(snakemake.output.summary, summarize(dataset, settings, result, snakemake.threads))
    checkpoints.remove()
    log.info(f"ended by {result.ended} on {result.device}: {progress_line(result.history.iloc[-1].to_dict())}")
