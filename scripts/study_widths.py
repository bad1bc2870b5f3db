"""Stage study_widths: every run -> fits of its distances."""

from pseudo_rd.results.files import read_run, write_history
from pseudo_rd.results.fits import fit_table
from pseudo_rd.stages.stage import snakemake, stage_log

with stage_log(snakemake) as log:
    fits = fit_table([read_run(folder) for folder in snakemake.params.folders])
    write_history(snakemake.output.fits, fits)
    log.info(f"fits over whole runs:\n{fits.to_string()}")
