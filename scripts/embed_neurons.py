"""Stage embed_neurons: snapshots of the weights -> their principal components and t-SNE maps, layer by layer."""

from pseudo_rd.embedding import embed_snapshots, reduce_dimensions, weights_over_time
from pseudo_rd.files import read_snapshots, write_npz
from pseudo_rd.stage import snakemake, stage_log

with stage_log(snakemake) as log:
    given, wildcards = snakemake.params.patterns, snakemake.wildcards
    snapshots = read_snapshots(snakemake.input.snapshots)
    arrays = {}
    for layer in ("hidden", "top"):
        iterations, weights = weights_over_time(snapshots, layer, wildcards.neurons, int(wildcards.seed))
        components = reduce_dimensions(weights, given["principal_components"])
        maps = embed_snapshots(components, given["perplexity"], given["iterations"])
        arrays |= {"iterations": iterations, layer: maps, f"{layer}_components": components}
        log.info(
            f"{layer} layer, iterations {iterations.tolist()}: {weights.shape} -> {components.shape} -> {maps.shape}"
        )
    write_npz(snakemake.output.maps, arrays)
