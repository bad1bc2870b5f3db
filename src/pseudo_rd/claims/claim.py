"""A statement of the paper and how it is decided, as data: nothing here computes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from pseudo_rd.parameters.vocabulary import LAYERS

Kind = Literal["runs", "patterns", "filters", "simulations", "flow"]
EXPERIMENTS_KINDS: tuple[Kind, ...] = ("runs", "patterns", "filters")


@dataclass(frozen=True)
class Source:
    """One thing that a claim reads.

    Attributes:
        kind: the field of `Evidence`.
        name: the experiment of params.yaml, or the simulation; empty for the one study of the theorems' setting.
    """

    kind: Kind
    name: str = ""


@dataclass(frozen=True)
class Claim:
    """A statement and how it is decided.

    Attributes:
        name: its key.
        where: figure, theorem or section of the paper.
        statement: what the paper says, in one sentence.
        quantity: what is measured.
        criterion: key of claims.criteria in params.yaml; every measured number must satisfy it.
        measure: of `claims.measures` the one that gives the numbers, by name, so that the workflow can ask what the
            claims read without loading what they are computed with.
        reads: what the measure is handed, in this order; it sees nothing else.
        arguments: the measure's further arguments.
        settings: arguments that params.yaml sets: by argument its dotted key.
        figures: those that show it: numbers, and names of the figures of the theory.
        corrected: whether it is not the paper's as printed, but what holds where the printed statement fails.
        needs: dotted keys of params.yaml whose values must be the paper's, or the claim is not testable. A data set
            among them must hold all its samples, too.
        carried: whether narrower networks, too, decide it once they stand for the paper's (`claims.clock`). So it is
            only where whole trainings of all widths give one verdict (tests/test_claims_clock.py).
    """

    name: str
    where: str
    statement: str
    quantity: str
    criterion: str
    measure: str
    reads: tuple[Source, ...]
    arguments: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)
    figures: tuple[str, ...] = ()
    corrected: bool = False
    needs: tuple[str, ...] = ()
    carried: bool = False

    @property
    def experiments(self) -> tuple[str, ...]:
        """Whose data and networks it is measured on."""
        return tuple(dict.fromkeys(source.name for source in self.reads if source.kind in EXPERIMENTS_KINDS))

    @property
    def whole_training(self) -> bool:
        """Whether it is about what a whole training comes to: it needs the paper's number of epochs."""
        keys = [key.split(".") for key in self.needs]
        return any(key[0] == "datasets" and key[2:] in ([], ["epochs"]) for key in keys)


def names_of(claims: Sequence[Claim], kind: Kind) -> list[str]:
    """What the claims read of one kind, each once, in the order of the claims."""
    return list(dict.fromkeys(source.name for claim in claims for source in claim.reads if source.kind == kind))


def size_keys(experiment: str, dataset: str = "") -> tuple[str, ...]:
    """Keys that must be the paper's where fewer neurons on fewer samples may end otherwise.

    Args:
        experiment: of params.yaml.
        dataset: what it trains on, if that is not called like it.
    """
    samples = ("source", "train_samples", "test_samples", "batch_size")
    return (*(f"datasets.{dataset or experiment}.{key}" for key in samples), f"experiments.{experiment}.widths")


# Data of which Figures 19 to 22 show maps of neurons: experiment, figure, in words, and what a claim about them needs.
# 2,300 iterations, where the paper finds the error acceptable, are enough to look at synthetic data; on images narrow
# networks on few samples may say otherwise (quick and night).
MAPPED = (
    ("synthetic-784", "19", "synthetic-784", ()),
    ("synthetic-1024", "20", "synthetic-1024", ()),
    ("mnist", "21", "MNIST", size_keys("mnist")),
    ("fashion-mnist", "22", "FashionMNIST", size_keys("fashion-mnist")),
)


def sections_of(claims: Sequence[Claim]) -> list[str]:
    """Sections of params.yaml that the claims are judged with, sorted."""
    named = {key.split(".")[0] for claim in claims for key in claim.settings.values()}
    return sorted({"claims", "datasets", "experiments"} | named)


def farther_claims(experiment: str, figure: str, where: str, **of_top: Any) -> list[Claim]:
    """The claims of Figures 3, 6, 7, 13, 16 and 17 about both layers; `of_top` are attributes of the top layer's."""
    hidden, top = (
        Claim(
            name=f"figure-{int(figure)}-{layer}-farther",
            where=f"Figure {int(figure)}",
            statement=f"{where}, the {layer} layer ends farther from its start with the critic.",
            quantity=f"final distance of the {layer} layer, with the critic over without",
            criterion="farther",
            measure="augmented_over_supervised",
            reads=(Source("runs", experiment),),
            arguments={"column": f"distance_{layer}"},
            figures=(figure,),
        )
        for layer in LAYERS
    )
    return [hidden, replace(top, **of_top)]


def as_good_claim(experiment: str, where: str, figures: tuple[str, ...] = (), needs: tuple[str, ...] = ()) -> Claim:
    """The Discussion's claim: a tiny search space is no "necessary condition to achieve similar performance"."""
    return Claim(
        name=f"discussion-{experiment}-as-good",
        where="Discussion",
        statement=f"{where}, training ends with a similar or smaller error with the critic.",
        quantity="final test error, with the critic over without",
        criterion="no_worse",
        measure="augmented_over_supervised",
        reads=(Source("runs", experiment),),
        arguments={"column": "test_error"},
        figures=figures,
        needs=needs,
    )
