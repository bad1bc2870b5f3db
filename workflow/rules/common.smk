# What the rules share: validated parameters of each preset, names of files, where the code lies.
import dataclasses
import functools
import re
import shutil
import types
from operator import attrgetter

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
CURRENT = types.SimpleNamespace(preset=PRESET, reading=READING)
for preset in config["presets"]:
    for reading in config["readings"]:
        parameters(preset, reading)  # a mistake in any of them shows at once


wildcard_constraints:
    preset="|".join(config["presets"]),
    reading="|".join(config["readings"]),
    dataset=NAME_PATTERN.strip("^$"),
    objective="|".join(OBJECTIVES),
    width="[0-9]+",
    seed="[0-9]+",


def log_folders(rule):
    """Two lists of folders for a job's log: its preset and reading; its rule and its other wildcards."""
    names = dict.fromkeys(re.findall(r"{(\w+)", rule.output[0]))
    shared = [f"{{{name}}}" for name in names if name in ("preset", "reading")]
    labels = {"width": "m{width}", "seed": "seed{seed}"}
    return shared, [rule.name, *(labels.get(name, f"{{{name}}}") for name in names if f"{{{name}}}" not in shared)]


def value_of(key, without=()):
    """Params of a rule: what a dotted key of params.yaml holds in the wildcards' preset, sorted, without some of its keys."""

    def section(wildcards):
        value = plain(attrgetter(key)(parameters(wildcards.preset)))
        return {name: part for name, part in value.items() if name not in without} if without else value

    return section


def sections(*names):
    """Params of a rule: several sections by name."""
    return lambda wildcards: {name: value_of(name)(wildcards) for name in sorted(names)}


def plain_settings(scope, *run, **changes):
    """Settings of a training run as plain values: data set, objective, width, seed, and what it has otherwise.

    `scope`, here and below: a preset and a reading, those of a job's wildcards or CURRENT.
    """
    return plain(dataclasses.asdict(settings_of(parameters(scope.preset, scope.reading), *run, **changes)))


def builder_of(settings):
    """Input of a job: the file of a user's network, where the job's settings name one: a changed one trains again."""

    def builder_file(wildcards):
        file, _, function = settings(wildcards)["network"].rpartition(":")
        return [file] if file else []

    return builder_file


def gpus(wildcards):
    """GPUs that a training job takes: one where this machine has any, unless params.yaml keeps to the processor."""
    return int(parameters(wildcards.preset).training.device != "cpu" and shutil.which("nvidia-smi") is not None)


def layout(scope):
    """Paths of results."""
    return Layout(scope.preset, getattr(scope, "reading", READING))


RESULTS = layout(CURRENT)


def run_folders(scope, experiment, seeds="all"):
    """Folders of an experiment's runs, objective by objective."""
    return [layout(scope).run(run) for run in runs_of(value_of("experiments")(scope)[experiment], seeds)]


def patterns_of(scope, names, neurons):
    """Files of maps and clusters, and the folder of their run, by experiment: the first seed's."""
    pattern, experiments = layout(scope).pattern, value_of("experiments")(scope)
    return {name: [pattern(run, neurons) for run in runs_of(experiments[name], "first")] for name in names}


def pattern_files(patterns):
    """All files of maps and clusters that `patterns_of` returns."""
    return [pattern[kind] for group in patterns.values() for pattern in group for kind in OF_A_PATTERN]


def all_runs(scope):
    """Folders of every experiment's runs, each once."""
    return sorted({folder for name in parameters(scope.preset).experiments for folder in run_folders(scope, name)})


def all_run_files(scope):
    """Histories and summaries of every experiment's runs."""
    return run_files(all_runs(scope))


def dataset_file(scope, dataset):
    return f"data/processed/{scope.preset}/{dataset}.safetensors"


@functools.cache
def paper():
    """The preset full as params.yaml has it, without what the command line changes."""
    return resolve(AS_WRITTEN, "full", READING)
