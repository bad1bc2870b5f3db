"""Fused kernels without a GPU: compiled for one, and interpreted on the processor against steps in float64."""

import inspect
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from pseudo_rd.training import loop
from pseudo_rd.training.settings import Settings
from pseudo_rd.training.steps import Trainer
from pseudo_rd.training.weights import draw_weights

# PyTorch brings Triton where it brings CUDA.
triton = pytest.importorskip("triton")
tl = pytest.importorskip("triton.language")
fused = pytest.importorskip("pseudo_rd.training.fused")
HOPPER = pytest.importorskip("triton.backends.compiler").GPUTarget("cuda", 90, 32)

THIN = [(fused.slopes_kernel, fused.THIN), (fused.gradient_kernel, fused.THIN)]
LARGE = [
    (kernel, {**tiles, "ROUNDED": rounded})
    for rounded in (False, True)
    for kernel, tiles in ((fused.active_kernel, fused.LARGE[rounded]), (fused.update_kernel, fused.UPDATE[rounded]))
]


def compiled(kernel, constants: dict[str, int]) -> dict[str, str]:
    """What Triton makes of a kernel, with types as a step gives them."""
    kinds = {int: "i32", float: "fp32", tl.tensor: "*fp32", tl.constexpr: "constexpr"}
    signature = {name: kinds[each] for name, each in inspect.get_annotations(kernel.fn).items() if name != "return"}
    if constants.get("ROUNDED"):
        signature["inputs"] = "*bf16"
    # What is a multiple of 16 in a step: where arrays begin, batches and widths, but not always the inputs.
    known = [name for name, kind in signature.items() if kind[0] == "*" or name in ("batch", "width")]
    attributes = {(kernel.arg_names.index(name),): [["tt.divisibility", 16]] for name in known}
    source = triton.compiler.ASTSource(kernel, signature=signature, constexprs=constants, attrs=attributes)
    return triton.compile(source, target=HOPPER, options=fused.HOW).asm


@pytest.fixture
def no_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRITON_CACHE_DIR", str(tmp_path_factory.mktemp("triton")))


