"""Stage draw_readings: histories under each reading of L -> one figure."""

from pseudo_rd.figures.note import preset_note
from pseudo_rd.figures.readings import draw
from pseudo_rd.figures.style import paper_style, save_figure
from pseudo_rd.results.files import read_table
from pseudo_rd.workflow.stage import snakemake, stage_log

with stage_log(snakemake) as log, paper_style():
    figure = draw([read_table(path) for path in snakemake.input.studies])
    note = preset_note(snakemake.wildcards.preset, snakemake.params.changes, {})
    save_figure(figure, snakemake.output.png, snakemake.output.pdf, note)
    log.info(f"drawn; {note or 'at the scale of the paper'}")
