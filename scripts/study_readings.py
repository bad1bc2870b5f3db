"""Stage study_readings: one start on synthetic data -> histories without adversary and under each reading of L."""

import shutil
from pathlib import Path

import torch

from pseudo_rd.data.dataset import load
from pseudo_rd.multiverse.readings import study
from pseudo_rd.results.files import write_history
from pseudo_rd.training.checkpoint import Checkpoints
from pseudo_rd.training.settings import Settings
from pseudo_rd.workflow.devices import take_gpu
from pseudo_rd.workflow.stage import snakemake, stage_log

with stage_log(snakemake) as log:
    torch.set_num_threads(snakemake.threads)
    given = snakemake.params
    take_gpu(given.device, snakemake.resources.get("gpu", 0))
    settings = Settings(**given.settings)
    histories = study(
        load(snakemake.input.dataset),
        settings,
        given.device,
        log.progress,
        lambda reading: Checkpoints(Path(given.checkpoints, f"{reading}.safetensors"), say=log.info),
    )
    write_history(snakemake.output.histories, histories)
    shutil.rmtree(given.checkpoints, ignore_errors=True)
    log.info(f"final rows:\n{histories.groupby('reading', sort=False).last().to_string()}")
