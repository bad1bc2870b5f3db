"""Stage judge_claims: all evidence -> verdicts as JSON, as a page to read and as a page to see."""

from pseudo_rd.claims.evidence import Evidence
from pseudo_rd.claims.judge import Criterion, count_verdicts, judge_all, judge_readings
from pseudo_rd.claims.outcomes import to_restructured_text
from pseudo_rd.claims.table import to_markdown
from pseudo_rd.figures.claims_page import draw
from pseudo_rd.figures.gather import gather_inputs
from pseudo_rd.figures.style import paper_style, save_figure
from pseudo_rd.multiverse.readings import runs_of
from pseudo_rd.parameters.vocabulary import BOUND_READINGS
from pseudo_rd.results.files import read_npz, read_table, write_json, write_text
from pseudo_rd.workflow.stage import snakemake, stage_log

with stage_log(snakemake) as log, paper_style():
    given, preset = snakemake.params, snakemake.wildcards.preset
    gathered, _ = gather_inputs(given.runs, False, given.patterns, {}, given.simulations, given.sections)
    evidence = Evidence(
        runs=gathered.runs,
        patterns=gathered.patterns,
        simulations=gathered.simulations,
        flow=read_npz(snakemake.input.flow),
        filters={name: read_table(path) for name, path in given.filters.items()},
        changes=given.changes,
        parameters=given.sections,
    )
    criteria = {name: Criterion(**limits) for name, limits in given.sections["claims"]["criteria"].items()}
    rows = judge_all(evidence, criteria)
    studies = [read_table(path) for path in snakemake.input.studies]
    studied = {reading: runs_of(studies, reading, given.readings_dataset) for reading in BOUND_READINGS}
    readings = judge_readings(studied, criteria, given.sections)
    counts = count_verdicts(rows)
    write_json(snakemake.output.json, {"preset": preset, "counts": counts, "claims": rows, "readings": readings})
    write_text(snakemake.output.markdown, to_markdown(rows, readings, preset))
    summaries = [run.summary for group in gathered.runs.values() for run in group]
    outcomes = to_restructured_text(rows, readings, summaries, preset, given.figures)
    write_text(snakemake.output.outcomes, outcomes)
    save_figure(draw(rows), snakemake.output.png, snakemake.output.pdf, f"Preset {preset}; reasons in claims.md.")
    log.info(f"{len(rows)} claims: {counts}")
