"""Stage compare_readings: verdicts under the named readings that have been made, and in all universes -> one table."""

from pathlib import Path

from pseudo_rd.claims.table import compare, comparison_to_markdown
from pseudo_rd.multiverse.findings import to_markdown
from pseudo_rd.results.files import read_json, read_table, write_json, write_text
from pseudo_rd.stages.stage import snakemake, stage_log

with stage_log(snakemake) as log:
    paths = [snakemake.input.page, *snakemake.params.others]
    pages = {page["reading"]: page["claims"] for page in map(read_json, sorted(map(Path, paths)))}
    rows = compare(pages, read_table(snakemake.input.verdicts))
    comparison = {"preset": snakemake.wildcards.preset, "claims": rows}
    study = {**comparison, "summary": read_json(snakemake.input.summary), "named": snakemake.params.named}
    write_text(snakemake.output.findings, to_markdown([study]))
    write_json(snakemake.output.json, comparison)
    write_text(snakemake.output.markdown, comparison_to_markdown(rows, snakemake.wildcards.preset))
    log.info(f"{len(rows)} claims under {', '.join(pages)}")
