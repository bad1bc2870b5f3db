# All evidence in; a verdict for each statement of the paper out.
from pseudo_rd.claims.claim import names_of, sections_of
from pseudo_rd.claims.evidence_files import evidence_files
from pseudo_rd.claims.statements import CLAIMS

# Whose changes bear on a verdict: of scale, and what a claim needs.
SECTIONS_OF_SCALE = {"experiments", "datasets"} | {key.split(".")[0] for claim in CLAIMS for key in claim.needs}
CLAIM_FILES = [
    f"{RESULTS.folder}/{name}" for name in ("claims.json", "claims.md", "claims.png", "claims.pdf", "outcomes.rst")
]


rule claims:
    input:
        CLAIM_FILES,


rule measure_filters:
    input:
        files=lambda wildcards: run_files(run_folders(wildcards, wildcards.experiment), "snapshots.safetensors"),
        dataset=lambda wildcards: dataset_file(
            wildcards, parameters(wildcards.preset).experiments[wildcards.experiment].dataset
        ),
    output:
        filters="results/{preset}/{reading}/filters/{experiment}.parquet",
    wildcard_constraints:
        experiment="|".join(names_of(CLAIMS, "filters")),
    params:
        folders=lambda wildcards: run_folders(wildcards, wildcards.experiment),
        ascent=value_of("features", without=["input_seed"]),
    script:
        "../../scripts/measure_filters.py"


rule judge_claims:
    input:
        evidence=lambda wildcards: evidence_files(layout(wildcards), value_of("experiments")(wildcards)),
    output:
        json="results/{preset}/{reading}/claims.json",
        markdown="results/{preset}/{reading}/claims.md",
        png=report("results/{preset}/{reading}/claims.png", caption="../report/claims.rst", category="1 Claims"),
        pdf="results/{preset}/{reading}/claims.pdf",
        outcomes="results/{preset}/{reading}/outcomes.rst",
    params:
        figures=[name for name, entry in REGISTRY.items() if entry.target in ("figures", "theory")],
        sections=sections(*sections_of(CLAIMS)),
        changes=lambda wildcards: plain(
            [
                change
                for change in differences(paper().model_dump(), parameters(wildcards.preset).model_dump())
                if change[0].split(".")[0] in SECTIONS_OF_SCALE
            ]
        ),
    script:
        "../../scripts/judge_claims.py"
