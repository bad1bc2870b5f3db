# Theory in numbers: the theorems' own setting, and every width against Theorems 2 and 3 (docs/theory.md).
THEORY_VIEWS = ["theory_over_time", "theory_over_width"]
THEORY_FIGURES = [*THEORY_VIEWS, "width_study"]
THEORY_FILES = expand(
    "results/{preset}/{reading}/figures/{name}.{format}",
    preset=PRESET,
    reading=READING,
    name=THEORY_FIGURES,
    format=["png", "pdf"],
)


rule theory:
    input:
        THEORY_FILES,


rule study_flow:
    input:
        sources=lambda _: sources_of("study_flow"),
    output:
        flow="results/{preset}/theory/flow.npz",
    log:
        "logs/{preset}/study_flow.log",
    benchmark:
        "results/{preset}/benchmarks/study_flow.tsv"
    threads: 1
    params:
        theory=section("theory"),
    script:
        "../../scripts/study_flow.py"


rule draw_flow:
    input:
        flow="results/{preset}/theory/flow.npz",
        sources=lambda wildcards: sources_of("draw_flow", f"pseudo_rd.figures.{wildcards.view}"),
    output:
        png=report(
            "results/{preset}/{reading}/figures/{view}.png",
            caption="../report/figure.rst",
            category="9 Theory in numbers",
            labels={"figure": "{view}"},
        ),
        pdf="results/{preset}/{reading}/figures/{view}.pdf",
    log:
        "logs/{preset}/{reading}/draw_flow/{view}.log",
    benchmark:
        "results/{preset}/{reading}/benchmarks/draw_flow/{view}.tsv"
    wildcard_constraints:
        view="|".join(THEORY_VIEWS),
    params:
        changes=lambda wildcards: changes_of(wildcards.preset, [("theory",)]),
    script:
        "../../scripts/draw_flow.py"


rule study_widths:
    input:
        files=lambda wildcards: [
            f"{folder}/{kind}" for folder in all_runs(wildcards) for kind in ("history.parquet", "summary.json")
        ],
        sources=lambda _: sources_of("study_widths"),
    output:
        fits="results/{preset}/{reading}/theory/fits.parquet",
        png=report(
            "results/{preset}/{reading}/figures/width_study.png",
            caption="../report/figure.rst",
            category="9 Theory in numbers",
            labels={"figure": "width study"},
        ),
        pdf="results/{preset}/{reading}/figures/width_study.pdf",
    log:
        "logs/{preset}/{reading}/study_widths.log",
    benchmark:
        "results/{preset}/{reading}/benchmarks/study_widths.tsv"
    params:
        folders=lambda wildcards: all_runs(wildcards),
        widths=lambda wildcards: run_folders(wildcards, "mnist-widths"),
        changes=lambda wildcards: changes_of(wildcards.preset, [("experiments", "mnist-widths"), ("datasets", "mnist")]),
        reading=reading_in_words,
    script:
        "../../scripts/study_widths.py"
