"""Stage judge_beyond: runs of all cases -> histories and filters as tables, and the verdicts on statements of ours."""

import pandas as pd

from pseudo_rd.claims.beyond import judge_cases, tables_of, to_markdown
from pseudo_rd.claims.judge import Criterion, count_verdicts
from pseudo_rd.data.dataset import load
from pseudo_rd.results.files import write_history, write_json, write_text
from pseudo_rd.results.gather import gather_runs
from pseudo_rd.stages.stage import snakemake, stage_log

with stage_log(snakemake) as log:
    given, out, preset = snakemake.params, snakemake.output, snakemake.wildcards.preset
    tables = [
        tables_of(case, runs, shape)
        for path, folders in zip(snakemake.input.datasets, given.runs.values(), strict=True)
        for shape in [load(path).x_train.shape[1:]]
        for case, runs in gather_runs(folders, weights=True).items()
    ]
    histories, filters = (pd.concat(each, ignore_index=True) for each in zip(*tables, strict=True))
    write_history(out.runs, histories)
    write_history(out.filters, filters)
    criteria = {name: Criterion(**limits) for name, limits in given.criteria.items()}
    judged = judge_cases(histories, filters, given.words, criteria)
    write_json(out.json, {"preset": preset, **judged})
    write_text(out.markdown, to_markdown(judged["statements"], judged["finals"], preset))
    log.info(f"{count_verdicts(judged['statements'])} of {len(judged['statements'])} statements")
