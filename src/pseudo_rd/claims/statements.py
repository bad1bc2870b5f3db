"""The checkable statements of the paper, in its order: what is claimed, where, and the number that decides."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pseudo_rd.claims import measures
from pseudo_rd.claims.evidence import Evidence

LAYERS = ("hidden", "top")
DRAWN_OVER_TIME = ("remark_3", "equation_13", "equation_15", "equation_31", "equation_38", "equation_39", "equation_41")


@dataclass(frozen=True)
class Claim:
    """A statement and how it is decided.

    Attributes:
        name: its key.
        where: figure, theorem or section of the paper.
        statement: what the paper says, in one sentence.
        quantity: what is measured.
        criterion: key of claims.criteria in params.yaml; every measured number must satisfy it.
        measure: evidence -> numbers, one for each seed unless `quantity` says otherwise; may raise NotTestable.
        figures: those that show it: numbers, and names of the figures of the theory.
        experiments: whose data and networks it is measured on.
        needs: dotted keys of params.yaml that must be the paper's, or the claim is not testable.
    """

    name: str
    where: str
    statement: str
    quantity: str
    criterion: str
    measure: Callable[[Evidence], Sequence[float]]
    figures: tuple[str, ...] = ()
    experiments: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()

    def scale(self, parameters: Mapping[str, Any]) -> list[str]:
        """Dotted keys that say at what scale the claim's experiments run."""
        datasets = sorted({parameters["experiments"][name]["dataset"] for name in self.experiments})
        return [*(f"experiments.{name}" for name in self.experiments), *(f"datasets.{name}" for name in datasets)]


def scale_of(experiment: str) -> tuple[str, ...]:
    """Keys that must be the paper's where a shorter training of fewer neurons on fewer samples may end otherwise."""
    return (f"datasets.{experiment}", f"experiments.{experiment}.widths")


MNIST_SCALE = scale_of("mnist")


def farther(experiment: str, figure: str, layer: str, where: str) -> Claim:
    return Claim(
        name=f"figure-{int(figure)}-{layer}-farther",
        where=f"Figure {int(figure)}",
        statement=f"{where}, the {layer} layer ends farther from its start with the adversary.",
        quantity=f"final distance of the {layer} layer, augmented over supervised",
        criterion="farther",
        measure=lambda evidence: measures.augmented_over_supervised(evidence.runs[experiment], f"distance_{layer}"),
        figures=(figure,),
        experiments=(experiment,),
    )


def saturating_early(experiment: str, figure: str, layer: str, objective: str) -> Claim:
    return Claim(
        name=f"figure-{int(figure)}-{experiment}-{objective}",
        where=f"Figure {int(figure)}",
        statement=f"On {experiment}, the {layer} layer's early distance is alpha (1 - exp(-beta t)) ({objective}).",
        quantity="R^2 of the fit over the early iterations",
        criterion="explained",
        measure=lambda evidence: measures.explained(
            evidence.runs[experiment], objective, f"distance_{layer}", evidence.parameters["fits"]["early_iterations"]
        ),
        figures=(figure,),
        experiments=(experiment,),
    )


def kept(experiment: str, figure: str, layer: str, dataset: str, needs: tuple[str, ...]) -> Claim:
    return Claim(
        name=f"figure-{int(figure)}-{layer}-kept-without",
        where=f"Figure {int(figure)}",
        statement=f"On {dataset}, without diffusion the {layer} layer's neurons keep their initial topology.",
        quantity="share of nearest neighbours in the map kept from start to end (first seed)",
        criterion="topology_kept",
        measure=lambda evidence: measures.kept_neighbors(evidence.patterns[experiment], "supervised", layer),
        figures=(figure,),
        experiments=(experiment,),
        needs=needs,
    )


def broken(experiment: str, figure: str, layer: str, dataset: str, needs: tuple[str, ...]) -> Claim:
    return Claim(
        name=f"figure-{int(figure)}-{layer}-broken-with",
        where=f"Figure {int(figure)}",
        statement=f"On {dataset}, diffusion breaks the {layer} layer's topology.",
        quantity="neighbours kept without diffusion minus neighbours kept with it (first seed)",
        criterion="topology_broken",
        measure=lambda evidence: measures.lost_neighbors_more(evidence.patterns[experiment], layer),
        figures=(figure,),
        experiments=(experiment,),
        needs=needs,
    )


