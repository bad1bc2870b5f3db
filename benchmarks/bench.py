"""Measured speed of training against what a user would write.

    python benchmarks/bench.py                 the table (make bench): results/bench.json and results/bench.png
    python benchmarks/bench.py scale           time and memory against m, d_in, n and seeds: results/bench-scale.*
    python benchmarks/bench.py --device cuda   the table on a GPU, against three peers, and what several jobs at once
                                               gain on it

Peer and ours take turns; the ratio is the median of the rounds' ratios, so that a busy machine disturbs both alike.
Processor time stands beside wall time: a busy machine changes it little. Needs torch, psutil, pandas and matplotlib.
Rows of a precision that the machine only emulates are left out with a line that says so.
"""

import argparse
import json
import os
import re
import time
from collections.abc import Iterable
from dataclasses import asdict, replace
from pathlib import Path

import psutil
import torch
from rates import measure_machine
from report import Row, draw, place_name, progress, table
from scale import scale
from training import GPU_TARGETS, TOGETHER, TRAINING, WIDTH, jobs_rows, together_row, training_rows

BUSY = 0.1  # of a core, taken by other processes


class Others:
    """Tells how many cores other processes kept busy since it was last asked."""

    def __init__(self) -> None:
        self._before = self._seconds()

    def cores(self) -> float:
        now, before = self._seconds(), self._before
        self._before = now
        return max(0.0, (now[1] - before[1]) / (now[0] - before[0]))

    def _seconds(self) -> tuple[float, float]:
        """Of the clock, and of the processor for others."""
        times = psutil.cpu_times()
        idle = sum(getattr(times, name, 0) for name in ("idle", "iowait", "guest", "guest_nice"))
        return time.perf_counter(), sum(times) - idle - sum(os.times()[:4])


def bench(device: str, threads: int, out: Path) -> None:
    """Measure and print the table row by row; write bench.json and bench.png into `out`."""
    began = time.perf_counter()
    others = Others()
    time.sleep(1)
    if (cores := others.cores()) > BUSY:
        progress(began, f"this machine is busy: other processes take {cores:.1f} cores, so rows tell less")
    machine = measure_machine(device)
    where = f"{place_name(device, threads)}; {machine}"
    progress(began, where)
    rows = []

    def add(new: Iterable[Row]) -> None:
        measured = list(new)
        busy = f"measured while other processes took {cores:.1f} cores" if (cores := others.cores()) > BUSY else ""
        for one in measured:
            rows.append(replace(one, note="; ".join(filter(None, [one.note, busy]))))
            times = f"{one.peer} {one.peer_ms:.4g} ms, ours {one.ours_ms:.4g} ms"
            progress(began, f"{one.work}: {times}, {one.ratio:.2f} x")

    for work, (*_, precision, target) in TRAINING.items():
        if precision == "bfloat16" and machine.emulates_bfloat16:
            progress(began, f"{work}: left out, this machine only emulates bfloat16")
            continue
        targets = GPU_TARGETS if device == "cuda" else {"textbook loop": target}
        add(training_rows(work, machine, device, targets))
    if device == "cpu":
        for work in TOGETHER:
            add([together_row(work, machine)])
    if device == "cuda":
        for width in (128, 512, WIDTH):
            add(jobs_rows(width, machine, device, (2, 4, 8)))
    print(f"\n{table(rows)}\n\nAll in {time.perf_counter() - began:.0f} s.")
    content = {
        "where": where,
        "threads": threads,
        "device": device,
        "machine": asdict(machine),
        "rows": [{**asdict(one), "verdict": one.verdict} for one in rows],
    }
    (out / "bench.json").write_text(json.dumps(content, indent=1) + "\n")
    draw(rows, where, out / "bench.png")


def thread_count(text: str) -> int:
    if not re.fullmatch("[0-9]{1,4}", text) or not 1 <= int(text) <= 1024:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to 1024")
    return int(text)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="?", choices=("table", "scale"), default="table")
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--threads", type=thread_count, default=2, help="of the processor, for peer and ours alike")
    parser.add_argument("--out", type=Path, default=Path("results"))
    chosen = parser.parse_args()
    if chosen.device == "cuda" and not torch.cuda.is_available():
        parser.error("--device cuda: PyTorch sees no CUDA device here")
    try:
        chosen.out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        parser.error(f"--out {chosen.out}: {error.strerror}")
    torch.set_num_threads(chosen.threads)
    (bench if chosen.what == "table" else scale)(chosen.device, chosen.threads, chosen.out)


if __name__ == "__main__":
    main()
