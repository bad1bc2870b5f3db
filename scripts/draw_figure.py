"""Stage draw_figure: what a figure is handed -> one figure as png and pdf, or one film as gif, mp4 and a page."""

from pkgutil import resolve_name

from pseudo_rd.figures.gather import gather_inputs, preset_note
from pseudo_rd.figures.style import paper_style
from pseudo_rd.stages.stage import snakemake, stage_log

with stage_log(snakemake) as log, paper_style():
    given = snakemake.params
    inputs, epochs, lacking, overshot = gather_inputs(**given.inputs)
    note = preset_note(snakemake.wildcards.preset, given.reading, given.widths, epochs, lacking, overshot)
    drawn = resolve_name(f"pseudo_rd.figures.{given.draw}")(inputs, **given.options)
    save = resolve_name(f"pseudo_rd.figures.{given.save}")
    save(drawn, **dict(snakemake.output.items()), note=note, **given.saving)
    log.info(f"drawn by {given.draw}; {note}")
