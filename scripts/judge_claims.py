"""Stage judge_claims: all evidence -> verdicts as JSON, as a page to read and as a page to see."""

from pseudo_rd.claims.answer import page_of
from pseudo_rd.claims.evidence_files import read_evidence
from pseudo_rd.claims.outcomes import to_restructured_text
from pseudo_rd.claims.table import to_markdown
from pseudo_rd.figures.claims_page import draw
from pseudo_rd.figures.style import paper_style, save_figure
from pseudo_rd.results.files import write_json, write_text
from pseudo_rd.results.layout import Layout
from pseudo_rd.stages.stage import snakemake, stage_log

with stage_log(snakemake) as log, paper_style():
    params, preset, reading = snakemake.params, snakemake.wildcards.preset, snakemake.wildcards.reading
    evidence = read_evidence(Layout(preset, reading), params.sections, params.changes)
    page = page_of(preset, reading, evidence)
    rows = page["claims"]
    write_json(snakemake.output.json, page)
    write_text(snakemake.output.markdown, to_markdown(rows, preset, reading))
    summaries = [run.summary for group in evidence.runs.values() for run in group]
    write_text(snakemake.output.outcomes, to_restructured_text(rows, summaries, preset, reading, params.figures))
    note = f"Preset {preset}, reading {reading}; reasons in claims.md."
    save_figure(draw(rows), snakemake.output.png, snakemake.output.pdf, note)
    log.info(f"{len(rows)} claims: {page['counts']}")
