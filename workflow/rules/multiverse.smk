# Prepared data in; both runs of every reading of the paper out, what became of them, and which choice decides.
from hashlib import sha256
from os.path import relpath

from pseudo_rd.multiverse.universes import printed_options, universes_of

# Sections of params.yaml that a claim about universes asks for: all but those of simulations.
UNIVERSE_SECTIONS = {"claims"} | {
    key.split(".")[0]
    for claim in CLAIMS
    if not any(source.kind == "simulations" for source in claim.reads)
    for key in claim.settings.values()
}


def universes_to_train(wildcards):
    """What the job trains: every reading, the printed one from starts of every scale, or the notches of the dial."""
    multiverse, printed = parameters(wildcards.preset).multiverse, universe_base(wildcards)
    if wildcards.study == "scales":
        return [{**printed, "start_scale": scale} for scale in multiverse.scales.scales]
    if wildcards.study == "dial":
        reading = {**printed, **parameters(wildcards.preset).readings[multiverse.dial.reading]}
        return [
            {**reading, **setting.training, name: value}
            for name, setting in multiverse.dial.turned.items()
            for value in setting.at
        ]
    return universes_of(printed, multiverse.crossed, multiverse.alone)


def universe_base(wildcards):
    """The printed option of every choice, and of what else the study varies."""
    values = parameters(wildcards.preset)
    additions = {"scales": {"start_scale": 1.0}, "dial": {"bound": values.training.bound}}
    return {**printed_options(values.choices), **additions.get(wildcards.study, {})}


def place_of(wildcards):
    """How a study trains on a data set. The dial's runs are as long as readings'."""
    multiverse = parameters(wildcards.preset).multiverse
    return multiverse.scales if wildcards.study == "scales" else multiverse.places[wildcards.dataset]


def study_processes(wildcards):
    return place_of(wildcards).processes or 1


def universe_settings(wildcards):
    """Settings of all runs of a study; objective and universe are set there."""
    place = place_of(wildcards)
    run = wildcards.dataset, "supervised", int(wildcards.width), int(wildcards.seed)
    length = {"epochs": place.epochs, "convergence_error": None, "records": place.records}
    scope = types.SimpleNamespace(preset=wildcards.preset, reading="printed")
    return plain_settings(scope, *run, **length, snapshot_fractions=())


def universe_histories(wildcards, study="readings"):
    """Histories of all jobs of a study: data set by data set, width by width, seed by seed."""
    multiverse = parameters(wildcards.preset).multiverse
    scales, dial_place = multiverse.scales, multiverse.places[multiverse.dial.dataset]
    places = {
        "readings": [(name, place.widths, place.seeds) for name, place in multiverse.places.items()],
        "scales": [(scales.dataset, scales.widths, scales.seeds)],
        "dial": [(multiverse.dial.dataset, [max(dial_place.widths)], dial_place.seeds)],
    }
    return [path for place in places[study] for path in layout(wildcards).universes(study, *place)]


def universe_choices(wildcards):
    choices = parameters(wildcards.preset).choices.items()
    return {name: [option.option for option in choice.options] for name, choice in choices}


def other_pages(wildcards):
    """Claims pages of the readings that are not in use but have been made, by path with their checksums."""
    paths = [f"{layout(wildcards).shared}/{name}/claims.json" for name in config["readings"] if name != READING]
    return {path: sha256(Path(path).read_bytes()).hexdigest() for path in paths if Path(path).exists()}


rule study:
    input:
        f"{RESULTS.shared}/multiverse.json",
        f"{RESULTS.shared}/claims.json",
        files_of("multiverse"),


rule study_universes:
    input:
        dataset="data/processed/{preset}/{dataset}.safetensors",
        builder=builder_of(value_of("training")),
    output:
        histories="results/{preset}/multiverse/{study}/{dataset}/m{width}/seed{seed}.parquet",
    wildcard_constraints:
        study="readings|scales|dial",
    # The longest jobs: first.
    priority: 10**6
    threads: lambda wildcards: parameters(wildcards.preset).training.threads * study_processes(wildcards)
    resources:
        gpu=gpus,
        mem_mb=lambda wildcards: study_processes(wildcards) * (5000 + int(wildcards.width) // 8),
        runtime="12h",
    params:
        threads=value_of("training.threads"),
        settings=universe_settings,
        universes=universes_to_train,
        printed=universe_base,
        ascent=value_of("features", without=["input_seed"]),
        device=value_of("training.device"),
        # Finished runs, from which a killed study resumes.
        checkpoints="checkpoints/{preset}/multiverse/{study}/{dataset}/m{width}/seed{seed}",
    script:
        "../../scripts/study_universes.py"


rule judge_universes:
    input:
        histories=universe_histories,
    output:
        json="results/{preset}/multiverse.json",
        outcomes="results/{preset}/multiverse/outcomes.parquet",
        verdicts="results/{preset}/multiverse/verdicts.parquet",
    params:
        choices=universe_choices,
        crossed=value_of("multiverse.crossed"),
        at_no_loss=value_of("multiverse.at_no_loss"),
        least_gain=value_of("multiverse.least_gain"),
        sections=sections(*UNIVERSE_SECTIONS),
    script:
        "../../scripts/judge_universes.py"


rule compare_readings:
    input:
        page=f"results/{{preset}}/{READING}/claims.json",
        verdicts="results/{preset}/multiverse/verdicts.parquet",
        summary="results/{preset}/multiverse.json",
        template=relpath(PACKAGE / "multiverse" / "templates" / "findings.md"),
    output:
        json="results/{preset}/claims.json",
        markdown="results/{preset}/claims.md",
        findings="results/{preset}/findings.md",
    params:
        # Pages of other readings as they lie there, with their checksums: they are shown, not made.
        others=other_pages,
        named=lambda wildcards: plain(parameters(wildcards.preset).readings),
    script:
        "../../scripts/compare_readings.py"
