"""What the paper says of training on synthetic data (Figures 3 to 5)."""

from pseudo_rd.claims.claim import Claim, Source, as_good_claim, farther_claims, figure_attributes
from pseudo_rd.claims.words import WITH_OR_WITHOUT
from pseudo_rd.parameters.vocabulary import LAYERS, OBJECTIVES

SYNTHETIC_784 = (Source("runs", "synthetic-784"),)

SYNTHETIC = (
    # Short runs do not show it of the top layer: 1.0 at 2,300 iterations and 1.3 at 23,000 (reading printed).
    *farther_claims("synthetic-784", "03", "On synthetic-784", needs=("datasets.synthetic-784",), carried=True),
    *(
        Claim(
            name=f"error-2300-{objective}",
            where="Results on synthetic data",
            statement=f"About 2,300 iterations reach a test error of 0.016 {WITH_OR_WITHOUT[objective]}.",
            quantity="test error at iteration 2,300",
            criterion="error_at_2300",
            measure="at_iteration",
            reads=SYNTHETIC_784,
            arguments={"objective": objective, "column": "test_error", "iteration": 2300},
            figures=("03",),
            needs=("experiments.synthetic-784.widths",),
        )
        for objective in OBJECTIVES
    ),
    Claim(
        name="figure-3-settles",
        **figure_attributes("03"),
        statement="Up to 23,000 iterations the linear slope stays tiny: the distance has settled.",
        quantity="share of the hidden layer's distance gained in the second half of training, with the critic",
        criterion="settled",
        measure="late_growth",
        reads=SYNTHETIC_784,
        arguments={"objective": "augmented", "column": "distance_hidden"},
        needs=("datasets.synthetic-784",),
        carried=True,
    ),
    *(
        Claim(
            name=f"diffusion-small-{layer}",
            where="Results on synthetic data",
            statement=f"Diffusion is orders of magnitude smaller than reaction ({layer} layer).",
            quantity="diffusion over reaction plus diffusion, median over the recorded iterations",
            criterion="small_diffusion",
            measure="diffusion_share",
            reads=SYNTHETIC_784,
            arguments={"layer": layer},
            figures=("03",),
        )
        for layer in LAYERS
    ),
    *(
        Claim(
            name=f"figure-{int(figure)}-{experiment}-{objective}",
            **figure_attributes(figure),
            statement=f"On {experiment}, the {layer} layer's early distance is alpha (1 - exp(-beta t)) "
            f"{WITH_OR_WITHOUT[objective]}.",
            quantity="R^2 of the fit over the early iterations",
            criterion="explained",
            measure="explained",
            reads=(Source("runs", experiment),),
            arguments={"objective": objective, "column": f"distance_{layer}"},
            settings={"last": "fits.early_iterations"},
        )
        for figure, layer in (("04", "hidden"), ("05", "top"))
        for experiment in ("synthetic-784", "synthetic-1024")
        for objective in OBJECTIVES
    ),
    Claim(
        name="linear-convergence-augmented",
        where="Linear Rate",
        statement="Gradient descent converges exponentially fast under the critic.",
        quantity="R^2 of a straight line through the logarithm of the training error's excess",
        criterion="explained",
        measure="error_decay",
        reads=SYNTHETIC_784,
        arguments={"objective": "augmented"},
    ),
    as_good_claim("synthetic-784", "On synthetic-784"),
)
