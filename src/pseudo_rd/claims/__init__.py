"""The paper's checkable statements, what was measured about each, and the verdict."""