def bound(name: str, where: str, statement: str, key: str, adversary: str) -> Claim:
    return Claim(
        name=name,
        where=where,
        statement=statement,
        quantity="measured over bound at the largest width of the theorems' own setting, worst time",
        criterion="within_bound",
        measure=lambda evidence: measures.bound_ratio(evidence.flow, key, adversary),
        figures=("theory_over_time", "theory_over_width") if key in DRAWN_OVER_TIME else ("theory_over_width",),
    )


THEORY = (
    bound(
        "remark-1-premise",
        "Remark 1",
        "Neurons stay within R = c delta lambda_0 / n^2 of their start.",
        "remark_1_premise",
        "none",
    ),
    bound("remark-1-gram", "Remark 1", "The Gram matrix moves by at most lambda_0 / 4.", "remark_1_shift", "none"),
    bound(
        "remark-1-smallest",
        "Remark 1",
        "The Gram matrix's smallest eigenvalue stays above lambda_0 / 2.",
        "remark_1_smallest",
        "none",
    ),
    bound(
        "remark-2",
        "Remark 2",
        "Predictions follow dz/dt = H (y - z), within a mismatch of 5 %.",
        "remark_2",
        "none",
    ),
    bound("remark-3", "Remark 3", "Without adversary the error falls as exp(-lambda_0 t / 2).", "remark_3", "none"),
    bound("lemma-1", "Lemma 1", "The start lies in a ball of radius zeta.", "lemma_1", "none"),
    bound("lemma-4", "Lemma 4", "The Gram matrix's largest eigenvalue stays below lambda_1 / 2.", "lemma_4", "none"),
    bound("theorem-1-neuron", "Theorem 1, (13)", "Each neuron stays close to its start.", "equation_13", "none"),
    bound("theorem-1-all", "Theorem 1, (15)", "All neurons together stay close to the start.", "equation_15", "none"),
    bound(
        "theorem-2-sum",
        "Theorem 2, (24)",
        "The adversary's signed sum obeys Hoeffding's bound.",
        "equation_24",
        "trained",
    ),
    bound("theorem-2-slope", "Theorem 2, (27)", "The adversary's slope stays small.", "equation_27", "trained"),
    bound(
        "theorem-2-convergence",
        "Theorem 2, (31)",
        "With the adversary the error still falls exponentially fast.",
        "equation_31",
        "trained",
    ),
    bound("theorem-2-diffusion", "Theorem 2, (38)", "A neuron's diffusion obeys its bound.", "equation_38", "trained"),
    bound(
        "theorem-2-diffusion-frozen",
        "Theorem 2, (38)",
        "The same for an adversary that is not trained, for which alone the proof holds.",
        "equation_38",
        "frozen",
    ),
    bound("theorem-2-neuron", "Theorem 2, (39)", "Each neuron stays within the larger ball.", "equation_39", "trained"),
    bound("theorem-2-all", "Theorem 2, (41)", "All neurons stay within the larger ball.", "equation_41", "trained"),
    Claim(
        name="theorem-2-farther",
        where="Theorem 2",
        statement="In the theorems' setting descent explores a larger subspace with the adversary.",
        quantity="final distance with a trained adversary over that without, largest width",
        criterion="farther",
        measure=lambda evidence: measures.flow_distance_ratio(evidence.flow),
        figures=("theory_over_time",),
    ),
    Claim(
        name="theorem-2-linear-term",
        where="Theorem 2",
        statement="The adversary adds a term linear in time to the distance.",
        quantity="share of the distance gained in the second half of the time, with a trained adversary less without",
        criterion="still_growing",
        measure=lambda evidence: measures.flow_late_growth(evidence.flow),
        figures=("theory_over_time",),
    ),
    Claim(
        name="theorem-2-narrow",
        where="Theorem 2",
        statement="A neuron's diffusion falls with the width.",
        quantity="exponent p of the largest diffusion ~ m^p",
        criterion="falls_with_width",
        measure=lambda evidence: measures.flow_diffusion_exponent(evidence.flow),
        figures=("theory_over_width",),
    ),
    Claim(
        name="theorem-3-order",
        where="Theorem 3",
        statement="The hidden layer's diffusion is of the order m^2 that its bound gives.",
        quantity="exponent p of the diffusion at the start ~ m^p over the widths (means over seeds)",
        criterion="order_of_theorem_3",
        measure=lambda evidence: [
            measures.width_exponent(measures.first_diffusion(evidence.runs["mnist-widths"], "hidden"))
        ],
        figures=("width_study",),
        experiments=("mnist-widths",),
    ),
    Claim(
        name="theorem-3-hidden-later",
        where="Theorem 3",
        statement="The hidden layer breaks later than the top layer, its diffusion being weaker.",
        quantity="iteration at which the hidden layer has moved by a set share of its norm, over the top layer's",
        criterion="later",
        measure=lambda evidence: measures.hidden_leaves_after_top(
            evidence.runs["synthetic-784"], evidence.parameters["claims"]["leaving_share"]
        ),
        figures=("19",),
        experiments=("synthetic-784",),
    ),
)

