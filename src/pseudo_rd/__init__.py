"""Training a two-layer network against a critic, and the reaction-diffusion systems it is compared with.

From Python: `import pseudo_rd as rd`, then the names in `__all__` (docs/tutorial.md).
"""

TYPE_CHECKING = False  # typing.TYPE_CHECKING without its import: every job imports this package
if TYPE_CHECKING:
    from pseudo_rd.face import (
        CLAIMS,
        Dataset,
        Pair,
        judge,
        plot_distances,
        plot_filters,
        plot_maps,
        prepare,
        reading,
        train_pair,
    )

__all__ = [
    "CLAIMS",
    "Dataset",
    "Pair",
    "judge",
    "plot_distances",
    "plot_filters",
    "plot_maps",
    "prepare",
    "reading",
    "train_pair",
]


def __getattr__(name: str) -> object:
    """A public name, loaded when it is first asked for: PyTorch and Matplotlib take seconds."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module("pseudo_rd.face"), name)


def __dir__() -> list[str]:
    return [*globals(), *__all__]
