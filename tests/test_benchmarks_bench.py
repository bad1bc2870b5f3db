"""The whole table, with its parts made small."""

import json
import runpy
import subprocess
import sys
import time
from pathlib import Path

import bench
import pytest
from rates import Machine
from report import row
from training import TOGETHER, TRAINING

BENCHMARKS = Path(bench.__file__).parent


@pytest.mark.slow
def test_it_starts_without_the_libraries_that_read_data() -> None:
    hide = (
        "import sys; from importlib.machinery import PathFinder as P; find = P.find_spec; "
        "P.find_spec = classmethod(lambda c, name, *a: None if name == 'safetensors' else find(name, *a)); "
        f"sys.path.insert(0, {str(BENCHMARKS)!r}); import bench; assert 'safetensors' not in sys.modules; "
        "from rates import Machine; work = 'synthetic-784, augmented, batch 256'; "
        "print(bench.training_rows(work, Machine(1, 1, 1), 'cpu', {'textbook loop': 2}, 1)[0].ratio)"
    )
    done = subprocess.run([sys.executable, "-c", hide], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) > 0


def test_what_other_processes_take_is_told_apart_from_what_this_one_does() -> None:
    others = bench.Others()
    until = time.perf_counter() + 0.5
    while time.perf_counter() < until:  # this process is busy
        pass
    alone = others.cores()
    child = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    time.sleep(1)
    beside = others.cores()
    child.kill()
    child.wait()
    assert beside > alone - 1  # whatever else runs here
    assert beside > 0.3


@pytest.mark.parametrize("busy", [0.0, 1.04])
def test_a_busy_machine_is_told_of_before_and_beside_its_rows(
    busy: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bench.Others, "cores", lambda self: busy)
    monkeypatch.setattr(bench.time, "sleep", lambda seconds: None)
    monkeypatch.setattr(bench, "measure_machine", lambda device: Machine(7e10, 2e9, 1e10, 2048, 512, True))
    monkeypatch.setattr(bench, "TOGETHER", {})
    monkeypatch.setattr(
        bench, "training_rows", lambda work, *_: [row(work, "peer", [(4.0, 1.0, 2.0, 1.0)], (1, 1), 1.5, 0.5)]
    )
    bench.bench("cpu", 2, tmp_path)
    said = capsys.readouterr().out
    rows = json.loads((tmp_path / "bench.json").read_text())["rows"]
    assert ("this machine is busy: other processes take 1.0 cores" in said) == bool(busy)
    assert {one["note"] for one in rows} == {"measured while other processes took 1.0 cores" if busy else ""}


@pytest.mark.parametrize("emulated", [True, False])
def test_rows_that_the_processor_lacks_are_left_out_with_a_line(
    emulated: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bench, "measure_machine", lambda device: Machine(7e10, 2e9, 1e10, 2048, 512, emulated))
    monkeypatch.setattr(
        bench,
        "training_rows",
        lambda work, machine, device, targets: [row(work, "peer", [(4.0, 1.0, 2.0, 1.0)], (1, 1), 1.5, 0.5)],
    )
    monkeypatch.setattr(
        bench,
        "together_row",
        lambda work, machine: row(work, "one after the other", [(4.0, 1.0, 2.0, 1.0)], (1, 1), 1.5, 0.5),
    )
    monkeypatch.setattr(bench.Others, "cores", lambda self: 0.0)
    monkeypatch.setattr(bench.time, "sleep", lambda seconds: None)
    bench.bench("cpu", 2, tmp_path)
    lines = capsys.readouterr().out.splitlines()
    left_out = [line.removeprefix("   0 s  ") for line in lines if "left out" in line]
    lacking = [work for work in TRAINING if emulated and "bfloat16" in work]
    assert left_out == [f"{work}: left out, this machine only emulates bfloat16" for work in lacking]
    written = json.loads((tmp_path / "bench.json").read_text())
    assert [one["work"] for one in written["rows"]] == [
        *(work for work in TRAINING if work not in lacking),
        *TOGETHER,
    ]
    assert [line[:8] for line in lines[: lines.index("")]] == ["   0 s  "] * (1 + len(TRAINING) + len(TOGETHER))


def test_the_command_of_the_documents_is_alive(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["bench.py", "--help"])
    with pytest.raises(SystemExit, match="0"):
        runpy.run_path(bench.__file__, run_name="__main__")
    assert "(make bench)" in capsys.readouterr().out
