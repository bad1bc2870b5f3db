"""All checkable statements of the paper, part by part in its order."""

from pseudo_rd.claims.claim import Claim
from pseudo_rd.claims.dissection import DISSECTION
from pseudo_rd.claims.images import IMAGES
from pseudo_rd.claims.patterns import PATTERNS
from pseudo_rd.claims.synthetic import SYNTHETIC
from pseudo_rd.claims.theorems import THEOREMS

CLAIMS: tuple[Claim, ...] = (*THEOREMS, *SYNTHETIC, *IMAGES, *DISSECTION, *PATTERNS)
