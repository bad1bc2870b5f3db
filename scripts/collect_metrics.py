"""Stage collect_metrics: finished runs and claims -> numbers and curves that DVC compares between versions."""

from pseudo_rd.results.files import read_json, read_run, write_csv, write_json
from pseudo_rd.results.metrics import collect_metrics, distance_curves
from pseudo_rd.stages.stage import snakemake, stage_log

with stage_log(snakemake) as log:
    runs = {folder: read_run(folder) for folder in snakemake.params.folders}
    claims = read_json(snakemake.input.claims)
    write_json(snakemake.output.metrics, collect_metrics(list(runs.values()), claims["claims"]))
    for name, folders in snakemake.params.curves.items():
        write_csv(snakemake.output[name.replace("-", "_")], distance_curves([runs[folder] for folder in folders]))
    log.info(f"{len(runs)} runs, {len(claims['claims'])} claims, curves of {', '.join(snakemake.params.curves)}")
