# Theory in numbers: the theorems' own setting, the readings of L, and statistics of filters (docs/theory.md).
THEORY_VIEWS = ["theory_over_time", "theory_over_width"]
THEORY_FIGURES = [*THEORY_VIEWS, "readings", "width_study"]
THEORY_FILES = expand(
    "results/{preset}/figures/{name}.{format}", preset=PRESET, name=THEORY_FIGURES, format=["png", "pdf"]
)


def reading_settings(wildcards):
    """Settings of the supervised run, to the epoch limit and without snapshots; the study sets objective and reading."""
    chosen = parameters(wildcards.preset).readings
    changes = {"convergence_error": None, "snapshot_fractions": ()}
    return plain_settings(wildcards.preset, chosen.dataset, "supervised", chosen.width, int(wildcards.seed), **changes)


def reading_studies(wildcards):
    return [
        f"results/{wildcards.preset}/theory/readings_seed{seed}.parquet"
        for seed in parameters(wildcards.preset).readings.seeds
    ]


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


rule study_readings:
    input:
        dataset=lambda wildcards: f"data/processed/{wildcards.preset}/{parameters(wildcards.preset).readings.dataset}.safetensors",
        sources=lambda _: sources_of("study_readings"),
    output:
        histories="results/{preset}/theory/readings_seed{seed}.parquet",
    log:
        "logs/{preset}/study_readings/seed{seed}.log",
    benchmark:
        "results/{preset}/benchmarks/study_readings/seed{seed}.tsv"
    priority: 10**6
    threads: lambda wildcards: parameters(wildcards.preset).training.threads
    resources:
        gpu=gpus,
        mem_mb=4000,
        runtime="12h",
    params:
        settings=reading_settings,
        device=lambda wildcards: parameters(wildcards.preset).training.device,
        checkpoints="checkpoints/{preset}/readings/seed{seed}",
    script:
        "../../scripts/study_readings.py"


rule draw_flow:
    input:
        flow="results/{preset}/theory/flow.npz",
        sources=lambda wildcards: sources_of("draw_flow", f"pseudo_rd.figures.{wildcards.view}"),
    output:
        png=report(
            "results/{preset}/figures/{view}.png",
            caption="../report/figure.rst",
            category="9 Theory in numbers",
            labels={"figure": "{view}"},
        ),
        pdf="results/{preset}/figures/{view}.pdf",
    log:
        "logs/{preset}/draw_flow/{view}.log",
    benchmark:
        "results/{preset}/benchmarks/draw_flow/{view}.tsv"
    wildcard_constraints:
        view="|".join(THEORY_VIEWS),
    params:
        changes=lambda wildcards: changes_of(wildcards.preset, [("theory",)]),
    script:
        "../../scripts/draw_flow.py"


rule draw_readings:
    input:
        studies=reading_studies,
        sources=lambda _: sources_of("draw_readings"),
    output:
        png=report(
            "results/{preset}/figures/readings.png",
            caption="../report/figure.rst",
            category="9 Theory in numbers",
            labels={"figure": "readings of L"},
        ),
        pdf="results/{preset}/figures/readings.pdf",
    log:
        "logs/{preset}/draw_readings.log",
    benchmark:
        "results/{preset}/benchmarks/draw_readings.tsv"
    params:
        changes=lambda wildcards: changes_of(wildcards.preset, [("readings",)]),
    script:
        "../../scripts/draw_readings.py"


rule study_widths:
    input:
        files=lambda wildcards: [
            f"{folder}/{kind}" for folder in all_runs(wildcards.preset) for kind in ("history.parquet", "summary.json")
        ],
        sources=lambda _: sources_of("study_widths"),
    output:
        fits="results/{preset}/theory/fits.parquet",
        png=report(
            "results/{preset}/figures/width_study.png",
            caption="../report/figure.rst",
            category="9 Theory in numbers",
            labels={"figure": "width study"},
        ),
        pdf="results/{preset}/figures/width_study.pdf",
    log:
        "logs/{preset}/study_widths.log",
    benchmark:
        "results/{preset}/benchmarks/study_widths.tsv"
    params:
        folders=lambda wildcards: all_runs(wildcards.preset),
        widths=lambda wildcards: run_folders(wildcards.preset, "mnist-widths"),
        changes=lambda wildcards: changes_of(wildcards.preset, [("experiments", "mnist-widths"), ("datasets", "mnist")]),
    script:
        "../../scripts/study_widths.py"
