"""Stage draw_figure: what a figure is handed -> one figure as png and pdf, or one film as gif, mp4 and a page."""

from pkgutil import resolve_name

from pseudo_rd.figures.gather import gather_inputs, preset_note
from pseudo_rd.figures.style import paper_style
from pseudo_rd.stages.stage import snakemake, stage_log

with stage_log(snakemake) as log, paper_style():
    params = snakemake.params
    inputs, epochs, data_notes, overshoots = gather_inputs(**params.inputs)
    note = preset_note(snakemake.wildcards.preset, params.reading, params.widths, epochs, data_notes, overshoots)
    drawing = resolve_name(f"pseudo_rd.figures.{params.draw}")(inputs, **params.options)
    save = resolve_name(f"pseudo_rd.figures.{params.save}")
    save(drawing, **dict(snakemake.output.items()), note=note, **params.saving)
    log.info(f"drawn by {params.draw}; {note}")