SYNTHETIC = (
    *(farther("synthetic-784", "03", layer, "On synthetic-784") for layer in LAYERS),
    Claim(
        name="error-2300-supervised",
        where="Results on synthetic data",
        statement="About 2,300 iterations reach a test error of 0.016 (supervised).",
        quantity="test error at iteration 2,300",
        criterion="error_at_2300",
        measure=lambda evidence: measures.at_iteration(
            evidence.runs["synthetic-784"], "supervised", "test_error", 2300
        ),
        figures=("03",),
        experiments=("synthetic-784",),
    ),
    Claim(
        name="error-2300-augmented",
        where="Results on synthetic data",
        statement="About 2,300 iterations reach a test error of 0.016 (augmented).",
        quantity="test error at iteration 2,300",
        criterion="error_at_2300",
        measure=lambda evidence: measures.at_iteration(evidence.runs["synthetic-784"], "augmented", "test_error", 2300),
        figures=("03",),
        experiments=("synthetic-784",),
    ),
    Claim(
        name="figure-3-settles",
        where="Figure 3",
        statement="Up to 23,000 iterations the linear slope stays tiny: the distance has settled.",
        quantity="share of the hidden layer's distance gained in the second half of training (augmented)",
        criterion="settled",
        measure=lambda evidence: measures.late_growth(evidence.runs["synthetic-784"], "augmented", "distance_hidden"),
        figures=("03",),
        experiments=("synthetic-784",),
        needs=("datasets.synthetic-784",),
    ),
    *(
        Claim(
            name=f"diffusion-small-{layer}",
            where="Results on synthetic data",
            statement=f"Diffusion is orders of magnitude smaller than reaction ({layer} layer).",
            quantity="diffusion over reaction plus diffusion, median over the recorded iterations",
            criterion="small_diffusion",
            measure=lambda evidence, layer=layer: measures.diffusion_share(evidence.runs["synthetic-784"], layer),
            figures=("03",),
            experiments=("synthetic-784",),
        )
        for layer in LAYERS
    ),
    *(
        saturating_early(experiment, figure, layer, objective)
        for figure, layer in (("04", "hidden"), ("05", "top"))
        for experiment in ("synthetic-784", "synthetic-1024")
        for objective in ("supervised", "augmented")
    ),
    Claim(
        name="linear-convergence-augmented",
        where="Linear Rate",
        statement="Gradient descent converges exponentially fast under the adversary.",
        quantity="R^2 of a straight line through the logarithm of the training error's excess",
        criterion="explained",
        measure=lambda evidence: measures.error_decay(evidence.runs["synthetic-784"], "augmented"),
        experiments=("synthetic-784",),
    ),
)

