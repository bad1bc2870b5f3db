"""What the paper says of patterns: Turing's, of neurons, and Gray and Scott's (Figures 18 to 27)."""

from dataclasses import replace

from pseudo_rd.claims.claim import MAPPED_DATA, Claim, Source, figure_attributes
from pseudo_rd.parameters.vocabulary import LAYERS


def turing_claims() -> list[Claim]:
    """The claims of Figure 18 about Turing's system, with the printed constants and with those of the textbook."""
    instability = Claim(
        name="figure-18-printed",
        **figure_attributes("18"),
        statement="Turing's system with the printed constants forms patterns.",
        quantity="growth rate of the fastest mode (dispersion relation)",
        criterion="unstable",
        measure="growth_rate",
        reads=(Source("simulations", "turing_printed"),),
    )
    growth = replace(
        instability,
        name="figure-18-printed-grows",
        statement="In the simulation with the printed constants the perturbation grows.",
        quantity="standard deviation of u at the end over that at the start",
        criterion="pattern_grows",
        measure="pattern_growth",
    )
    textbook_growth = replace(
        growth,
        name="figure-18-textbook-grows",
        statement="With the constants of the textbook that the section follows the perturbation grows.",
        reads=(Source("simulations", "turing_textbook"),),
        corrected=True,
        needs=("turing",),
    )
    wave_length = replace(
        textbook_growth,
        name="figure-18-wave-length",
        statement="The pattern is Turing's: it has the wave length of the fastest mode.",
        quantity="relative difference of measured and predicted wave length (textbook's constants)",
        criterion="wave_length",
        measure="wave_length_error",
        settings={"spacing": "turing.spacing"},
    )
    return [instability, growth, textbook_growth, wave_length]


def topology_claims(experiment: str, figure: str, dataset: str, needs: tuple[str, ...]) -> list[Claim]:
    """The claims of Figures 19 to 22 about the neighbours of each layer's neurons, without the critic and with it."""
    kept_claims = [
        Claim(
            name=f"figure-{figure}-{layer}-kept-without",
            **figure_attributes(figure),
            statement=f"On {dataset}, without the critic the {layer} layer's neurons keep their initial topology.",
            quantity="share of nearest neighbours in the map kept from start to end (first seed)",
            criterion="topology_kept",
            measure="kept_neighbors",
            reads=(Source("patterns", experiment),),
            arguments={"objective": "supervised", "layer": layer},
            needs=needs,
            carried=bool(needs),
        )
        for layer in LAYERS
    ]
    broken_claims = [
        replace(
            claim,
            name=f"figure-{figure}-{layer}-broken-with",
            statement=f"On {dataset}, the critic breaks the {layer} layer's topology.",
            quantity="neighbours kept without the critic minus neighbours kept with it (first seed)",
            criterion="topology_broken",
            measure="lost_neighbors_more",
            arguments={"layer": layer},
        )
        for claim, layer in zip(kept_claims, LAYERS, strict=True)
    ]
    return kept_claims + broken_claims


PATTERNS = (
    *turing_claims(),
    *(claim for arguments in MAPPED_DATA for claim in topology_claims(*arguments)),
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
