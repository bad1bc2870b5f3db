"""Whether bfloat16 is the device's own."""

import os
import subprocess
import sys

import pytest
import torch

from pseudo_rd.training import precision
from pseudo_rd.training.precision import bfloat16_is_emulated


@pytest.mark.parametrize("slower", [0.4, 40])
def test_it_is_emulated_where_it_is_slower_than_float32(slower: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(precision, "product_seconds", lambda dtype: slower if dtype == torch.bfloat16 else 1)
    assert bfloat16_is_emulated() == (slower > 1)


@pytest.mark.parametrize("own", [True, False])
def test_a_gpu_names_its_instructions(own: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation: own or including_emulation)
    assert bfloat16_is_emulated("cuda:0") == (not own)


@pytest.mark.slow
def test_a_processor_held_to_avx2_emulates_it() -> None:
    """oneDNN then falls back on plain loops: fifty times slower than a float32 product."""
    ask = "from pseudo_rd.training.precision import bfloat16_is_emulated as emulated; print(emulated())"
    held = {"ONEDNN_MAX_CPU_ISA": "AVX2", "ATEN_CPU_CAPABILITY": "avx2"}
    done = subprocess.run(
        [sys.executable, "-c", ask], env={**os.environ, **held}, capture_output=True, text=True, check=True
    )
    assert done.stdout == "True\n"