IMAGES = (
    *(farther("mnist", "06", layer, "On MNIST") for layer in LAYERS),
    *(farther("mnist-wide", "07", layer, "On MNIST in the wider network") for layer in LAYERS),
    *(
        Claim(
            name=f"figure-8-spread-{layer}-{objective}",
            where="Figure 8",
            statement=f"Between starts the {layer} layer's distance varies by less than 2.5 % ({objective}).",
            quantity="standard deviation over seeds divided by the mean, at the end",
            criterion="spread_between_starts",
            measure=lambda evidence, layer=layer, objective=objective: measures.spread_between_starts(
                evidence.runs["mnist"], objective, f"distance_{layer}"
            ),
            figures=("08",),
            experiments=("mnist",),
            needs=MNIST_SCALE,
        )
        for layer in LAYERS
        for objective in ("supervised", "augmented")
    ),
    Claim(
        name="figure-8-exponential",
        where="Figure 8",
        statement="From every start the hidden layer breaks at an exponential rate (augmented).",
        quantity="R^2 of alpha (1 - exp(-beta t)) over the whole run",
        criterion="explained",
        measure=lambda evidence: measures.explained(evidence.runs["mnist"], "augmented", "distance_hidden", None),
        figures=("08",),
        experiments=("mnist",),
    ),
    *(
        Claim(
            name=f"figure-9-converges-{objective}",
            where="Figure 9",
            statement=f"Training reaches the error 0.001 within 1,000 epochs ({objective}).",
            quantity="1 where the run stopped by convergence, 0 where by its limit",
            criterion="converged",
            measure=lambda evidence, objective=objective: measures.converged(evidence.runs["mnist"], objective),
            figures=("09",),
            experiments=("mnist",),
            needs=MNIST_SCALE,
        )
        for objective in ("supervised", "augmented")
    ),
    Claim(
        name="figure-9-error-falls",
        where="Figure 9",
        statement="The training error falls to a small part of its start with the adversary too.",
        quantity="training error at the end over that at the start (augmented)",
        criterion="error_falls",
        measure=lambda evidence: measures.error_drop(evidence.runs["mnist"], "augmented"),
        figures=("09",),
        experiments=("mnist",),
        needs=MNIST_SCALE,
    ),
    *(
        claim
        for experiment, variance, features in (("mnist", "10", "11"), ("fashion-mnist", "14", "15"))
        for claim in (
            Claim(
                name=f"figure-{variance}-variance",
                where=f"Figure {variance}",
                statement="Filters of largest norm have a higher variance with diffusion.",
                quantity="mean variance of the nine filters, augmented over supervised",
                criterion="higher_variance",
                measure=lambda evidence, name=experiment: measures.filter_ratio(evidence.filters[name], "variance"),
                figures=(variance,),
                experiments=(experiment,),
                needs=scale_of(experiment),
            ),
            Claim(
                name=f"figure-{variance}-organized",
                where=f"Figure {variance}",
                statement="With diffusion the weights of a filter organize in space.",
                quantity="mean Moran's I of the nine filters on the pixel grid, augmented minus supervised",
                criterion="spatially_organized",
                measure=lambda evidence, name=experiment: measures.filter_difference(evidence.filters[name], "moran"),
                figures=(variance,),
                experiments=(experiment,),
                needs=scale_of(experiment),
            ),
            Claim(
                name=f"figure-{features}-everywhere",
                where=f"Figure {features}",
                statement="Without diffusion, excitation is largest for a perturbation of every pixel.",
                quantity="share of pixels perturbed by the full epsilon (supervised)",
                criterion="every_pixel",
                measure=lambda evidence, name=experiment: measures.filter_mean(
                    evidence.filters[name], "supervised", "full_perturbation"
                ),
                figures=(features,),
                experiments=(experiment,),
            ),
            Claim(
                name=f"figure-{features}-where-it-matters",
                where=f"Figure {features}",
                statement="With diffusion, only pixels with essential information are perturbed.",
                quantity="share of pixels perturbed by the full epsilon (augmented)",
                criterion="few_pixels",
                measure=lambda evidence, name=experiment: measures.filter_mean(
                    evidence.filters[name], "augmented", "full_perturbation"
                ),
                figures=(features,),
                experiments=(experiment,),
            ),
        )
    ),
    *(farther("fashion-mnist", "13", layer, "On FashionMNIST") for layer in LAYERS),
    *(
        Claim(
            name=f"figure-13-above-synthetic-{objective}",
            where="Figure 13",
            statement=f"On FashionMNIST the distance is larger than on synthetic data ({objective}).",
            quantity="hidden layer's final distance on FashionMNIST over that on synthetic-784 (means over seeds)",
            criterion="farther",
            measure=lambda evidence, objective=objective: measures.between_experiments(
                evidence.runs["fashion-mnist"], evidence.runs["synthetic-784"], objective, "distance_hidden"
            ),
            figures=("13",),
            experiments=("fashion-mnist", "synthetic-784"),
        )
        for objective in ("supervised", "augmented")
    ),
    *(farther("cifar10", "16", layer, "On CIFAR10") for layer in LAYERS),
    *(farther("mnist-narrow", "17", layer, "On MNIST in the narrow network") for layer in LAYERS),
    Claim(
        name="figure-17-linear",
        where="Figures 16, 17",
        statement="In a narrow network a linear slope dominates the distance beyond the settling point.",
        quantity="AIC gained by adding a slope to alpha (1 - exp(-beta t)) over the whole run (augmented)",
        criterion="worth_a_slope",
        measure=lambda evidence: measures.akaike_gain(evidence.runs["mnist-narrow"], "augmented", "distance_hidden"),
        figures=("17",),
        experiments=("mnist-narrow",),
    ),
    Claim(
        name="slope-against-width",
        where="Dissection of Diffusion",
        statement="The linear slope is larger with fewer hidden units (Theorem 2: as m^-1/2).",
        quantity="exponent p of the late slope ~ m^p over the widths (augmented)",
        criterion="falls_with_width",
        measure=lambda evidence: [
            measures.width_exponent(measures.late_slopes(evidence.runs["mnist-widths"], "augmented", "distance_hidden"))
        ],
        figures=("16", "17", "width_study"),
        experiments=("mnist-widths",),
    ),
    Claim(
        name="every-width-farther",
        where="Training Details",
        statement="The hidden layer ends farther with the adversary at every width.",
        quantity="final distance of the hidden layer, augmented over supervised, for each width",
        criterion="farther",
        measure=lambda evidence: measures.augmented_over_supervised(evidence.runs["mnist-widths"], "distance_hidden"),
        experiments=("mnist-widths",),
    ),
)

