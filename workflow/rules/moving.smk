# What Figures 18-27 show, at more times: the arrays that films are drawn from. No figure waits for them.
# Simulated fields do not stay: they are large and cheap.


def frame_times(setting, interval):
    """A simulation's setting with a time for each frame, up to its last time."""
    step, end = setting["time_step"], setting["times"][-1]
    frames = round(end / step) // round(interval / step)
    return {**setting, "times": [frame * interval for frame in range(frames + 1)]}


def film_settings(wildcards):
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
        files_of("moving"),


use rule simulate_turing as simulate_filmed_turing with:
    output:
        fields=temp("results/{preset}/{reading}/moving/turing.npz"),
    params:
        setting=lambda wildcards: frame_times(
            turing_setting(wildcards), parameters(wildcards.preset).moving.turing.interval
        ),
        constants=lambda wildcards: value_of("turing.constants")(wildcards)[
            parameters(wildcards.preset).moving.turing.constants
        ],


use rule simulate_gray_scott as simulate_filmed_gray_scott with:
    output:
        fields=temp("results/{preset}/{reading}/moving/gray_scott.npz"),
    params:
        setting=lambda wildcards: frame_times(
            gray_scott_setting(wildcards), parameters(wildcards.preset).moving.gray_scott.interval
        ),
        rates=lambda wildcards: value_of("gray_scott.pairs")(wildcards)[
            parameters(wildcards.preset).moving.gray_scott.pair
        ],


rule map_filmed_neurons:
    input:
        dataset=lambda wildcards: dataset_file(wildcards, parameters(wildcards.preset).moving.neurons.dataset),
        builder=builder_of(film_settings),
    output:
        maps="results/{preset}/{reading}/moving/maps_{objective}.npz",
    # One thread: sums in another order would not give the same bits.
    threads: 1
    params:
        settings=film_settings,
        principal_components=value_of("patterns.principal_components"),
        perplexity=value_of("patterns.perplexity"),
        first_iterations=value_of("moving.neurons.first_iterations"),
        iterations=value_of("moving.neurons.iterations"),
    script:
        "../../scripts/map_filmed_neurons.py"
