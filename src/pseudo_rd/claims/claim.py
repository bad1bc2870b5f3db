"""A statement of the paper and how it is decided, as data: nothing here computes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from pseudo_rd.parameters.vocabulary import LAYERS

Kind = Literal["runs", "patterns", "filters", "simulations", "flow"]
EXPERIMENT_KINDS: tuple[Kind, ...] = ("runs", "patterns", "filters")  # those whose sources are named by experiment


@dataclass(frozen=True)
class Source:
    """One thing that a claim reads.

    Attributes:
        kind: the field of `claims.evidence.Evidence`.
        name: the experiment of params.yaml, or the simulation; empty for flow, the one study of the theorems' setting.
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
        measure: name in `claims.measures` of what gives the numbers: only a name, so that the workflow can ask what the
            claims read without loading what they are computed with.
        reads: what the measure is handed, in this order; it sees nothing else.
        arguments: the measure's further arguments.
        settings: arguments that params.yaml sets: argument to dotted key.
        figures: those that show it: number ("03") or, of the theory's, name.
        corrected: whether it is what holds in place of a printed statement that fails.
        needs: dotted keys of params.yaml whose values must be the paper's, or the claim is not testable. A data set
            among them must hold all its samples, too.
        carried: whether narrower networks decide it in spite of `needs`, once trained as long as the paper's on the
            clock iterations / sqrt(m) (`claims.clock`): only where whole trainings of all widths give one verdict.
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
        """The experiments whose data and networks it is measured on."""
        return tuple(dict.fromkeys(source.name for source in self.reads if source.kind in EXPERIMENT_KINDS))

    @property
    def whole_training(self) -> bool:
        """Whether it is about what a whole training comes to: it needs the paper's number of epochs."""
        keys = [key.split(".") for key in self.needs]
        # datasets.<name>, all of the data set, or datasets.<name>.epochs
        return any(key[0] == "datasets" and key[2:] in ([], ["epochs"]) for key in keys)


def names_of(claims: Sequence[Claim], kind: Kind) -> list[str]:
    """What the claims read of one kind, each once, in the order of the claims."""
    return list(dict.fromkeys(source.name for claim in claims for source in claim.reads if source.kind == kind))


def size_keys(experiment: str, dataset: str = "") -> tuple[str, ...]:
    """`Claim.needs` of a claim that fewer neurons on fewer samples may decide otherwise.

    Args:
        experiment: of params.yaml.
        dataset: what it trains on, if of another name.
    """
    samples = ("source", "train_samples", "test_samples", "batch_size")
    return (*(f"datasets.{dataset or experiment}.{key}" for key in samples), f"experiments.{experiment}.widths")


# Data of which Figures 19 to 22 show maps of neurons: experiment, figure, name in sentences, `Claim.needs`.
# 2,300 iterations, where the paper finds the error acceptable, are enough to look at synthetic data; on images narrow
# networks on few samples may say otherwise (presets quick and night).
MAPPED_DATA = (
    ("synthetic-784", "19", "synthetic-784", ()),
    ("synthetic-1024", "20", "synthetic-1024", ()),
    ("mnist", "21", "MNIST", size_keys("mnist")),
    ("fashion-mnist", "22", "FashionMNIST", size_keys("fashion-mnist")),
)


def sections_of(claims: Sequence[Claim]) -> list[str]:
    """Sections of params.yaml that the claims are judged with, sorted."""
    sections = {key.split(".")[0] for claim in claims for key in claim.settings.values()}
    return sorted({"claims", "datasets", "experiments"} | sections)


def value_at(parameters: Mapping[str, Any], key: str) -> Any:
    """What sections of params.yaml, as resolved for one preset, have at a dotted key; ValueError if they lack it."""
    value: Any = parameters
    for part in key.split("."):
        if not isinstance(value, Mapping) or part not in value:
            raise ValueError(f"params.yaml has no {key}: correct the key, or pass on the section that holds it")
        value = value[part]
    return value


def figure_attributes(number: str) -> dict[str, Any]:
    """Attributes of a claim that one figure ("03") makes and shows."""
    return {"where": f"Figure {int(number)}", "figures": (number,)}


def farther_claims(experiment: str, figure: str, opening: str, **top_attributes: Any) -> list[Claim]:
    """A claim for each layer, of Figure 3, 6, 7, 13, 16 or 17; its statement begins with `opening` ("On MNIST")."""
    hidden, top = (
        Claim(
            name=f"figure-{int(figure)}-{layer}-farther",
            **figure_attributes(figure),
            statement=f"{opening}, the {layer} layer ends farther from its start with the critic.",
            quantity=f"final distance of the {layer} layer, with the critic over without",
            criterion="farther",
            measure="augmented_over_supervised",
            reads=(Source("runs", experiment),),
            arguments={"column": f"distance_{layer}"},
        )
        for layer in LAYERS
    )
    return [hidden, replace(top, **top_attributes)]


def as_good_claim(experiment: str, opening: str, **attributes: Any) -> Claim:
    """The Discussion's claim that the critic costs no performance; its statement begins with `opening`.

    A tiny search space is no "necessary condition to achieve similar performance".
    """
    return Claim(
        name=f"discussion-{experiment}-as-good",
        where="Discussion",
        statement=f"{opening}, training ends with a similar or smaller error with the critic.",
        quantity="final test error, with the critic over without",
        criterion="no_worse",
        measure="augmented_over_supervised",
        reads=(Source("runs", experiment),),
        arguments={"column": "test_error"},
        **attributes,
    )
