"""params.yaml as it is, and with one key changed."""

import copy
from typing import Any

from projects import ROOT

from pseudo_rd.parameters.plain_yaml import read_parameters

CONFIG = read_parameters(ROOT / "params.yaml")


def changed(dotted: str, value: Any) -> dict[str, Any]:
    """A copy of params.yaml with another value at a key, which need not exist."""
    config = copy.deepcopy(CONFIG)
    *path, last = dotted.split(".")
    section = config
    for key in path:
        section = section[key]
    section[last] = value
    return config
