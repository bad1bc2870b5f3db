"""Several GPUs in one machine: each process takes the one that the fewest others have."""

import fcntl
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path


def take_gpu(device: str, gpus: int) -> None:
    """Where there are several GPUs, make one this process's "cuda": the one that the fewest processes have taken.

    How many processes run at once is for the scheduler to say: Snakemake's `--resources gpu=<number>`.

    Args:
        device: "auto", "cpu" or "cuda", as in params.yaml; for "cpu" nothing is taken.
        gpus: how many GPUs the scheduler has set aside for this job.

    Raises:
        ValueError: if a GPU was granted and none is seen: the processor would take its place without a word.
        OSError: if the user's folder of locks below the temporary folder cannot be used.
    """
    if device == "cpu":
        return
    import torch  # takes seconds, and `take` does without

    count = torch.cuda.device_count()
    if gpus > 0 and count == 0:
        raise ValueError(
            f"this job was granted gpu = {gpus}, but PyTorch sees no CUDA device: check the driver and "
            "CUDA_VISIBLE_DEVICES, or set training.device: cpu in params.yaml"
        )
    if count < 2:
        return
    # Processes may see different GPUs under the same number: what makes them visible also names them.
    visible = os.environ.get("CUDA_VISIBLE_DEVICES", "").split(",")
    names = visible[:count] if len(visible) >= count else [str(number) for number in range(count)]
    torch.cuda.set_device(take(names, Path(tempfile.gettempdir(), f"pseudo-rd-gpus-{os.getuid()}")))


def take(names: Sequence[str], folder: Path) -> int:
    """Take one of several devices until this process ends; however it ends, the kernel then opens its lock.

    Args:
        names: of the devices, the same in all processes that share them.
        folder: where these processes meet, on a local disk; made where it is missing.

    Returns:
        The index of the one that the fewest living processes have taken, of several the first.
    """
    folders = [folder / name.replace("/", "_") for name in names]
    for path in (folder, *folders):
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / "choice").open("w") as choice:
        fcntl.flock(choice, fcntl.LOCK_EX)  # one process chooses at a time
        index = min(range(len(names)), key=lambda number: count_holders(folders[number]))
        # Never closed. Not named after the process: containers that share the folder number theirs alike.
        lock, _ = tempfile.mkstemp(dir=folders[index])
        fcntl.flock(lock, fcntl.LOCK_EX)
    return index


def count_holders(folder: Path) -> int:
    """How many files of a folder a living process has locked; those of dead ones are removed."""
    count = 0
    for path in folder.iterdir():
        with path.open() as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                count += 1
            else:
                path.unlink()
    return count
