"""What the paper says of narrow networks and of the width (Dissection of Diffusion, Figures 16 and 17)."""

from pseudo_rd.claims.claim import LAYERS, Claim, Source, farther

WIDTHS = (Source("runs", "mnist-widths"),)

DISSECTION = (
    *(farther("cifar10", "16", layer, "On CIFAR10") for layer in LAYERS),
    *(farther("mnist-narrow", "17", layer, "On MNIST in the narrow network") for layer in LAYERS),
    Claim(
        name="figure-17-linear",
        where="Figures 16, 17",
        statement="In a narrow network a linear slope dominates the distance beyond the settling point.",
        quantity="AIC gained by adding a slope to alpha (1 - exp(-beta t)) over the whole run (augmented)",
        criterion="worth_a_slope",
        measure="akaike_gain",
        reads=(Source("runs", "mnist-narrow"),),
        arguments={"objective": "augmented", "column": "distance_hidden"},
        figures=("17",),
    ),
    Claim(
        name="slope-against-width",
        where="Dissection of Diffusion",
        statement="The linear slope is larger with fewer hidden units (Theorem 2: as m^-1/2).",
        quantity="exponent p of the late slope ~ m^p over the widths (augmented)",
        criterion="falls_with_width",
        measure="slope_exponent",
        reads=WIDTHS,
        arguments={"objective": "augmented", "column": "distance_hidden"},
        figures=("16", "17", "width_study"),
    ),
    Claim(
        name="every-width-farther",
        where="Training Details",
        statement="The hidden layer ends farther with the adversary at every width.",
        quantity="final distance of the hidden layer, augmented over supervised, for each width",
        criterion="farther",
        measure="augmented_over_supervised_at_widths",
        reads=WIDTHS,
        arguments={"column": "distance_hidden"},
        # The same runs cut to quick's 280 iterations fail at some widths that hold later (night, reading printed).
        needs=("datasets.mnist.source",),
    ),
)
