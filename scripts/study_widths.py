"""Stage study_widths: every run -> fits of its distances; the width study -> one figure."""

from pseudo_rd.figures.note import preset_note
from pseudo_rd.figures.style import paper_style, save_figure
from pseudo_rd.figures.width_study import draw
from pseudo_rd.results.files import read_run, write_history
from pseudo_rd.results.fits import fit_table
from pseudo_rd.workflow.stage import snakemake, stage_log

with stage_log(snakemake) as log, paper_style():
    given = snakemake.params
    runs = {folder: read_run(folder) for folder in given.folders}
    fits = fit_table(list(runs.values()))
    write_history(snakemake.output.fits, fits)
    note = preset_note(snakemake.wildcards.preset, given.changes, {}, given.reading)
    save_figure(draw([runs[folder] for folder in given.widths]), snakemake.output.png, snakemake.output.pdf, note)
    log.info(f"fits over whole runs:\n{fits.to_string()}")
