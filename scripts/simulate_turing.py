"""Stage simulate_turing: constants of Turing's system -> u and v at some times, and what linear theory expects."""

from pseudo_rd.reaction_diffusion.linear import facts
from pseudo_rd.reaction_diffusion.simulation import simulate
from pseudo_rd.reaction_diffusion.systems import Turing, turing_start
from pseudo_rd.results.files import write_npz
from pseudo_rd.stages.stage import snakemake, stage_log

with stage_log(snakemake) as log:
    setting = snakemake.params.setting
    system = Turing(**snakemake.params.constants)
    log.info(f"{system}")
    start = turing_start(system, setting["grid"], setting["perturbation"], setting["seed"])
    fields = simulate(system, start, setting["spacing"], setting["time_step"], setting["times"], log.progress)
    theory = facts(system)
    log.info(f"fastest mode: rate {theory['growth_rate']:.4g} at wave length {theory['wave_length']:.4g}")
    write_npz(snakemake.output.fields, fields | theory)
