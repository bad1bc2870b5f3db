"""Data sets: where they come from, what is checked, how they are kept."""
