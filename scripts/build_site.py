"""Stage build_site: finished results and the documentation -> pages that open without network."""

from pathlib import Path

from pseudo_rd.site.build import build
from pseudo_rd.stages.stage import snakemake, stage_log

with stage_log(snakemake) as log:
    project, site = Path(), Path(snakemake.output.index).parent
    build(project, Path("results"), snakemake.params.parameters, site)
    log.info(f"{len([*site.rglob('*.html')])} pages in {site}")
