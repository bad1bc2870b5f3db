# Finished runs, patterns and simulations in; one png and one pdf for each entry of figures.yaml out.
FIGURES = yaml.safe_load((Path(workflow.basedir) / "figures.yaml").read_text(encoding="utf-8"))
FIGURE_FILES = expand(
    "results/{preset}/figures/fig{number}.{format}", preset=PRESET, number=FIGURES, format=["png", "pdf"]
)


def figure_runs(wildcards):
    """Folders of runs by experiment."""
    figure = FIGURES[wildcards.number]
    if "patterns" in figure:
        return {}
    seeds = figure.get("seeds", "all")
    return {name: run_folders(wildcards.preset, name, seeds) for name in figure.get("experiments", [])}


def figure_patterns(wildcards):
    """Files of maps and clusters by experiment."""
    figure = FIGURES[wildcards.number]
    neurons = figure.get("patterns")
    return patterns_of(wildcards.preset, figure["experiments"], neurons) if neurons else {}


def figure_datasets(wildcards):
    names = FIGURES[wildcards.number].get("datasets", [])
    return {name: f"data/processed/{wildcards.preset}/{name}.safetensors" for name in names}


def figure_simulations(wildcards):
    names = FIGURES[wildcards.number].get("simulations", [])
    return {name: f"results/{wildcards.preset}/simulations/{name}.npz" for name in names}


def figure_files(wildcards):
    """Every file that the figure reads."""
    figure = FIGURES[wildcards.number]
    kinds = ["history.parquet", "summary.json", *(["snapshots.safetensors"] if figure.get("weights") else [])]
    folders = [folder for group in figure_runs(wildcards).values() for folder in group]
    patterns = [pattern for group in figure_patterns(wildcards).values() for pattern in group]
    return [
        *(f"{folder}/{kind}" for folder in folders for kind in kinds),
        *(pattern[kind] for pattern in patterns for kind in ("maps", "clusters")),
        *(f"{pattern['run']}/summary.json" for pattern in patterns),
        *figure_datasets(wildcards).values(),
        *figure_simulations(wildcards).values(),
    ]


def figure_sections(wildcards):
    names = FIGURES[wildcards.number].get("parameters", [])
    return {name: plain(getattr(parameters(wildcards.preset), name)) for name in sorted(names)}


def figure_changes(wildcards):
    """What the preset changes of that which the figure shows."""
    figure = FIGURES[wildcards.number]
    here = parameters(wildcards.preset)
    experiments = figure.get("experiments", [])
    datasets = {here.experiments[name].dataset for name in experiments} | set(figure.get("datasets", []))
    keys = [
        *(("experiments", name) for name in experiments),
        *(("datasets", name) for name in sorted(datasets)),
        *([("patterns", "method")] if "patterns" in figure else []),
        *((name,) for name in figure.get("parameters", [])),
        *((("snapshots",), ("patterns",)) if "patterns" in figure else ()),
        *(
            (name,)
            for name in ("turing", "gray_scott")
            if any(each.startswith(name) for each in figure.get("simulations", []))
        ),
    ]
    return changes_of(wildcards.preset, keys)


rule draw_figure:
    input:
        files=figure_files,
        sources=lambda wildcards: sources_of("draw_figure", f"pseudo_rd.figures.{FIGURES[wildcards.number]['module']}"),
    output:
        png=report(
            "results/{preset}/figures/fig{number}.png",
            caption="../report/figure.rst",
            category=lambda wildcards: FIGURES[wildcards.number]["section"],
            labels=lambda wildcards: {"figure": f"{wildcards.number}: {FIGURES[wildcards.number]['must_show']}"},
        ),
        pdf="results/{preset}/figures/fig{number}.pdf",
    log:
        "logs/{preset}/draw_figure/fig{number}.log",
    benchmark:
        "results/{preset}/benchmarks/draw_figure/fig{number}.tsv"
    params:
        module=lambda wildcards: FIGURES[wildcards.number]["module"],
        runs=figure_runs,
        weights=lambda wildcards: FIGURES[wildcards.number].get("weights", False),
        patterns=figure_patterns,
        datasets=figure_datasets,
        simulations=figure_simulations,
        sections=figure_sections,
        changes=figure_changes,
    script:
        "../../scripts/draw_figure.py"
