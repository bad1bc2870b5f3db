"""Stage embed_neurons: snapshots of the weights -> their principal components and t-SNE maps, layer by layer."""

from pseudo_rd.neurons.embedding import embed_snapshots, layers_of, reduce_dimensions, weights_over_time
from pseudo_rd.results.files import read_arrays, write_npz
from pseudo_rd.stages.stage import snakemake, stage_log

with stage_log(snakemake) as log:
    patterns, wildcards = snakemake.params.patterns, snakemake.wildcards
    snapshots, _ = read_arrays(snakemake.input.snapshots)
    arrays = {}
    for layer in layers_of(snapshots):
        iterations, weights = weights_over_time(
            snapshots, layer, wildcards.neurons, int(wildcards.seed), snakemake.params.start
        )
        components = reduce_dimensions(weights, patterns["principal_components"])
        maps = embed_snapshots(components, patterns["perplexity"], patterns["iterations"])
        arrays["iterations"] = iterations
        arrays[layer] = maps
        arrays[f"{layer}_components"] = components
        shapes = f"{weights.shape} -> {components.shape} -> {maps.shape}"
        log.info(f"{layer} layer, iterations {iterations.tolist()}: {shapes}")
    write_npz(snakemake.output.maps, arrays)
