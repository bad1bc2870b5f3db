"""Stage simulate_turing: constants of Turing's system -> u and v at some times, and what linear theory expects."""

from pseudo_rd.reaction_diffusion.linear import facts
from pseudo_rd.reaction_diffusion.simulation import simulate
from pseudo_rd.reaction_diffusion.systems import Turing, turing_start
from pseudo_rd.results.files import write_npz
from pseudo_rd.stages.stage import snakemake, stage_log

with stage_log(snakemake) as log:
    given = snakemake.params.setting
    system = Turing(**snakemake.params.constants)
    log.info(f"{system}")
    start = turing_start(system, given["grid"], given["perturbation"], given["seed"])
    fields = simulate(system, start, given["spacing"], given["time_step"], given["times"], log.progress)
    expected = facts(system)
    log.info(f"fastest mode: rate {expected['growth_rate']:.4g} at wave length {expected['wave_length']:.4g}")
    write_npz(snakemake.output.fields, fields | expected)
