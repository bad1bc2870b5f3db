# Snapshots of the weights in; the neurons as points of the plane, and their clusters, out (Figures 19-23).
wildcard_constraints:
    neurons="first|all",


def pattern_neurons(wildcards):
    """How many neurons are embedded and clustered."""
    width = int(wildcards.width)
    return width if wildcards.neurons == "all" else min(width, parameters(wildcards.preset).snapshots.neurons)


def clustering_memory(wildcards):
    """Megabytes of Python and of affinity propagation's matrices, neurons by neurons in float64, five at its peak."""
    return 500 + 5 * 8 * pattern_neurons(wildcards) ** 2 // 10**6


rule embed_neurons:
    input:
        snapshots="results/{preset}/{reading}/runs/{dataset}/{objective}/m{width}/seed{seed}/snapshots.safetensors",
    output:
        maps="results/{preset}/{reading}/patterns/{dataset}/{objective}/m{width}/seed{seed}/{neurons}_maps.npz",
    # One thread: sums in another order would not give the same bits.
    threads: 1
    params:
        patterns=value_of("patterns", without=["clustering"]),
        # From which the start of all neurons is drawn again.
        start=lambda wildcards: {
            name: getattr(parameters(wildcards.preset, wildcards.reading).training, name)
            for name in ("generator_start", "start_scale")
        },
    script:
        "../../scripts/embed_neurons.py"


rule cluster_neurons:
    input:
        maps="results/{preset}/{reading}/patterns/{dataset}/{objective}/m{width}/seed{seed}/{neurons}_maps.npz",
    output:
        clusters="results/{preset}/{reading}/patterns/{dataset}/{objective}/m{width}/seed{seed}/{neurons}_clusters.npz",
    resources:
        mem_mb=clustering_memory,
    params:
        clustering=value_of("patterns.clustering"),
    script:
        "../../scripts/cluster_neurons.py"
