"""Time and memory of a step and of a run against width, inputs, samples and seeds, beside slope 1."""

import importlib.util
import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from engine import draw_weights, step_on_rows
from report import place_name, progress
from timing import SEED, in_new_process, peak_bytes, timed
from training import OUTPUTS, new_trainer, some_batch

if TYPE_CHECKING:  # what reads files is missing on a bare GPU machine
    from pseudo_rd.data.dataset import Dataset


def step_cost(inputs: int, width: int, batch: int, adversarial: bool, device: str, threads: int) -> dict:
    """Least seconds of ten steps and the peak bytes of weights, momenta and work space, in a process of its own."""
    torch.set_num_threads(threads)
    before = peak_bytes()
    samples, targets, mixing = (each.to(device) for each in some_batch(inputs, batch))
    weights = draw_weights(width, inputs, OUTPUTS, SEED).to(torch.device(device))
    step = step_on_rows(new_trainer(weights, adversarial, batch, "float32"), samples, targets)
    rows = torch.arange(batch, device=device)
    steps = [timed(lambda: step(rows, mixing)) for _ in range(12)][2:]
    grown = torch.cuda.max_memory_allocated() if device == "cuda" else peak_bytes() - before
    return {"seconds": min(one[0] for one in steps), "cpu": min(one[1] for one in steps), "bytes": grown}


def noise(inputs: int, samples: int) -> "Dataset":
    """So many training samples of uniform noise, and 64 to test with."""
    from pseudo_rd.data.dataset import Dataset

    stream = np.random.default_rng(SEED)
    return Dataset(
        name="noise",
        x_train=stream.random((samples, inputs), np.float32),
        y_train=stream.integers(0, OUTPUTS, samples),
        x_test=stream.random((64, inputs), np.float32),
        y_test=stream.integers(0, OUTPUTS, 64),
        classes=tuple("0123456789"),
        scaling="none",
        source="uniform noise",
        licence="none",
    )


def run_cost(inputs: int, width: int, samples: int, seeds: int, device: str, threads: int) -> dict:
    """Seconds of `seeds` whole runs of one epoch, augmented, one after the other, and the peak bytes of their work."""
    from pseudo_rd.training.loop import train
    from pseudo_rd.training.settings import Settings

    torch.set_num_threads(threads)
    before = peak_bytes()
    dataset = noise(inputs, samples)
    seconds = cpu = 0.0
    for seed in range(1, seeds + 1):
        settings = Settings("augmented", width, seed, batch_size=512, epochs=1, records=2)
        one = timed(lambda settings=settings: train(dataset, settings, device))
        seconds, cpu = seconds + one[0], cpu + one[1]
    grown = torch.cuda.max_memory_allocated() if device == "cuda" else peak_bytes() - before
    return {"seconds": seconds, "cpu": cpu, "bytes": grown}


def scale(device: str, threads: int, out: Path, widest: int = 15) -> None:
    """Curves of time and memory, each beside slope 1; widths m = 2^3 .. 2^widest."""
    began = time.perf_counter()
    curves: dict[str, dict[str, list]] = {}

    def add(name: str, value: int, cost: dict) -> None:
        curve = curves.setdefault(name, {"at": [], "seconds": [], "cpu": [], "bytes": []})
        curve["at"].append(value)
        for key in ("seconds", "cpu", "bytes"):
            curve[key].append(cost[key])
        progress(began, f"{name} {value}: {cost['seconds'] * 1e3:.3g} ms, {cost['bytes'] / 1e6:.0f} MB")

    for power in range(3, widest + 1):
        for objective in ("supervised", "augmented"):
            adversarial = objective == "augmented"
            cost = in_new_process(step_cost, 784, 2**power, 512, adversarial, device, threads)
            add(f"m, a step, {objective}", 2**power, cost)
    for inputs in (48, 192, 784, 3072):
        add("d_in, a step, augmented", inputs, in_new_process(step_cost, inputs, 2048, 512, True, device, threads))
    if importlib.util.find_spec("safetensors"):
        for samples in (1024, 2048, 4096, 8192):
            add("n, a run of one epoch", samples, in_new_process(run_cost, 784, 1024, samples, 1, device, threads))
        for seeds in (1, 2, 4):
            add("seeds, runs of one epoch", seeds, in_new_process(run_cost, 784, 1024, 1024, seeds, device, threads))
        cost = in_new_process(run_cost, 3072, 2**widest, 1024, 1, device, threads)
        add("m on CIFAR10's shape, whole run of two steps", 2**widest, cost)
    else:
        progress(began, "n, seeds and whole runs: left out, safetensors is not installed here")
    print(f"\n{scale_table(curves)}\n\nAll in {time.perf_counter() - began:.0f} s.")
    where = f"{place_name(device, threads)}; batch 512; m = 2,048 where inputs vary, 1,024 where samples and seeds do"
    content = {"where": where, "device": device, "threads": threads, "curves": curves}
    (out / "bench-scale.json").write_text(json.dumps(content, indent=1) + "\n")
    draw_scale(curves, where, out / "bench-scale.png")


