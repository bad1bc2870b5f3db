"""A YAML reader for params.yaml that runs no code, and values of it on one line for messages."""

from pathlib import Path
from typing import Any

import yaml


class ParametersError(ValueError):
    """One line that names the key, its value and what is allowed."""


def read_parameters(path: Path | str) -> dict[str, Any]:
    """params.yaml as mappings, lists, numbers and words, and nothing else.

    To be called before Snakemake reads the file: its own reader runs the Python in a file with the key `__use_yte__`.

    Raises:
        ParametersError: one line that names the file and what is wrong with it.
    """
    try:
        config = _PlainLoader(Path(path).read_text(encoding="utf-8")).get_single_data()
    except yaml.MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        raise ParametersError(f"{path}: {line}{' '.join(str(error.problem).split())}") from None
    except RecursionError:
        raise ParametersError(f"{path} is nested too deep") from None
    # ValueError: not UTF-8, or what looks like a date or number and is none.
    except (OSError, ValueError, yaml.YAMLError) as error:
        reason = getattr(error, "strerror", None) or " ".join(str(error).split())
        raise ParametersError(f"{path} cannot be read: {reason}") from None
    if not isinstance(config, dict):
        raise ParametersError(f"{path} must be a mapping of keys to values, it holds {one_line(config)}")
    if "__use_yte__" in config:
        raise ParametersError(f"{path}: __use_yte__ would let the file run Python: remove it")
    return config


def one_line(value: Any) -> str:
    """A value on one line that fits a screen."""
    try:
        text = repr(value)
    except (ValueError, RecursionError):  # Python does not write integers of more than 4300 digits
        text = f"a {type(value).__name__} too long to show"
    return text if len(text) <= 100 else f"{text[:97]}..."


def one_line_key(key: Any) -> str:
    """A key on one line: without quotes where it is a plain word."""
    return key if isinstance(key, str) and key.isprintable() and len(key) <= 100 else one_line(key)


class _PlainLoader(yaml.SafeLoader):
    """Refuses keys given twice, of which the first would be lost, and aliases, whose copies multiply."""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark
            raise yaml.MarkedYAMLError(problem="an alias is not read here: write the value out", problem_mark=mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value in keys:
                raise yaml.MarkedYAMLError(
                    problem=f"{one_line_key(key.value)} is given twice", problem_mark=key.start_mark
                )
            keys.add(str(key.value))
        return super().construct_mapping(node, deep)
