"""Stage study_readings: one start on synthetic data -> histories without adversary and under each reading of L."""

import torch

from pseudo_rd.data import load
from pseudo_rd.files import write_history
from pseudo_rd.readings import study
from pseudo_rd.stage import snakemake, stage_log
from pseudo_rd.training import Settings

with stage_log(snakemake) as log:
    torch.set_num_threads(snakemake.threads)
    settings = Settings(**snakemake.params.settings, objective="supervised")
    histories = study(load(snakemake.input.dataset), settings, snakemake.params.device, log.progress)
    write_history(snakemake.output.histories, histories)
    log.info(f"final rows:\n{histories.groupby('reading', sort=False).last().to_string()}")