def scale_table(curves: dict[str, dict[str, list]]) -> str:
    """The curves as a Markdown table, with the slopes on logarithmic axes since the line before."""
    lines = [
        "| against | value | ms | processor ms | MB | slope of processor time | slope of memory |",
        "| --- " * 7 + "|",
    ]
    for name, curve in curves.items():
        logarithms = np.log(np.maximum([curve["at"], curve["cpu"], curve["bytes"]], 1e-9))
        steps = np.diff(logarithms, axis=1)
        slopes = ["- | -", *(f"{cpu / at:.2f} | {size / at:.2f}" for at, cpu, size in steps.T)]
        for at, seconds, cpu, size, slope in zip(
            curve["at"], curve["seconds"], curve["cpu"], curve["bytes"], slopes, strict=True
        ):
            lines.append(f"| {name} | {at:,} | {seconds * 1e3:.3g} | {cpu * 1e3:.3g} | {size / 1e6:.3g} | {slope} |")
    return "\n".join(lines)


def draw_scale(curves: dict[str, dict[str, list]], where: str, path: Path) -> None:
    """Time above, memory below, each beside what is expected where the work itself costs most."""
    from matplotlib.figure import Figure
    from matplotlib.ticker import FuncFormatter, LogLocator

    labels = {"m": "neurons m", "d_in": "inputs d_in", "n": "samples n", "seeds": "seeds, one after the other"}
    axes_names = [axis for axis in labels if any(name.split(",")[0] == axis for name in curves)]
    figure = Figure(figsize=(13, 6.5), layout="constrained")
    panels = figure.subplots(2, len(axes_names), squeeze=False)
    for column, axis in enumerate(axes_names):
        chosen = {name: curve for name, curve in curves.items() if name.split(",")[0] == axis}
        for panel, key, unit, factor in zip(
            panels[:, column], ("seconds", "bytes"), ("time, ms", "memory, MB"), (1e3, 1e-6), strict=True
        ):
            for name, curve in chosen.items():
                at, values = np.array(curve["at"], float), np.array(curve[key]) * factor
                panel.loglog(at, values, "o-", ms=3, label=name.partition(", ")[2])
            slope = 0 if (key, axis) == ("bytes", "seeds") else 1
            panel.loglog(at, values[-1] * (at / at[-1]) ** slope, "k:", lw=1, label=f"slope {slope}")
            shown = at[:: 1 + len(at) // 7].astype(int)
            panel.set_xticks(shown, [f"{value:,}" for value in shown], fontsize=7)
            panel.xaxis.minorticks_off()
            low, high = panel.get_ylim()
            if high < 4 * low:  # nearly constant: not to be blown up
                panel.set_ylim(low / 2, high * 2)
            panel.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
            panel.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}"))
            panel.yaxis.minorticks_off()
            panel.tick_params(axis="y", labelsize=7)
            panel.set_xlabel(labels[axis])
            panel.set_ylabel(unit)
            panel.legend(fontsize=7)
    figure.suptitle(where, fontsize=9)
    figure.savefig(path, dpi=130)
