"""Stage judge_beyond: runs of all cases -> histories and filters as tables, and the verdicts on statements of ours."""

import pandas as pd

from pseudo_rd.claims.beyond import judge_cases, tables_of, to_markdown
from pseudo_rd.claims.judge import Criterion, count_verdicts
from pseudo_rd.data.dataset import load
from pseudo_rd.results.files import write_history, write_json, write_text
from pseudo_rd.results.gather import gather_runs
from pseudo_rd.stages.stage import snakemake, stage_log

with stage_log(snakemake) as log:
    params, output, preset = snakemake.params, snakemake.output, snakemake.wildcards.preset
    tables = [
        tables_of(case, runs, shape)
        for path, folders in zip(snakemake.input.datasets, params.runs.values(), strict=True)
        for shape in [load(path).x_train.shape[1:]]
        for case, runs in gather_runs(folders, weights=True).items()
    ]
    histories, filters = (pd.concat(parts, ignore_index=True) for parts in zip(*tables, strict=True))
    write_history(output.runs, histories)
    write_history(output.filters, filters)
    criteria = {name: Criterion(**limits) for name, limits in params.criteria.items()}
    verdicts = judge_cases(histories, filters, params.words, criteria)
    write_json(output.json, {"preset": preset, **verdicts})
    write_text(output.markdown, to_markdown(verdicts["statements"], verdicts["finals"], preset))
    log.info(f"{count_verdicts(verdicts['statements'])} of {len(verdicts['statements'])} statements")
