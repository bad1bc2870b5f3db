"""What Theorems 1 to 3 say, in their own setting and of trained networks."""

from pseudo_rd.claims.claim import MAPPED_DATA, Claim, Source
from pseudo_rd.theory.statements import STATEMENTS, Adversary, Statement

FLOW = (Source("flow"),)


def bound_claim(statement: Statement, adversary: Adversary) -> Claim:
    """The claim that a statement of the theory holds at the largest width."""
    frozen = adversary == "frozen"
    return Claim(
        name=f"{statement.name}-frozen" if frozen else statement.name,
        where=statement.where,
        statement="The same for a critic that is not trained, for which alone the proof holds."
        if frozen
        else statement.sentence,
        quantity=f"{statement.ratio} at the largest width of the theorems' own setting, worst time",
        criterion="within_bound",
        measure="bound_ratio",
        reads=FLOW,
        arguments={"statement": statement.name, "adversary": adversary},
        corrected=frozen,
        figures=("theory_over_time", "theory_over_width") if statement.panel else ("theory_over_width",),
    )


def judged_adversaries(statement: Statement) -> tuple[Adversary, ...]:
    """The adversaries that a statement is judged with: the paper's own case, and the proof's where they differ."""
    if "none" in statement.adversaries:
        return ("none",)
    return ("trained", "frozen") if statement.name == "theorem-2-diffusion" else ("trained",)


THEOREMS = (
    *(bound_claim(statement, adversary) for statement in STATEMENTS for adversary in judged_adversaries(statement)),
    Claim(
        name="theorem-2-farther",
        where="Theorem 2",
        statement="In the theorems' setting descent explores a larger subspace with the critic.",
        quantity="final distance with a trained critic over that without, largest width",
        criterion="farther",
        measure="flow_distance_ratio",
        reads=FLOW,
        figures=("theory_over_time",),
    ),
    Claim(
        name="theorem-2-linear-term",
        where="Theorem 2",
        statement="The critic adds a term linear in time to the distance.",
        quantity="share of the distance gained in the second half of the time, with a trained critic less without",
        criterion="still_growing",
        measure="flow_late_growth",
        reads=FLOW,
        figures=("theory_over_time",),
    ),
    Claim(
        name="theorem-2-narrow",
        where="Theorem 2",
        statement="A neuron's diffusion falls with the width (its bound (38): as m^-1).",
        quantity="exponent p of the largest diffusion ~ m^p",
        criterion="falls_with_width",
        measure="flow_diffusion_exponent",
        reads=FLOW,
        figures=("theory_over_width",),
    ),
    Claim(
        name="theorem-3-order",
        where="Theorem 3",
        statement="The hidden layer's diffusion grows with the width at most as its bound, m^2.",
        quantity="exponent p of the diffusion at the start ~ m^p over the widths (means over seeds)",
        criterion="order_of_theorem_3",
        measure="diffusion_exponent",
        reads=(Source("runs", "mnist-widths"),),
        arguments={"layer": "hidden"},
        figures=("width_study",),
    ),
    Claim(
        name="theorem-3-hidden-later",
        where="Theorem 3",
        statement="The hidden layer breaks later than the top layer.",
        quantity="iteration at which the hidden layer has moved by a set share of its norm, over the top layer's",
        criterion="later",
        measure="hidden_leaves_after_top",
        reads=(Source("runs", "synthetic-784"),),
        settings={"share": "claims.leaving_share"},
        figures=("19",),
    ),
    *(
        # Below Figure 20: D^u has the tighter bound, so it "has a lower rate of diffusion".
        Claim(
            name=f"theorem-3-{experiment}-weaker-diffusion",
            where="Theorem 3",
            statement=f"On {dataset}, the hidden layer has a lower rate of diffusion than the top layer.",
            quantity="a hidden neuron's diffusion over a top neuron's with the critic, median over the recorded "
            "iterations",
            criterion="lower_rate",
            measure="hidden_over_top_diffusion",
            reads=(Source("runs", experiment),),
            figures=(figure,),
            needs=needs,
        )
        for experiment, figure, dataset, needs in MAPPED_DATA
    ),
)
