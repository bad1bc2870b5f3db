# What an entry of figures.yaml names -> one figure as png and pdf, or one film as gif, mp4 and a page that plays it.
from pseudo_rd.claims.claim import value_at
from pseudo_rd.figures.registry import caption_of, label_of, read_registry, stem_of

try:
    REGISTRY = read_registry(Path(workflow.basedir) / "figures.yaml")
except ValueError as error:
    raise WorkflowError(str(error)) from None
FIGURES = {stem_of(name): entry for name, entry in REGISTRY.items()}
LABELS = {stem_of(name): label_of(name, entry) for name, entry in REGISTRY.items()}


def stems_of(*targets):
    return [stem for stem, figure in FIGURES.items() if figure.target in targets]


def figure_datasets(figure):
    """The data sets of the figure; of those beyond the paper's pair the ones that `beyond` compares."""
    beyond_datasets = parameters().beyond.datasets
    return [name for name in figure.datasets if name in beyond_datasets or not figure.cases]


def figure_runs(wildcards):
    """Folders of the runs that the figure draws, by experiment or case."""
    figure = FIGURES[wildcards.figure]
    if figure.cases:
        return {
            f"{case}/{dataset}": folders
            for dataset in figure_datasets(figure)
            for case, folders in beyond_runs(wildcards, dataset).items()
        }
    return {} if figure.patterns else {name: run_folders(wildcards, name, figure.seeds) for name in figure.experiments}


def table_files(wildcards, name):
    """The files of a table, one below the other."""
    if name == "controls":
        return control_tables(wildcards)
    if name in ("scales", "dial"):
        return universe_histories(wildcards, name)
    return [f"{layout(wildcards).shared}/multiverse/{name}.parquet"]


def drawing_inputs(wildcards):
    """What the figure is drawn from, as `gather_inputs` takes it: files by name, and parameters."""
    figure, results = FIGURES[wildcards.figure], layout(wildcards)
    arguments = {
        "runs": figure_runs(wildcards),
        "weights": figure.weights,
        "patterns": patterns_of(wildcards, figure.experiments, figure.patterns) if figure.patterns else {},
        "datasets": {name: dataset_file(wildcards, name) for name in figure_datasets(figure)},
        "simulations": {name: results.simulation(name) for name in figure.simulations},
        "flow": results.flow if figure.flow else "",
        "tables": {name: table_files(wildcards, name) for name in figure.tables},
        "frames": {name: f"{results.folder}/moving/{name}.npz" for name in figure.frames},
        "parameters": {
            key: value_at(parameters(wildcards.preset).model_dump(mode="json"), key)
            for key in sorted(figure.parameters)
        },
    }
    return {name: value for name, value in arguments.items() if value}


def figure_files(wildcards):
    """Every file that the figure reads."""
    figure, arguments = FIGURES[wildcards.figure], drawing_inputs(wildcards)
    for name in figure.experiments:
        if figure.widths == "one" and len(parameters(wildcards.preset).experiments[name].widths) > 1:
            raise WorkflowError(
                f"params.yaml: experiments.{name}.widths has several, {wildcards.figure} draws one: "
                "name one there, and the others in experiments.mnist-widths"
            )
    patterns = arguments.get("patterns", {})
    folders = [folder for group in arguments.get("runs", {}).values() for folder in group]
    return [
        *run_files(folders, *(["snapshots.safetensors"] if figure.weights else [])),
        *pattern_files(patterns),
        *run_files(pattern["run"] for group in patterns.values() for pattern in group),
        *(path for kind in ("datasets", "simulations", "frames") for path in arguments.get(kind, {}).values()),
        *([arguments["flow"]] if figure.flow else []),
        *(path for paths in arguments.get("tables", {}).values() for path in paths),
    ]


def figure_widths(wildcards):
    """Numbers of hidden neurons of the figure's networks, ascending; of readings the widest are drawn."""
    figure, values = FIGURES[wildcards.figure], parameters(wildcards.preset)
    widest = {name: max(place.widths) for name, place in values.multiverse.places.items()}
    table_widths = {
        "controls": {values.controls.width},
        "dial": {widest[values.multiverse.dial.dataset]},
        "scales": {*values.multiverse.scales.widths},
        "verdicts": {*widest.values()},
    }
    widths = {width for name in figure.experiments for width in values.experiments[name].widths}
    widths |= {width for name in figure.tables for width in table_widths.get(name, ())}
    widths |= {*values.theory.widths} if figure.flow else set()
    widths |= {values.moving.neurons.width} if "neurons" in figure.film_sections else set()
    return sorted(widths)