PATTERNS = (
    Claim(
        name="figure-18-printed",
        where="Figure 18",
        statement="Turing's system with the printed constants forms patterns.",
        quantity="growth rate of the fastest mode (dispersion relation)",
        criterion="unstable",
        measure=lambda evidence: [float(evidence.simulations["turing_printed"]["growth_rate"])],
        figures=("18",),
    ),
    Claim(
        name="figure-18-printed-grows",
        where="Figure 18",
        statement="In the simulation with the printed constants the perturbation grows.",
        quantity="standard deviation of u at the end over that at the start",
        criterion="pattern_grows",
        measure=lambda evidence: measures.pattern_growth(evidence.simulations["turing_printed"]),
        figures=("18",),
    ),
    Claim(
        name="figure-18-textbook-grows",
        where="Figure 18",
        statement="With the constants of the textbook that the section follows the perturbation grows.",
        quantity="standard deviation of u at the end over that at the start",
        criterion="pattern_grows",
        measure=lambda evidence: measures.pattern_growth(evidence.simulations["turing_textbook"]),
        figures=("18",),
        needs=("turing",),
    ),
    Claim(
        name="figure-18-wave-length",
        where="Figure 18",
        statement="The pattern is Turing's: it has the wave length of the fastest mode.",
        quantity="relative difference of measured and predicted wave length (textbook's constants)",
        criterion="wave_length",
        measure=lambda evidence: measures.wave_length_error(
            evidence.simulations["turing_textbook"], evidence.parameters["turing"]["spacing"]
        ),
        figures=("18",),
        needs=("turing",),
    ),
    *(
        claim(experiment, figure, layer, dataset, needs)
        for experiment, figure, dataset, needs in (
            # 2,300 iterations, where the paper finds the error acceptable, are enough to look at synthetic data.
            ("synthetic-784", "19", "synthetic-784", ()),
            ("synthetic-1024", "20", "synthetic-1024", ()),
            ("mnist", "21", "MNIST", scale_of("mnist")),
            ("fashion-mnist", "22", "FashionMNIST", scale_of("fashion-mnist")),
        )
        for claim in (kept, broken)
        for layer in LAYERS
    ),
    Claim(
        name="gray-scott-varied",
        where="Figures 24-27",
        statement="Different F and k give different patterns from an identical start.",
        quantity="root mean square difference of u at the end, for each pair of settings",
        criterion="different_patterns",
        measure=lambda evidence: measures.differences_between(
            [evidence.simulations[f"gray_scott_fig{number}"] for number in (24, 25, 26, 27)], "printed_u"
        ),
        figures=("24", "25", "26", "27"),
        needs=("gray_scott",),
    ),
)

CLAIMS: tuple[Claim, ...] = (*THEORY, *SYNTHETIC, *IMAGES, *PATTERNS)

# Those that are decided by runs on synthetic data, hence under each reading of L.
READING_CLAIMS = (
    "figure-3-hidden-farther",
    "figure-3-top-farther",
    "theorem-3-hidden-later",
    "error-2300-augmented",
    "diffusion-small-hidden",
    "diffusion-small-top",
    "figure-4-synthetic-784-augmented",
    "figure-5-synthetic-784-augmented",
    "linear-convergence-augmented",
)
