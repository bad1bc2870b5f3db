"""All checkable statements of the paper, part by part in its order."""

from pseudo_rd.claims.claim import Claim
from pseudo_rd.claims.dissection import DISSECTION
from pseudo_rd.claims.images import IMAGES
from pseudo_rd.claims.patterns import PATTERNS
from pseudo_rd.claims.synthetic import SYNTHETIC
from pseudo_rd.claims.theorems import THEOREMS

PARTS: dict[str, tuple[Claim, ...]] = {
    "Theorems": THEOREMS,
    "Synthetic data": SYNTHETIC,
    "Image data": IMAGES,
    "Dissection of diffusion": DISSECTION,
    "Patterns": PATTERNS,
}
CLAIMS: tuple[Claim, ...] = tuple(claim for part in PARTS.values() for claim in part)
