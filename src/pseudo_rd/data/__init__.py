"""Data sets: where they come from, what is checked, how they are kept."""

from pseudo_rd.data.dataset import DataError, Dataset, load, save
from pseudo_rd.data.sources import prepare

__all__ = ["DataError", "Dataset", "load", "prepare", "save"]
