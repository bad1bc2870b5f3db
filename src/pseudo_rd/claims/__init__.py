"""The paper's checkable statements, what was measured about each, and the verdict."""

from pseudo_rd.claims.evidence import Evidence, NotTestable
from pseudo_rd.claims.judge import Criterion, count_verdicts, judge_all, judge_readings
from pseudo_rd.claims.statements import CLAIMS, Claim

__all__ = ["CLAIMS", "Claim", "Criterion", "Evidence", "NotTestable", "count_verdicts", "judge_all", "judge_readings"]
