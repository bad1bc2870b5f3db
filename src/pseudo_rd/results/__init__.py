"""Finished work: its files, the runs in memory, fits and numbers of theirs."""
