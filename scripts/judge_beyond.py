"""Stage judge_beyond: runs of all cases -> histories and filters as tables, and the verdicts on statements of ours."""

import pandas as pd

from pseudo_rd.claims.beyond import judge_case, to_markdown
from pseudo_rd.claims.judge import Criterion, count_verdicts
from pseudo_rd.data.dataset import load
from pseudo_rd.results.files import write_history, write_json, write_text
from pseudo_rd.results.gather import gather_runs
from pseudo_rd.stages.stage import snakemake, stage_log

with stage_log(snakemake) as log:
    given, out, preset = snakemake.params, snakemake.output, snakemake.wildcards.preset
    criteria = {name: Criterion(**limits) for name, limits in given.criteria.items()}
    judged = [
        judge_case({"case": case, "words": given.words[case], "dataset": dataset}, runs, shape, criteria)
        for path, (dataset, folders) in zip(snakemake.input.datasets, given.runs.items(), strict=True)
        for shape in [load(path).x_train.shape[1:]]
        for case, runs in gather_runs(folders, weights=True).items()
    ]
    rows, finals = [row for each in judged for row in each.statements], [each.final for each in judged]
    write_history(out.runs, pd.concat([each.histories for each in judged], ignore_index=True))
    write_history(out.filters, pd.concat([each.filters for each in judged], ignore_index=True))
    write_json(out.json, {"preset": preset, "statements": rows, "finals": finals})
    write_text(out.markdown, to_markdown(rows, finals, preset))
    log.info(f"{count_verdicts(rows)} of {len(rows)} statements")
