"""The paper's theory in numbers: Gram matrices, bounds, the Bernoulli equation, reaction and diffusion terms, the flow."""
