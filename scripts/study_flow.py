"""Stage study_flow: the theorems' own setting -> what they speak of, for every adversary, width and seed."""

import torch

from pseudo_rd.results.files import write_npz
from pseudo_rd.stages.stage import snakemake, stage_log
from pseudo_rd.theory.flow import recording_times, study, unit_problem

with stage_log(snakemake) as log:
    torch.set_num_threads(snakemake.threads)
    theory = snakemake.params.theory
    data = torch.Generator().manual_seed(theory["data_seed"])
    inputs, targets = unit_problem(theory["samples"], theory["inputs"], data)
    times = recording_times(theory["end"], theory["step"], theory["records"])
    settings = {name: theory[name] for name in ("widths", "seeds", "bound", "delta", "step")}
    write_npz(snakemake.output.flow, study(inputs, targets, **settings, times=times, on_run=log.progress))
    log.info(f"{theory}")
