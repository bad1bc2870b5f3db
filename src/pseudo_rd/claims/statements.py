"""All checkable statements of the paper, part by part in its order."""

from pseudo_rd.claims.claim import Claim, Source
from pseudo_rd.claims.dissection import DISSECTION
from pseudo_rd.claims.images import IMAGES
from pseudo_rd.claims.patterns import PATTERNS
from pseudo_rd.claims.synthetic import SYNTHETIC
from pseudo_rd.claims.theorems import THEOREMS

CLAIMS: tuple[Claim, ...] = (*THEOREMS, *SYNTHETIC, *IMAGES, *DISSECTION, *PATTERNS)

# Those that augmented runs on synthetic data decide at any scale, hence under each reading of L.
READING_CLAIMS = tuple(
    claim
    for claim in CLAIMS
    if claim.reads == (Source("runs", "synthetic-784"),)
    and claim.arguments.get("objective") != "supervised"
    and not claim.needs
)
