"""The benchmark's arithmetic, and that it runs where the package's data libraries are missing."""

import subprocess
import sys
from pathlib import Path

import pytest
import torch

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))
import bench
from careful import careful_step
from textbook import Critic, Generator, train_textbook

BENCHMARKS = Path(bench.__file__).parent


def test_a_row_holds_medians_per_repeat_and_the_median_of_the_rounds_ratios() -> None:
    rounds = [(8.0, 4.0, 2.0, 1.0), (6.0, 3.0, 3.0, 2.0), (20.0, 9.0, 2.0, 1.0)]
    one = bench.row("work", "peer", rounds, (2, 1), 1.5, 0.5)
    assert (one.peer_ms, one.peer_cpu_ms, one.ours_ms, one.ours_cpu_ms) == (4000, 2000, 2000, 1000)
    assert one.ratio == 2  # of 4 / 2, 3 / 3, 10 / 2
    assert one.spread == (1, 5)
    assert one.limit_ms == 500


@pytest.mark.parametrize(("target", "verdict"), [(2, "reached"), (2.5, "missed: 80% of it"), (None, "-")])
def test_the_verdict_compares_ratio_and_target(target: float | None, verdict: str) -> None:
    one = bench.row("work", "peer", [(4.0, 1.0, 2.0, 1.0)], (1, 1), target, 0.5)
    assert one.verdict == verdict
    assert f"| {verdict} |" in bench.table([one])


def test_the_limit_is_arithmetic_or_bytes_whichever_takes_longer() -> None:
    slow_products = bench.Machine(float32=1.0, bfloat16=4.0, copy=1e30)
    slow_memory = bench.Machine(float32=1e30, bfloat16=1e30, copy=1.0)
    thick, thin = bench.step_operations(5, 10, 7, 3, "augmented")
    assert bench.training_limit(slow_products, 5, 3, True, "float32", 7) == thick + thin
    assert bench.training_limit(slow_products, 5, 3, True, "bfloat16", 7) == thick / 4 + thin
    values = 7 * (5 + 10 + 10 + 1)  # U, V, W, a
    assert bench.training_limit(slow_memory, 5, 3, True, "float32", 7) == 4 * 4 * values


@pytest.mark.slow
def test_it_starts_without_the_libraries_that_read_data() -> None:
    hide = "import sys; from importlib.machinery import PathFinder as P; find = P.find_spec; "
    hide += "P.find_spec = classmethod(lambda c, name, *a: None if name == 'safetensors' else find(name, *a)); "
    hide += f"sys.path.insert(0, {str(BENCHMARKS)!r}); import bench; assert 'safetensors' not in sys.modules; "
    hide += (
        "print(bench.training_rows('synthetic-784, augmented, batch 256', bench.Machine(1, 1, 1), 'cpu', "
        "{'textbook loop': 2}, 1)[0].ratio)"
    )
    done = subprocess.run([sys.executable, "-c", hide], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) > 0


@pytest.mark.parametrize("work", ["synthetic-784, supervised, batch 256", "MNIST, augmented, bfloat16 products"])
def test_training_can_be_held_against_the_careful_loop_and_the_limit(
    work: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench, "WIDTH", 64)
    monkeypatch.setattr(torch, "compile", lambda step, dynamic: step)
    rows = bench.training_rows(work, bench.Machine(1e12, 2e12, 1e12), "cpu", bench.GPU_TARGETS, 1)
    expected = list(bench.GPU_TARGETS.items())[: 3 if work.startswith("MNIST") else 2]
    assert [(one.peer, one.target) for one in rows] == expected
    if work.startswith("MNIST"):
        limit = rows[-1]
        assert limit.ratio == pytest.approx(limit.limit_ms / limit.ours_ms)


def test_the_picture_and_the_table_hold_every_row(tmp_path: Path) -> None:
    rows = [
        bench.row(f"work {number}", "peer", [(4.0, 1.0, 2.0, 1.0)], (1, 1), 1.5, 0.5, note=f"note {number}")
        for number in range(3)
    ]
    bench.draw(rows, "here", tmp_path / "bench.png")
    assert (tmp_path / "bench.png").stat().st_size > 1000
    assert all(f"work {number}" in bench.table(rows) and f"note {number}" in bench.table(rows) for number in range(3))


