"""Stage draw_multiverse: outcomes and verdicts of all universes -> the figures of all readings."""

from pathlib import Path

import pandas as pd

from pseudo_rd.figures.multiverse import VIEWS, Study
from pseudo_rd.figures.note import preset_note
from pseudo_rd.figures.style import paper_style, save_figure
from pseudo_rd.multiverse.scores import Charity
from pseudo_rd.multiverse.verdicts import outcomes_of
from pseudo_rd.results.files import read_table
from pseudo_rd.workflow.stage import snakemake, stage_log

with stage_log(snakemake) as log, paper_style():
    given = snakemake.params
    scales = pd.concat([read_table(path) for path in snakemake.input.scales], ignore_index=True)
    study = Study(
        outcomes=read_table(snakemake.input.outcomes),
        verdicts=read_table(snakemake.input.verdicts),
        scales=outcomes_of(scales, [*given.choices, "start_scale"]),
        choices={choice: [each["option"] for each in options] for choice, options in given.choices.items()},
        crossed=given.crossed,
        readings=given.readings,
        charity=Charity(**given.charity),
        least_gain=given.least_gain,
        criteria=given.criteria,
    )
    note = preset_note(snakemake.wildcards.preset, given.changes, {})
    for place, (png, pdf) in enumerate(zip(snakemake.output.png, snakemake.output.pdf, strict=True)):
        save_figure(VIEWS[Path(png).stem](study), png, pdf, note)
        log.progress(place + 1, len(snakemake.output.png))
    log.info(f"drawn: {', '.join(VIEWS)}")
