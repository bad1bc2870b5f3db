"""Data sets: where they come from, what is checked, how they are kept."""

from pseudo_rd.data.dataset import NAME_PATTERN, DataError, Dataset, load, save
from pseudo_rd.data.sources import SOURCES, prepare

__all__ = ["NAME_PATTERN", "SOURCES", "DataError", "Dataset", "load", "prepare", "save"]
