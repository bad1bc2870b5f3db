"""The paper's pair of networks by hand-written gradients: the fast engine."""
