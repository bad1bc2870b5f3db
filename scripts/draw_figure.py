"""Stage draw_figure: finished runs, patterns, data and simulations -> one figure as png and pdf."""

from pkgutil import resolve_name

from pseudo_rd.figures.gather import gather_inputs
from pseudo_rd.figures.note import preset_note
from pseudo_rd.figures.style import paper_style, save_figure
from pseudo_rd.workflow.stage import snakemake, stage_log

with stage_log(snakemake) as log, paper_style():
    given = snakemake.params
    inputs, lacking, overshot = gather_inputs(
        given.runs, given.weights, given.patterns, given.datasets, given.simulations, given.sections
    )
    note = preset_note(snakemake.wildcards.preset, given.changes, lacking, given.reading, overshot)
    figure = resolve_name(f"pseudo_rd.figures.{given.draw}")(inputs, **given.options)
    save_figure(figure, snakemake.output.png, snakemake.output.pdf, note)
    log.info(f"drawn by {given.draw}; {note or 'at the scale of the paper'}")
