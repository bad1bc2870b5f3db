"""params.yaml with one key changed."""

import copy
from typing import Any

from projects import CONFIG


def changed(dotted: str, value: Any) -> dict[str, Any]:
    """A copy of params.yaml with another value at a key, which need not exist."""
    config = copy.deepcopy(CONFIG)
    *path, last = dotted.split(".")
    section = config
    for key in path:
        section = section[key]
    section[last] = value
    return config
