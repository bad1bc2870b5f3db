"""How tables, figures and statements name the two ways of training."""

from typing import Final

# By objective. One word for one thing: the paper also says adversary, discriminator, and "with diffusion".
WITH_OR_WITHOUT: Final = {"supervised": "without the critic", "augmented": "with the critic"}
