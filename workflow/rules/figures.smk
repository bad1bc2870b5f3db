# Finished runs, patterns and simulations in; one png and one pdf for each entry of figures.yaml out.
from pseudo_rd.figures.registry import caption_of, read_registry

try:
    FIGURES = read_registry(Path(workflow.basedir) / "figures.yaml")
except ValueError as error:
    raise WorkflowError(str(error)) from None
FIGURE_FILES = expand(
    "results/{preset}/{reading}/figures/fig{number}.{format}",
    preset=PRESET,
    reading=READING,
    number=FIGURES,
    format=["png", "pdf"],
)


def figure_runs(wildcards):
    """Folders of runs by experiment."""
    figure = FIGURES[wildcards.number]
    if figure.patterns:
        return {}
    return {name: run_folders(wildcards, name, figure.seeds) for name in figure.experiments}


def figure_patterns(wildcards):
    """Files of maps and clusters by experiment."""
    figure = FIGURES[wildcards.number]
    return patterns_of(wildcards, figure.experiments, figure.patterns) if figure.patterns else {}


def figure_datasets(wildcards):
    names = FIGURES[wildcards.number].datasets
    return {name: f"data/processed/{wildcards.preset}/{name}.safetensors" for name in names}


def figure_simulations(wildcards):
    names = FIGURES[wildcards.number].simulations
    return {name: f"results/{wildcards.preset}/simulations/{name}.npz" for name in names}


def figure_files(wildcards):
    """Every file that the figure reads."""
    for name in FIGURES[wildcards.number].experiments:
        if len(parameters(wildcards.preset).experiments[name].widths) > 1:
            raise WorkflowError(
                f"params.yaml: experiments.{name}.widths has several, figure {wildcards.number} draws one: "
                "name one there, and the others in experiments.mnist-widths"
            )
    kinds = ["history.parquet", "summary.json"]
    if FIGURES[wildcards.number].weights:
        kinds.append("snapshots.safetensors")
    folders = [folder for group in figure_runs(wildcards).values() for folder in group]
    patterns = [pattern for group in figure_patterns(wildcards).values() for pattern in group]
    return [
        *(f"{folder}/{kind}" for folder in folders for kind in kinds),
        *(pattern[kind] for pattern in patterns for kind in ("maps", "clusters")),
        *(f"{pattern['run']}/{kind}" for pattern in patterns for kind in ("history.parquet", "summary.json")),
        *figure_datasets(wildcards).values(),
        *figure_simulations(wildcards).values(),
    ]


def figure_sections(wildcards):
    names = FIGURES[wildcards.number].parameters
    return {name: plain(getattr(parameters(wildcards.preset), name)) for name in sorted(names)}


def figure_changes(wildcards):
    """What the preset changes of that which the figure shows."""
    figure = FIGURES[wildcards.number]
    here = parameters(wildcards.preset)
    datasets = {here.experiments[name].dataset for name in figure.experiments} | {*figure.datasets}
    keys = [
        *(("experiments", name) for name in figure.experiments),
        *(("datasets", name) for name in sorted(datasets)),
        *((name,) for name in figure.parameters),
        *((("snapshots",), ("patterns",)) if figure.patterns else ()),
        *((name,) for name in ("turing", "gray_scott") if any(each.startswith(name) for each in figure.simulations)),
    ]
    shown_elsewhere = tuple(
        f"gray_scott pairs.{pair}." for pair in here.gray_scott.pairs if f"gray_scott_{pair}" not in figure.simulations
    )
    return [change for change in changes_of(wildcards.preset, keys) if not change[0].startswith(shown_elsewhere)]


def figure_caption(wildcards, output):
    """The caption, for the report alone. It asks for `output`: such a parameter is none whose change draws anew."""
    return caption_of(FIGURES[wildcards.number], parameters(wildcards.preset).model_dump())


rule draw_figure:
    input:
        files=figure_files,
        sources=lambda wildcards: sources_of("draw_figure", f"pseudo_rd.figures.{FIGURES[wildcards.number].module}"),
    output:
        png=report(
            "results/{preset}/{reading}/figures/fig{number}.png",
            caption="../report/figure.rst",
            category=lambda wildcards: FIGURES[wildcards.number].section,
            labels=lambda wildcards: {"figure": f"{wildcards.number}: {FIGURES[wildcards.number].must_show}"},
        ),
        pdf="results/{preset}/{reading}/figures/fig{number}.pdf",
    log:
        "logs/{preset}/{reading}/draw_figure/fig{number}.log",
    benchmark:
        "results/{preset}/{reading}/benchmarks/draw_figure/fig{number}.tsv"
    wildcard_constraints:
        number="|".join(FIGURES),
    params:
        draw=lambda wildcards: FIGURES[wildcards.number].draw,
        options=lambda wildcards: plain(FIGURES[wildcards.number].options),
        runs=figure_runs,
        weights=lambda wildcards: FIGURES[wildcards.number].weights,
        patterns=figure_patterns,
        datasets=figure_datasets,
        simulations=figure_simulations,
        sections=figure_sections,
        changes=figure_changes,
        reading=lambda wildcards: reading_in_words(wildcards) if FIGURES[wildcards.number].experiments else None,
        caption=figure_caption,
    script:
        "../../scripts/draw_figure.py"
