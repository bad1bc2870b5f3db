"""The paper's theory in numbers: Gram matrices, bounds, gradient flow, and what the theorems state of it."""
