"""Stage simulate_gray_scott: rates of Gray and Scott's system -> u and v at some times, from two starts.

The printed start is symmetric, and so is all that follows from it; the perturbed one is not.
"""

from pseudo_rd.reaction_diffusion.linear import facts
from pseudo_rd.reaction_diffusion.simulation import simulate
from pseudo_rd.reaction_diffusion.systems import GrayScott, gray_scott_start
from pseudo_rd.results.files import write_npz
from pseudo_rd.stages.stage import snakemake, stage_log

with stage_log(snakemake) as log:
    setting = snakemake.params.setting
    diffusion = {name: setting[name] for name in ("diffusion_u", "diffusion_v")}
    system = GrayScott(**snakemake.params.rates, **diffusion)
    log.info(f"{system}")
    starts = {
        "printed": gray_scott_start(setting["grid"], setting["patch"]),
        "perturbed": gray_scott_start(setting["grid"], setting["patch"], setting["perturbation"], setting["seed"]),
    }
    arrays = facts(system, patch=setting["patch"], perturbation=setting["perturbation"])
    for name, start in starts.items():
        fields = simulate(system, start, setting["spacing"], setting["time_step"], setting["times"], log.progress)
        log.info(f"{name} start: largest change per unit of time at the end {fields['change']:.3g}")
        arrays |= {f"{name}_{key}": array for key, array in fields.items()}
    write_npz(snakemake.output.fields, arrays)
