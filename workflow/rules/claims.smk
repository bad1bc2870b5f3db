# All evidence in; a verdict for each statement of the paper out.
from pseudo_rd.claims.claim import names_of, sections_of
from pseudo_rd.claims.statements import CLAIMS

CLAIM_EXPERIMENTS = list(dict.fromkeys(name for claim in CLAIMS for name in claim.experiments))
FILTER_EXPERIMENTS = names_of(CLAIMS, "filters")
PATTERN_EXPERIMENTS = names_of(CLAIMS, "patterns")
# Whose changes bear on a verdict: of scale, and what a claim needs.
SECTIONS_OF_SCALE = {"experiments", "datasets"} | {key.split(".")[0] for claim in CLAIMS for key in claim.needs}
CLAIM_FILES = expand(
    "results/{preset}/{reading}/{name}",
    preset=PRESET,
    reading=READING,
    name=["claims.json", "claims.md", "claims.png", "claims.pdf", "outcomes.rst"],
)


def claim_runs(wildcards):
    return {name: run_folders(wildcards, name) for name in CLAIM_EXPERIMENTS}


def claim_patterns(wildcards):
    return patterns_of(wildcards, PATTERN_EXPERIMENTS, "first")


def claim_simulations(wildcards):
    return {name: f"results/{wildcards.preset}/simulations/{name}.npz" for name in names_of(CLAIMS, "simulations")}


def claim_filters(wildcards):
    return {
        name: f"results/{wildcards.preset}/{wildcards.reading}/filters/{name}.parquet" for name in FILTER_EXPERIMENTS
    }


def claim_evidence(wildcards):
    """Every file that the claims are judged by, besides theory and readings."""
    folders = [folder for group in claim_runs(wildcards).values() for folder in group]
    patterns = [pattern for group in claim_patterns(wildcards).values() for pattern in group]
    return [
        *(f"{folder}/{kind}" for folder in folders for kind in ("history.parquet", "summary.json")),
        *(pattern[kind] for pattern in patterns for kind in ("maps", "clusters")),
        *claim_simulations(wildcards).values(),
        *claim_filters(wildcards).values(),
    ]


def experiment_dataset(wildcards):
    experiment = parameters(wildcards.preset).experiments[wildcards.experiment]
    return f"data/processed/{wildcards.preset}/{experiment.dataset}.safetensors"


rule claims:
    input:
        CLAIM_FILES,


rule measure_filters:
    input:
        files=lambda wildcards: [
            f"{folder}/{kind}"
            for folder in run_folders(wildcards, wildcards.experiment)
            for kind in ("history.parquet", "summary.json", "snapshots.safetensors")
        ],
        dataset=experiment_dataset,
    output:
        filters="results/{preset}/{reading}/filters/{experiment}.parquet",
    wildcard_constraints:
        experiment="|".join(FILTER_EXPERIMENTS),
    params:
        folders=lambda wildcards: run_folders(wildcards, wildcards.experiment),
        features=section("features"),
    script:
        "../../scripts/measure_filters.py"


rule judge_claims:
    input:
        evidence=claim_evidence,
        flow="results/{preset}/theory/flow.npz",
    output:
        json="results/{preset}/{reading}/claims.json",
        markdown="results/{preset}/{reading}/claims.md",
        png=report("results/{preset}/{reading}/claims.png", caption="../report/claims.rst", category="1 Claims"),
        pdf="results/{preset}/{reading}/claims.pdf",
        outcomes="results/{preset}/{reading}/outcomes.rst",
    params:
        runs=claim_runs,
        patterns=claim_patterns,
        simulations=claim_simulations,
        filters=claim_filters,
        figures=[name for name, entry in REGISTRY.items() if entry.target in ("figures", "theory")],
        sections=section(*sections_of(CLAIMS)),
        changes=lambda wildcards: plain(
            [
                change
                for change in differences(paper().model_dump(), parameters(wildcards.preset).model_dump())
                if change[0].split(".")[0] in SECTIONS_OF_SCALE
            ]
        ),
    script:
        "../../scripts/judge_claims.py"
