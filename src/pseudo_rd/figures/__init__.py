"""The paper's 27 figures, one module each: figNN_<what it shows>.draw(inputs) -> Figure."""
