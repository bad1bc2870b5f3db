"""Stage judge_claims: all evidence -> verdicts as JSON, as a page to read and as a page to see."""

from pseudo_rd.claims.answer import accuracies
from pseudo_rd.claims.evidence import Evidence
from pseudo_rd.claims.judge import Criterion, count_verdicts, judge_all
from pseudo_rd.claims.outcomes import to_restructured_text
from pseudo_rd.claims.table import to_markdown
from pseudo_rd.figures.claims_page import draw
from pseudo_rd.figures.style import paper_style, save_figure
from pseudo_rd.results.files import read_npz, read_table, write_json, write_text
from pseudo_rd.results.gather import gather_patterns, gather_runs, gather_simulations
from pseudo_rd.stages.stage import snakemake, stage_log

with stage_log(snakemake) as log, paper_style():
    given, preset, reading = snakemake.params, snakemake.wildcards.preset, snakemake.wildcards.reading
    runs = gather_runs(given.runs)
    evidence = Evidence(
        runs=runs,
        patterns=gather_patterns(given.patterns),
        simulations=gather_simulations(given.simulations),
        flow=read_npz(snakemake.input.flow),
        filters={name: read_table(path) for name, path in given.filters.items()},
        changes=given.changes,
        parameters=given.sections,
    )
    criteria = {name: Criterion(**limits) for name, limits in given.sections["claims"]["criteria"].items()}
    rows = judge_all(evidence, criteria)
    counts = count_verdicts(rows)
    page = {"preset": preset, "reading": reading, "counts": counts, "accuracy": accuracies(evidence), "claims": rows}
    write_json(snakemake.output.json, page)
    write_text(snakemake.output.markdown, to_markdown(rows, preset, reading))
    summaries = [run.summary for group in runs.values() for run in group]
    write_text(snakemake.output.outcomes, to_restructured_text(rows, summaries, preset, reading, given.figures))
    note = f"Preset {preset}, reading {reading}; reasons in claims.md."
    save_figure(draw(rows), snakemake.output.png, snakemake.output.pdf, note)
    log.info(f"{len(rows)} claims: {counts}")
