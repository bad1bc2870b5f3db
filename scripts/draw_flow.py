"""Stage draw_flow: the study of the theorems' own setting -> measured against bound, over time and over the width."""

from pseudo_rd.figures import theory_over_time, theory_over_width
from pseudo_rd.figures.note import preset_note
from pseudo_rd.figures.style import paper_style, save_figure
from pseudo_rd.results.files import read_npz
from pseudo_rd.workflow.stage import snakemake, stage_log

DRAW = {"theory_over_time": theory_over_time.draw, "theory_over_width": theory_over_width.draw}

with stage_log(snakemake) as log, paper_style():
    figure = DRAW[snakemake.wildcards.view](read_npz(snakemake.input.flow))
    note = preset_note(snakemake.wildcards.preset, snakemake.params.changes, {})
    save_figure(figure, snakemake.output.png, snakemake.output.pdf, note)
    log.info(f"drawn by {snakemake.wildcards.view}; {note or 'at the scale of the paper'}")
