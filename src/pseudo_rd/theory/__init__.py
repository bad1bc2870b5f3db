"""The paper's theory in numbers: Gram matrices, bounds, Bernoulli equation, reaction and diffusion, gradient flow."""
