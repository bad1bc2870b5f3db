"""Steps on rows of the samples; on a GPU all launches of a step are recorded once, as one CUDA graph."""

from collections.abc import Callable

import torch
from torch import Tensor

Step = Callable[[Tensor, Tensor, Tensor], None]  # of a trainer, on inputs, targets and mixing of a batch


def step_on_rows(
    step: Step, inputs: Tensor, targets: Tensor, recordable: bool = True
) -> Callable[[Tensor, Tensor], None]:
    """A function of rows (batch,) and mixing (batch,) that does one step on these of the samples.

    Args:
        step: of what is trained.
        inputs, targets: all samples, (samples, inputs) and one-hot (samples, outputs), where the trainer's weights are.
        recordable: whether a CUDA graph can hold the step; else its operations are started one by one.
    """

    def plain_step(rows: Tensor, mixing: Tensor) -> None:
        step(inputs.index_select(0, rows), targets.index_select(0, rows), mixing)

    return as_cuda_graph(plain_step) if inputs.is_cuda and recordable else plain_step


def as_cuda_graph(work: Callable[..., None]) -> Callable[..., None]:
    """The same work, recorded as a CUDA graph in its second call and replayed from then on.

    The first call is a plain one, in which libraries set themselves up, on the stream that is recorded: cuBLAS has work
    space for each. It is a stream of its own, for PyTorch's is shared by all that a process records. Arguments are
    copied to where the graph reads them, so their shapes must stay; so must the tensors that the work changes.
    """
    graph: torch.cuda.CUDAGraph | None = None
    stream: torch.cuda.Stream | None = None
    copies: tuple[Tensor, ...] = ()

    def call(*arguments: Tensor) -> None:
        nonlocal graph, stream, copies
        if stream is None:
            copies = tuple(argument.clone() for argument in arguments)
            current_stream, stream = torch.cuda.current_stream(), torch.cuda.Stream()
            stream.wait_stream(current_stream)
            with torch.cuda.stream(stream):
                work(*copies)
            current_stream.wait_stream(stream)
            return
        for copy, argument in zip(copies, arguments, strict=True):
            copy.copy_(argument)
        if graph is None:
            graph = torch.cuda.CUDAGraph()
            with torch.cuda.graph(graph, stream=stream):  # notes the work, does not do it
                work(*copies)
        graph.replay()

    return call