def figure_reading(wildcards):
    """The reading, where the figure shows networks that were trained under one."""
    figure = FIGURES[wildcards.figure]
    trained = figure.experiments or "controls" in figure.tables or "neurons" in figure.film_sections
    return wildcards.reading if trained else None


def figure_caption(wildcards, output):
    """The caption and what came out, for the report alone. It takes `output`, so that a new caption redraws nothing."""
    figure = FIGURES[wildcards.figure]
    caption = caption_of(figure, parameters(wildcards.preset).model_dump())
    if figure.target not in ("figures", "theory"):
        return caption
    name = wildcards.figure.removeprefix("fig")
    return (
        f"{caption}\n\n.. include:: results/{wildcards.preset}/{wildcards.reading}/outcomes.rst\n"
        f"   :start-after: .. begin {name}\n   :end-before: .. end {name}"
    )


def reported(path, remark=""):
    """A file that the report shows, in its section."""
    return report(
        path,
        caption="../report/figure.rst",
        category=lambda wildcards: FIGURES[wildcards.figure].section,
        labels=lambda wildcards: {"figure": f"{LABELS[wildcards.figure]}{remark}"},
    )


def drawing_code(wildcards):
    """Digests of what the script imports by name: what draws, and what saves."""
    modules = FIGURES[wildcards.figure].module, "pseudo_rd.figures.style"
    return [code_digest(PACKAGE.parent / f"{module.replace('.', '/')}.py", PACKAGE) for module in modules]


rule draw_figure:
    input:
        files=figure_files,
    output:
        png=reported("results/{preset}/{reading}/figures/{figure}.png"),
        pdf="results/{preset}/{reading}/figures/{figure}.pdf",
    wildcard_constraints:
        figure="|".join(stems_of("figures", "theory")),
    params:
        drawing=drawing_code,
        draw=lambda wildcards: FIGURES[wildcards.figure].draw,
        options=lambda wildcards: plain(FIGURES[wildcards.figure].options),
        inputs=drawing_inputs,
        widths=figure_widths,
        reading=figure_reading,
        save="style.save_figure",
        saving={},
        caption=figure_caption,
    script:
        "../../scripts/draw_figure.py"


use rule draw_figure as draw_multiverse with:
    output:
        png=reported("results/{preset}/multiverse/figures/{figure}.png"),
        pdf="results/{preset}/multiverse/figures/{figure}.pdf",
    wildcard_constraints:
        figure="|".join(stems_of("multiverse")),


use rule draw_figure as draw_beyond with:
    output:
        png=reported("results/{preset}/{reading}/{target}/figures/{figure}.png"),
        pdf="results/{preset}/{reading}/{target}/figures/{figure}.pdf",
    wildcard_constraints:
        target="beyond|controls",
        figure="|".join(stems_of("beyond", "controls")),


use rule draw_figure as draw_film with:
    output:
        page=reported("results/{preset}/{reading}/moving/{figure}.html"),
        gif=reported("results/{preset}/{reading}/moving/{figure}.gif", ": GIF to save"),
        mp4=reported("results/{preset}/{reading}/moving/{figure}.mp4", ": MP4 to save"),
    wildcard_constraints:
        figure="|".join(stems_of("moving")),
    params:
        save="moving.save_film",
        saving=lambda wildcards: {
            "title": FIGURES[wildcards.figure].title,
            "frames_per_second": parameters(wildcards.preset).moving.frames_per_second,
            "pause": parameters(wildcards.preset).moving.pause,
        },


def files_of(target):
    """Every file of the figures that a target makes, in the preset and reading in use."""
    draw_rule = {
        "multiverse": rules.draw_multiverse,
        "moving": rules.draw_film,
        "beyond": rules.draw_beyond,
        "controls": rules.draw_beyond,
    }.get(target, rules.draw_figure)
    stems = [stem for stem in stems_of(target) if figure_datasets(FIGURES[stem]) or not FIGURES[stem].cases]
    return expand(draw_rule.output, preset=PRESET, reading=READING, target=target, figure=stems)
