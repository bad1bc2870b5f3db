"""Stage draw_flow: the study of the theorems' own setting -> measured against bound, over time and over the width."""

from importlib import import_module

from pseudo_rd.figures.note import preset_note
from pseudo_rd.figures.style import paper_style, save_figure
from pseudo_rd.results.files import read_npz
from pseudo_rd.workflow.stage import snakemake, stage_log

with stage_log(snakemake) as log, paper_style():
    figure = import_module(f"pseudo_rd.figures.{snakemake.wildcards.view}").draw(read_npz(snakemake.input.flow))
    note = preset_note(snakemake.wildcards.preset, snakemake.params.changes, {})
    save_figure(figure, snakemake.output.png, snakemake.output.pdf, note)
    log.info(f"drawn by {snakemake.wildcards.view}; {note or 'at the scale of the paper'}")
