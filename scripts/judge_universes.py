"""Stage judge_universes: histories of all universes -> outcomes, verdicts, and which choice decides, as JSON."""

import pandas as pd

from pseudo_rd.claims.judge import Criterion
from pseudo_rd.multiverse.effects import QUANTITIES
from pseudo_rd.multiverse.scores import AtNoLoss
from pseudo_rd.multiverse.summary import Choices, summarize
from pseudo_rd.multiverse.verdicts import outcomes_of, verdicts_of
from pseudo_rd.results.files import read_table, write_history, write_json
from pseudo_rd.stages.stage import snakemake, stage_log

with stage_log(snakemake) as log:
    params = snakemake.params
    histories = pd.concat([read_table(path) for path in snakemake.input.histories], ignore_index=True)
    criteria = {name: Criterion(**limits) for name, limits in params.sections["claims"]["criteria"].items()}
    outcomes = outcomes_of(histories, params.choices)
    verdicts = verdicts_of(histories, params.choices, criteria, params.sections)
    choices = Choices(params.choices, params.crossed)
    rule = AtNoLoss(params.sections["claims"]["learned"], **params.at_no_loss)
    summary = summarize(outcomes, verdicts, choices, rule, [*QUANTITIES], params.least_gain)
    write_history(snakemake.output.outcomes, outcomes)
    write_history(snakemake.output.verdicts, verdicts)
    write_json(snakemake.output.json, summary)
    log.info(f"{len(outcomes)} universes x seeds, {len(verdicts)} verdicts; {summary['at_no_loss']}")