@pytest.mark.parametrize("objective", ["supervised", "augmented"])
def test_the_careful_loop_agrees_with_the_textbook(objective: str) -> None:
    stream = torch.Generator().manual_seed(1)

    def normal(*shape: int) -> torch.Tensor:
        return torch.randn(shape, generator=stream, dtype=torch.float64)

    inputs, targets = normal(96, 24), torch.eye(10, dtype=torch.float64)[torch.arange(96) % 10]
    layers, critic_layers = (normal(70, 24), normal(10, 70)), (normal(70, 10), normal(70).sign())
    generator, critic = Generator(*layers), Critic(*critic_layers)
    batches = [
        (torch.randperm(96, generator=stream)[:32], torch.rand(32, generator=stream, dtype=torch.float64))
        for _ in range(50)
    ]
    adversarial = objective == "augmented"
    step = careful_step(layers, critic_layers if adversarial else None, inputs, targets)
    for rows, mixing in batches:
        step(rows, mixing)
    train_textbook(
        generator,
        critic if adversarial else None,
        inputs,
        targets,
        [(rows.tolist(), mixing) for rows, mixing in batches],
    )
    ends = (*layers, *critic_layers)
    expected = (generator.hidden, generator.top, critic.hidden, critic.top)
    for one, other in zip(ends, expected, strict=True):
        torch.testing.assert_close(one, other.detach(), rtol=1e-9, atol=1e-9)


def test_costs_are_those_of_the_work_asked_for() -> None:
    step = bench.step_cost(5, 16, 32, True, "cpu", 1)
    one, two = (bench.run_cost(5, 16, 512, seeds, "cpu", 1) for seeds in (1, 2))
    for cost in (step, one, two):
        assert cost.keys() == {"seconds", "cpu", "bytes"}
        assert cost["seconds"] > 0
        assert cost["bytes"] >= 0  # this process may have held more before


@pytest.mark.slow
def test_jobs_at_once_are_held_against_one_after_the_other() -> None:
    (one,) = bench.jobs_rows(16, bench.Machine(1e12, 2e12, 1e12), "cpu", (2,), steps=20)
    assert one.work == "MNIST, augmented, m = 16, 2 jobs at once"
    assert one.target is None
    assert one.ratio > 0
    assert one.peer_ms == pytest.approx(one.ours_ms * one.ratio)


def test_maps_of_the_device_are_timed_against_scikit_learns(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(bench, "embed_snapshots", lambda points, **how: asked.append((points.shape, how)))
    one = bench.embedding_row(200, bench.Machine(1e12, 2e12, 1e12), "cuda")
    assert [shape for shape, _ in asked] == [(1, 100, 10), (1, 200, 10), (1, 200, 10)]
    assert [how.get("device", "cpu") for _, how in asked] == ["cuda", "cpu", "cuda"]
    assert one.limit_ms == pytest.approx(1e3 * 2 * 250 * 4 * 200**2 / 1e12)


def some_curves() -> dict[str, dict[str, list]]:
    at = [8, 16, 64]
    grows = {"at": at, "seconds": at, "cpu": [each**2 for each in at], "bytes": [1e6 * each for each in at]}
    return {f"{axis}, a step": grows for axis in ("m", "d_in", "n", "seeds")}


def test_the_table_of_scales_holds_slopes() -> None:
    _, _, first, second, third, *_ = bench.scale_table(some_curves()).splitlines()
    assert first == "| m, a step | 8 | 8e+03 | 6.4e+04 | 8 | - | - |"
    assert second.endswith("| 16 | 1.6e+04 | 2.56e+05 | 16 | 2.00 | 1.00 |")
    assert third.endswith("| 2.00 | 1.00 |")


def test_the_picture_of_scales_is_drawn(tmp_path: Path) -> None:
    bench.draw_scale(some_curves(), "here", tmp_path / "scale.png")
    assert (tmp_path / "scale.png").stat().st_size > 1000
