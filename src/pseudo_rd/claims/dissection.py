"""What the paper says of narrow networks and of the width (Dissection of Diffusion, Figures 16 and 17)."""

from pseudo_rd.claims.claim import Claim, Source, as_good_claim, farther_claims

WIDTHS = (Source("runs", "mnist-widths"),)
NARROW = "On MNIST in the narrow network"

DISSECTION = (
    *farther_claims("cifar10", "16", "On CIFAR10"),
    # Top: 1.05 times as far after 50 epochs, 1.00 to 1.03 times after 1,000 (night and full, reading printed).
    *farther_claims("mnist-narrow", "17", NARROW, needs=("datasets.mnist",)),
    # An error 0.95 to 1.03 times as large after 50 epochs, 1.29 to 1.37 after 1,000 (paper, reading printed).
    as_good_claim("mnist-narrow", NARROW, needs=("datasets.mnist",)),
    Claim(
        name="figure-17-linear",
        where="Figures 16, 17",
        statement="In a narrow network the critic adds a linear slope to the distance beyond the settling point.",
        quantity="hidden layer's gain in distance over the second half of training, with the critic over without",
        criterion="steeper",
        measure="late_gain_ratio",
        reads=(Source("runs", "mnist-narrow"),),
        arguments={"column": "distance_hidden"},
        figures=("17",),
        # 1.2 to 1.4 times as much after 50 epochs, 0.99 to 1.08 after 1,000 (night and full, reading printed).
        needs=("datasets.mnist",),
    ),
    Claim(
        name="slope-against-width",
        where="Dissection of Diffusion",
        statement="The linear slope is larger with fewer hidden units (Theorem 2: as m^-1/2).",
        quantity="exponent p of the late slope with the critic less that without ~ m^p over the widths",
        criterion="falls_with_width",
        measure="added_slope_exponent",
        reads=WIDTHS,
        arguments={"column": "distance_hidden"},
        figures=("16", "17", "width_study"),
        # The slope is looked at once the reaction has settled; after 50 epochs it has not.
        needs=("datasets.mnist",),
    ),
    Claim(
        name="every-width-farther",
        where="Training Details",
        statement="The hidden layer ends farther with the critic at every width.",
        quantity="final distance of the hidden layer, with the critic over without, for each width",
        criterion="farther",
        measure="augmented_over_supervised_at_widths",
        reads=WIDTHS,
        arguments={"column": "distance_hidden"},
        # The same runs cut to quick's 280 iterations fail at some widths that hold later (night, reading printed).
        needs=("datasets.mnist.source",),
    ),
)
