"""A row of the table: the ratio of two times, its target and the machine's limit; the rows as a table and a picture."""

import platform
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np
import torch


@dataclass(frozen=True)
class Row:
    """One line of the table; times in milliseconds, medians.

    Attributes:
        work, peer: what is done, and by whom else.
        peer_ms, ours_ms: wall time.
        peer_cpu_ms, ours_cpu_ms: processor time of all threads.
        ratio: median of the rounds' ratios of wall time; spread: the least and the largest.
        target: ratio to reach; None where the row only explains another.
        limit_ms: least time that the machine's measured rates allow ours.
        note: what else was measured.
    """

    work: str
    peer: str
    peer_ms: float
    ours_ms: float
    peer_cpu_ms: float
    ours_cpu_ms: float
    ratio: float
    spread: tuple[float, float]
    target: float | None
    limit_ms: float
    note: str = ""

    @property
    def verdict(self) -> str:
        if self.target is None:
            return "-"
        return "reached" if self.ratio >= self.target else f"missed: {self.ratio / self.target:.0%} of it"


def row(
    work: str,
    peer: str,
    measured: list[tuple[float, ...]],
    repeats: tuple[int, int],
    target: float | None,
    limit: float,
    note: str = "",
) -> Row:
    """Seconds of all repeats to milliseconds of one."""
    per_repeat = np.array([repeats[0], repeats[0], repeats[1], repeats[1]])
    peer_ms, peer_cpu, ours_ms, ours_cpu = np.median(np.array(measured) / per_repeat, axis=0) * 1e3
    ratios = [one[0] / repeats[0] / (one[2] / repeats[1]) for one in measured]
    return Row(
        work=work,
        peer=peer,
        peer_ms=float(peer_ms),
        ours_ms=float(ours_ms),
        peer_cpu_ms=float(peer_cpu),
        ours_cpu_ms=float(ours_cpu),
        ratio=median(ratios),
        spread=(min(ratios), max(ratios)),
        target=target,
        limit_ms=limit * 1e3,
        note=note,
    )


def table(rows: list[Row]) -> str:
    """The rows as a Markdown table."""
    lines = [
        "| work | against | peer ms | ours ms | ratio (least-most) | target | verdict | limit ms | ours / limit | "
        "processor ms, peer / ours |",
        "| --- " * 10 + "|",
    ]
    for one in rows:
        target = "-" if one.target is None else f"{one.target:g} x"
        lines.append(
            f"| {one.work} | {one.peer} | {one.peer_ms:.4g} | {one.ours_ms:.4g} | {one.ratio:.2f} "
            f"({one.spread[0]:.2f}-{one.spread[1]:.2f}) | {target} | {one.verdict} | {one.limit_ms:.3g} | "
            f"{one.ours_ms / one.limit_ms:.2g} | {one.peer_cpu_ms:.4g} / {one.ours_cpu_ms:.4g} |"
        )
    return "\n".join([*lines, "", *(f"- {one.work}: {one.note}." for one in rows if one.note)])


def draw(rows: list[Row], where: str, path: Path) -> None:
    """Ratio and target of each row, on a logarithmic axis."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 0.42 * len(rows) + 1.6), layout="constrained")
    ratios, limits = figure.subplots(1, 2, sharey=True, width_ratios=[3, 2])
    places = np.arange(len(rows))[::-1]
    colours = {"reached": "#2a7f62", "-": "#8a8a8a"}
    ratios.barh(places, [one.ratio for one in rows], color=[colours.get(one.verdict, "#c8553d") for one in rows])
    for place, one in zip(places, rows, strict=True):
        ratios.text(
            max(one.ratio, one.target or 0) * 1.12,
            place,
            f"{one.ratio:,.0f} x" if one.ratio >= 100 else f"{one.ratio:.3g} x",
            va="center",
            fontsize=8,
        )
        if one.target is not None:
            ratios.plot([one.target] * 2, [place - 0.45, place + 0.45], color="black", lw=2)
    ratios.axvline(1, color="black", lw=0.6)
    ratios.set_xscale("log")
    ratios.set_xlim(min(0.5, 0.8 * min(one.ratio for one in rows)), 8 * max(one.ratio for one in rows))
    ratios.set_ylim(-0.6, len(rows) - 0.4)
    ratios.set_yticks(places, [f"{one.work}\nagainst {one.peer}" for one in rows], fontsize=7)
    ratios.set_xlabel("times faster than the peer (black mark: target; green: reached, red: missed)", fontsize=8)
    limits.barh(places, [one.limit_ms / one.ours_ms for one in rows], color="#4c72b0")
    limits.axvline(1, color="black", lw=0.6)
    limits.set_xscale("log")
    limits.set_xlabel("the machine's limit / our time (1: nothing left to gain)", fontsize=8)
    figure.suptitle(where, fontsize=9)
    figure.savefig(path, dpi=130)


def progress(began: float, line: str) -> None:
    """Print a line at once, behind the seconds since `began` (of time.perf_counter)."""
    print(f"{time.perf_counter() - began:4.0f} s  {line}", flush=True)


def place_name(device: str, threads: int) -> str:
    """PyTorch's version, and the GPU or the processor with its threads."""
    place = torch.cuda.get_device_name() if device == "cuda" else f"{processor()}, {threads} threads"
    return f"PyTorch {torch.__version__} on {place}"


def processor() -> str:
    """The processor's name where Linux tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.machine())
