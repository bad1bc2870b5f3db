"""What the paper says of patterns: Turing's, of neurons, and Gray and Scott's (Figures 18 to 27)."""

from pseudo_rd.claims.claim import MAPPED, Claim, Source
from pseudo_rd.parameters.vocabulary import LAYERS

PRINTED = (Source("simulations", "turing_printed"),)
TEXTBOOK = (Source("simulations", "turing_textbook"),)


def kept(experiment: str, figure: str, layer: str, dataset: str, needs: tuple[str, ...]) -> Claim:
    """The claim of Figures 19 to 22 about training without the critic."""
    return Claim(
        name=f"figure-{int(figure)}-{layer}-kept-without",
        where=f"Figure {int(figure)}",
        statement=f"On {dataset}, without the critic the {layer} layer's neurons keep their initial topology.",
        quantity="share of nearest neighbours in the map kept from start to end (first seed)",
        criterion="topology_kept",
        measure="kept_neighbors",
        reads=(Source("patterns", experiment),),
        arguments={"objective": "supervised", "layer": layer},
        figures=(figure,),
        needs=needs,
        carried=bool(needs),
    )


def broken(experiment: str, figure: str, layer: str, dataset: str, needs: tuple[str, ...]) -> Claim:
    """The claim of Figures 19 to 22 about the critic."""
    return Claim(
        name=f"figure-{int(figure)}-{layer}-broken-with",
        where=f"Figure {int(figure)}",
        statement=f"On {dataset}, the critic breaks the {layer} layer's topology.",
        quantity="neighbours kept without the critic minus neighbours kept with it (first seed)",
        criterion="topology_broken",
        measure="lost_neighbors_more",
        reads=(Source("patterns", experiment),),
        arguments={"layer": layer},
        figures=(figure,),
        needs=needs,
        carried=bool(needs),
    )


PATTERNS = (
    Claim(
        name="figure-18-printed",
        where="Figure 18",
        statement="Turing's system with the printed constants forms patterns.",
        quantity="growth rate of the fastest mode (dispersion relation)",
        criterion="unstable",
        measure="growth_rate",
        reads=PRINTED,
        figures=("18",),
    ),
    Claim(
        name="figure-18-printed-grows",
        where="Figure 18",
        statement="In the simulation with the printed constants the perturbation grows.",
        quantity="standard deviation of u at the end over that at the start",
        criterion="pattern_grows",
        measure="pattern_growth",
        reads=PRINTED,
        figures=("18",),
    ),
    Claim(
        name="figure-18-textbook-grows",
        where="Figure 18",
        statement="With the constants of the textbook that the section follows the perturbation grows.",
        quantity="standard deviation of u at the end over that at the start",
        criterion="pattern_grows",
        measure="pattern_growth",
        reads=TEXTBOOK,
        figures=("18",),
        corrected=True,
        needs=("turing",),
    ),
    Claim(
        name="figure-18-wave-length",
        where="Figure 18",
        statement="The pattern is Turing's: it has the wave length of the fastest mode.",
        quantity="relative difference of measured and predicted wave length (textbook's constants)",
        criterion="wave_length",
        measure="wave_length_error",
        reads=TEXTBOOK,
        settings={"spacing": "turing.spacing"},
        figures=("18",),
        corrected=True,
        needs=("turing",),
    ),
    *(
        claim(experiment, figure, layer, dataset, needs)
        for experiment, figure, dataset, needs in MAPPED
        for claim in (kept, broken)
        for layer in LAYERS
    ),
    Claim(
        name="gray-scott-varied",
        where="Figures 24-27",
        statement="Different F and k give different patterns from an identical start.",
        quantity="root mean square difference of u at the end, for each pair of settings",
        criterion="different_patterns",
        measure="differences_between",
        reads=tuple(Source("simulations", f"gray_scott_fig{number}") for number in (24, 25, 26, 27)),
        arguments={"field": "printed_u"},
        figures=("24", "25", "26", "27"),
        needs=("gray_scott",),
    ),
)
