"""The paper under each of its readings."""
