"""Reaction-diffusion systems on a periodic square, and what linear theory says of them (Figures 18, 24-27)."""
