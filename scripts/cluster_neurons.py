"""Stage cluster_neurons: maps of the neurons -> clusters by affinity propagation, layer by layer."""

from pseudo_rd.neurons.clustering import cluster_snapshots
from pseudo_rd.results.files import read_npz, write_npz
from pseudo_rd.stages.stage import snakemake, stage_log

with stage_log(snakemake) as log:
    clustering, seed = snakemake.params.clustering, int(snakemake.wildcards.seed)
    maps = read_npz(snakemake.input.maps)
    arrays = {}
    for layer in [name.removesuffix("_components") for name in maps if name.endswith("_components")]:
        clusters = cluster_snapshots(maps[layer], **clustering, seed=seed)
        arrays[layer] = clusters.labels
        arrays[f"{layer}_exemplar"] = clusters.exemplars
        arrays[f"{layer}_converged"] = clusters.converged
        counts, states = clusters.exemplars.sum(axis=1).tolist(), clusters.converged.tolist()
        (log.info if all(states) else log.warning)(f"{layer} layer: clusters {counts}, converged {states}")
    write_npz(snakemake.output.clusters, arrays)