@pytest.mark.usefixtures("no_cache")
@pytest.mark.parametrize(("kernel", "constants"), THIN + LARGE, ids=lambda each: getattr(each, "__name__", None))
def test_every_kernel_can_be_compiled_for_a_gpu_and_spills_no_registers(
    kernel, constants: dict[str, int], tmp_path: Path
) -> None:
    made = compiled(kernel, constants)
    (tmp_path / "kernel.cubin").write_bytes(made["cubin"])
    usage = subprocess.run(
        [triton.knobs.nvidia.cuobjdump.path, "-res-usage", tmp_path / "kernel.cubin"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert re.findall(r"REG:\d+ STACK:(\d+)", usage) == ["0"], usage
    assert ".target sm_90" in made["ptx"]
    # Tensor cores round float32 factors: only where the precision says so.
    assert ("mma" in made["ptx"]) == bool(constants.get("ROUNDED"))


# Triton's interpreter cuts numbers off where a GPU rounds them to bfloat16, and multiplies their bits as if they were
# whole numbers. So there they are rounded in float32 (Veltkamp's splitting at 8 bits), and stay in it.
CHILD = """
import json
import sys
import torch
from pseudo_rd.training import fused, steps
from pseudo_rd.training.settings import Settings
from pseudo_rd.training.weights import draw_weights

def add_rounded_product(total, one, other, beta):
    steps.add_product(total, one.to(total.dtype), other.bfloat16().to(total.dtype), beta=beta)

def rounded(values):
    large = values * (2.0**16 + 1)
    return large - (large - values)

def rounded_product(one, other, ROUNDED):
    if ROUNDED:
        one, other = rounded(one), rounded(other)
    return fused.product(one, other)

fused.large_product = rounded_product
steps.add_rounded_product = add_rounded_product  # the processor's own rounds the result, too
found = []
for case in json.loads(sys.argv[1]):
    settings = Settings(width=150, seed=1, batch_size=40, epochs=1, **case)
    ends = []
    for trainer, dtype in ((fused.Trainer, torch.float64), (fused.FusedTrainer, torch.float32)):
        weights = draw_weights(150, 70, 10, 1, torch.float64, biases=settings.biases)
        weights = weights._each(lambda tensor: tensor.to(dtype))
        stream = torch.Generator().manual_seed(1)
        inputs = torch.rand(40, len(weights.hidden), generator=stream).to(dtype)
        targets = torch.eye(10, dtype=dtype)[torch.arange(40) % 10]
        trained = trainer(weights, settings)
        for _ in range(2):
            trained.step(inputs, targets, torch.rand(40, generator=stream).to(dtype))
        ends.append(trained.tensors())
    found.append({
        name: ((ends[1][name] - end).norm() / end.norm().clamp(min=1e-30)).item() for name, end in ends[0].items()
    })
print(json.dumps(found))
"""


@pytest.mark.slow
def test_interpreted_kernels_agree_with_steps_in_float64() -> None:
    cases = [
        {"objective": "augmented", "biases": True},
        {"objective": "supervised", "precision": "bfloat16"},
    ]
    child = subprocess.run(
        [sys.executable, "-c", CHILD, json.dumps(cases)],
        env={**os.environ, "TRITON_INTERPRET": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert child.returncode == 0, child.stderr
    exact, rounded = json.loads(child.stdout)
    assert {"weights.hidden", "velocity.critic_hidden", "weights.top_bias"} <= exact.keys()
    assert max(exact.values()) < 1e-6, exact
    # A factor on the edge is rounded up here and down there.
    assert max(rounded.values()) < 1e-3, rounded


def test_only_a_gpu_that_is_told_so_uses_them(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings("augmented", 8, 1, batch_size=4, epochs=1)
    weights = draw_weights(8, 3, 10, 1)
    assert loop.FUSED is False
    monkeypatch.setattr(loop, "FUSED", True)
    assert type(loop.new_trainer(weights, settings)) is Trainer
    with torch._subclasses.FakeTensorMode():
        on_gpu = draw_weights(8, 3, 10, 1).to(torch.device("cuda:0"))
        assert type(loop.new_trainer(on_gpu, settings)) is fused.FusedTrainer
        monkeypatch.setattr(loop, "FUSED", False)
        assert type(loop.new_trainer(on_gpu, settings)) is Trainer


def test_weights_that_they_do_not_know_are_refused() -> None:
    with pytest.raises(ValueError, match=r"fused kernels know float32 weights .*, not torch.float64 and float32"):
        fused.FusedTrainer(
            draw_weights(8, 3, 10, 1, torch.float64), Settings("supervised", 8, 1, batch_size=4, epochs=1)
        )


@pytest.mark.gpu
@pytest.mark.parametrize("objective", ["supervised", "augmented"])
@pytest.mark.parametrize("biases", [False, True])
def test_a_gpu_agrees_with_its_usual_steps(objective: str, biases: bool) -> None:
    settings = Settings(objective, 150, 1, batch_size=40, epochs=1, biases=biases)
    ends = []
    for kind in (Trainer, fused.FusedTrainer):
        weights = draw_weights(150, 70, 10, 1, biases=biases).to(torch.device("cuda"))
        trained = kind(weights, settings)
        stream = torch.Generator().manual_seed(1)
        inputs = torch.rand(40, len(weights.hidden), generator=stream).cuda()
        targets = torch.eye(10).cuda()[torch.arange(40) % 10]
        for _ in range(3):
            trained.step(inputs, targets, torch.rand(40, generator=stream).cuda())
        ends.append(trained.tensors())
    torch.testing.assert_close(ends[1], ends[0], rtol=1e-4, atol=1e-5)
