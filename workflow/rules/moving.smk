# Denser times of what Figures 18-27 show in; films as GIF, MP4 and a page that plays them out. No figure waits for them.
# Simulated fields do not stay: they are large and cheap.
FILMS = {
    "turing": "Turing's system",
    "gray_scott": "Gray and Scott's system",
    "neurons_supervised": "Neurons without diffusion",
    "neurons_augmented": "Neurons with diffusion",
}
FILM_FILES = expand(
    "results/{preset}/{reading}/moving/{film}.{format}",
    preset=PRESET,
    reading=READING,
    film=FILMS,
    format=["gif", "mp4", "html"],
)


def frame_times(setting, interval):
    """A simulation's setting with a time for each frame, up to its last time."""
    step, end = setting["time_step"], setting["times"][-1]
    frames = round(end / step) // round(interval / step)
    return {**setting, "times": [frame * interval for frame in range(frames + 1)]}


def film_files(wildcards):
    """What a film is drawn from, by name; the neurons' films share their limits."""
    folder = f"results/{wildcards.preset}/{wildcards.reading}/moving"
    if wildcards.film.startswith("neurons"):
        return {objective: f"{folder}/maps_{objective}.npz" for objective in OBJECTIVES}
    return {wildcards.film: f"{folder}/{wildcards.film}.npz"}


def film_changes(wildcards):
    """What the preset changes of that which the film shows."""
    if wildcards.film.startswith("neurons"):
        dataset = parameters(wildcards.preset).moving.neurons.dataset
        changes = changes_of(wildcards.preset, [("moving", "neurons"), ("datasets", dataset)])
        return [change for change in changes if change[0] != f"{dataset} epochs"]  # the film has its own
    return changes_of(wildcards.preset, [("moving", wildcards.film), (wildcards.film,)])


def filmed_settings(wildcards):
    """Settings of the filmed run: weights are kept at the start and after each epoch."""
    film = parameters(wildcards.preset).moving.neurons
    return plain_settings(
        wildcards,
        film.dataset,
        wildcards.objective,
        film.width,
        film.seed,
        epochs=film.epochs,
        convergence_error=None,
        snapshot_fractions=tuple(epoch / film.epochs for epoch in range(1, film.epochs)),
        snapshot_neurons=film.width,
    )


rule moving:
    input:
        FILM_FILES,


use rule simulate_turing as simulate_filmed_turing with:
    output:
        fields=temp("results/{preset}/{reading}/moving/turing.npz"),
    log:
        "logs/{preset}/{reading}/simulate_filmed_turing.log",
    benchmark:
        "results/{preset}/{reading}/benchmarks/simulate_filmed_turing.tsv"
    params:
        setting=lambda wildcards: frame_times(
            turing_setting(wildcards), parameters(wildcards.preset).moving.turing.interval
        ),
        constants=lambda wildcards: section("turing")(wildcards)["constants"][
            parameters(wildcards.preset).moving.turing.constants
        ],


use rule simulate_gray_scott as simulate_filmed_gray_scott with:
    output:
        fields=temp("results/{preset}/{reading}/moving/gray_scott.npz"),
    log:
        "logs/{preset}/{reading}/simulate_filmed_gray_scott.log",
    benchmark:
        "results/{preset}/{reading}/benchmarks/simulate_filmed_gray_scott.tsv"
    params:
        setting=lambda wildcards: frame_times(
            gray_scott_setting(wildcards), parameters(wildcards.preset).moving.gray_scott.interval
        ),
        rates=lambda wildcards: section("gray_scott")(wildcards)["pairs"][
            parameters(wildcards.preset).moving.gray_scott.pair
        ],


rule map_filmed_neurons:
    input:
        dataset=lambda wildcards: f"data/processed/{wildcards.preset}/{parameters(wildcards.preset).moving.neurons.dataset}.safetensors",
        sources=lambda _: sources_of("map_filmed_neurons"),
    output:
        maps="results/{preset}/{reading}/moving/maps_{objective}.npz",
    log:
        "logs/{preset}/{reading}/map_filmed_neurons/{objective}.log",
    benchmark:
        "results/{preset}/{reading}/benchmarks/map_filmed_neurons/{objective}.tsv"
    # One thread: sums in another order would not give the same bits.
    threads: 1
    params:
        settings=filmed_settings,
        principal_components=lambda wildcards: parameters(wildcards.preset).patterns.principal_components,
        perplexity=lambda wildcards: parameters(wildcards.preset).patterns.perplexity,
        first_iterations=lambda wildcards: parameters(wildcards.preset).moving.neurons.first_iterations,
        iterations=lambda wildcards: parameters(wildcards.preset).moving.neurons.iterations,
    script:
        "../../scripts/map_filmed_neurons.py"


rule film:
    input:
        files=lambda wildcards: film_files(wildcards).values(),
        sources=lambda _: sources_of("film"),
    output:
        page=report(
            "results/{preset}/{reading}/moving/{film}.html",
            caption="../report/moving.rst",
            category="Moving pictures",
            labels=lambda wildcards: {"film": FILMS[wildcards.film]},
        ),
        gif=report(
            "results/{preset}/{reading}/moving/{film}.gif",
            caption="../report/moving.rst",
            category="Moving pictures",
            labels=lambda wildcards: {"film": f"{FILMS[wildcards.film]}: GIF to save"},
        ),
        mp4=report(
            "results/{preset}/{reading}/moving/{film}.mp4",
            caption="../report/moving.rst",
            category="Moving pictures",
            labels=lambda wildcards: {"film": f"{FILMS[wildcards.film]}: MP4 to save"},
        ),
    log:
        "logs/{preset}/{reading}/film/{film}.log",
    benchmark:
        "results/{preset}/{reading}/benchmarks/film/{film}.tsv"
    wildcard_constraints:
        film="|".join(FILMS),
    params:
        files=film_files,
        title=lambda wildcards: FILMS[wildcards.film],
        changes=film_changes,
        reading=lambda wildcards: reading_in_words(wildcards) if wildcards.film.startswith("neurons") else None,
        frames_per_second=lambda wildcards: parameters(wildcards.preset).moving.frames_per_second,
        pause=lambda wildcards: parameters(wildcards.preset).moving.pause,
    script:
        "../../scripts/film.py"
