"""The systems that the paper prints."""

from pseudo_rd.reaction_diffusion.systems import GrayScott, Turing

PRINTED = Turing(a=1, b=-1, c=3, d=-1.5, h=1, k=1, diffusion_u=1e-4, diffusion_v=6e-4)
TEXTBOOK = Turing(a=1, b=-1, c=2, d=-1.5, h=1, k=1, diffusion_u=1e-4, diffusion_v=6e-4)
WORMS = GrayScott(feed_rate=0.04, kill_rate=0.06, diffusion_u=2e-5, diffusion_v=1e-5)
SPACING = 0.01
