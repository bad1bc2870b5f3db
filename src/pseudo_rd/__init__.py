"""Training a two-layer network against a critic, and the reaction-diffusion systems it is compared with."""
