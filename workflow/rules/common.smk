# What the rules share: validated parameters of each preset, names of files, where the code lies.
import dataclasses
import functools
import re
import shutil
import types
from operator import attrgetter
from pathlib import Path

import yaml

from pseudo_rd.code_digest import code_digest
from pseudo_rd.parameters.presets import differences, plain, resolve
from pseudo_rd.parameters.plain_yaml import ParametersError
from pseudo_rd.parameters.vocabulary import NAME_PATTERN, OBJECTIVES
from pseudo_rd.results.layout import OF_A_PATTERN, Layout, run_files, runs_beyond, runs_of
from pseudo_rd.training.settings import settings_of

# Values of the command line's --config count more than the preset's.
OVERRIDES = {
    key: value for key, value in workflow.config_settings.overwrite_config.items() if key not in ("preset", "reading")
}
PACKAGE = SOURCE / "pseudo_rd"
SCRIPTS = Path(workflow.basedir).parent / "scripts"


@functools.cache
def parameters(preset=None, reading=None):
    """Resolved parameters; of the reading in use where none is named."""
    try:
        return resolve(config, preset, reading, OVERRIDES)
    except ParametersError as error:
        raise WorkflowError(f"params.yaml: {error}") from None


PRESET, READING = parameters().preset, parameters().reading
HERE = types.SimpleNamespace(preset=PRESET, reading=READING)
for each in config["presets"]:
    for other in config["readings"]:
        parameters(each, other)  # a mistake in any of them shows at once


wildcard_constraints:
    preset="|".join(config["presets"]),
    reading="|".join(config["readings"]),
    dataset=NAME_PATTERN.strip("^$"),
    objective="|".join(OBJECTIVES),
    width="[0-9]+",
    seed="[0-9]+",


def parts_of_job(rule):
    """Folders of a job's log: of its preset and reading, and of its rule and all else that names it."""
    names = dict.fromkeys(re.findall(r"{(\w+)", rule.output[0]))
    shared = [f"{{{name}}}" for name in names if name in ("preset", "reading")]
    spelled = {"width": "m{width}", "seed": "seed{seed}"}
    return shared, [rule.name, *(spelled.get(name, f"{{{name}}}") for name in names if f"{{{name}}}" not in shared)]


def value_of(key, without=()):
    """Params of a rule: what params.yaml has at a dotted key in the wildcards' preset, sorted, but for some keys of it."""

    def of_preset(wildcards):
        value = plain(attrgetter(key)(parameters(wildcards.preset)))
        return {name: each for name, each in value.items() if name not in without} if without else value

    return of_preset


def sections(*names):
    """Params of a rule: several sections by name."""
    return lambda wildcards: {name: value_of(name)(wildcards) for name in sorted(names)}


def plain_settings(at, *run, **changes):
    """Settings of a training run as plain values: data set, objective, width, seed, and what it has otherwise.

    `at`, here and below, has a preset and a reading: a job's wildcards, or HERE.
    """
    return plain(dataclasses.asdict(settings_of(parameters(at.preset, at.reading), *run, **changes)))


def builder_of(settings):
    """Input of a job: the file of a user's network, where the job's settings name one: a changed one trains again."""

    def file_of(wildcards):
        file, _, function = settings(wildcards)["network"].rpartition(":")
        return [file] if file else []

    return file_of


def gpus(wildcards):
    """GPUs that a training job takes: one where this machine has any, unless params.yaml keeps to the processor."""
    return int(parameters(wildcards.preset).training.device != "cpu" and shutil.which("nvidia-smi") is not None)


def layout(at):
    """Paths of results."""
    return Layout(at.preset, getattr(at, "reading", READING))


RESULTS = layout(HERE)


def run_folders(at, experiment, seeds="all"):
    """Folders of an experiment's runs, objective by objective."""
    return [layout(at).run(run) for run in runs_of(value_of("experiments")(at)[experiment], seeds)]


def patterns_of(at, experiments, neurons):
    """Files of maps and clusters, and the folder of their run, by experiment: the first seed's."""
    chosen = value_of("experiments")(at)
    return {name: [layout(at).pattern(run, neurons) for run in runs_of(chosen[name], "first")] for name in experiments}


def pattern_files(patterns):
    """The files in what `patterns_of` gives."""
    return [pattern[kind] for group in patterns.values() for pattern in group for kind in OF_A_PATTERN]


def all_runs(at):
    """Folders of every experiment's runs, each once."""
    return sorted({folder for name in parameters(at.preset).experiments for folder in run_folders(at, name)})


def all_run_files(at):
    """Their histories and summaries."""
    return run_files(all_runs(at))


def dataset_file(at, dataset):
    return f"data/processed/{at.preset}/{dataset}.safetensors"


@functools.cache
def paper():
    """The preset full as params.yaml has it, without what the command line changes."""
    return resolve(AS_WRITTEN, "full", READING)
