"""Rates of products, within a time limit."""

import pytest
import rates
import torch
from rates import Machine, measure_machine, product_rate


@pytest.mark.parametrize(("rate", "size"), [(1e15, 2048), (1e10, 1024), (1e8, 256), (1e6, 128)])
def test_products_grow_while_the_next_ends_in_time(rate: float, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that only products move: 128 a side take 4.2 million operations, eleven times."""
    clock = [0.0]

    def seconds(size: int, dtype: torch.dtype, device: str, tries: int) -> float:
        clock[0] += (1 + tries) * 2 * size**3 / rate
        return 2 * size**3 / rate

    monkeypatch.setattr(rates, "product_seconds", seconds)
    monkeypatch.setattr(rates.time, "perf_counter", lambda: clock[0])
    assert product_rate(torch.float32, "cpu", 2048) == (pytest.approx(rate), size)
    assert clock[0] < 10 or size == 128


@pytest.mark.parametrize("emulated", [True, False])
def test_the_machine_says_what_it_emulates(emulated: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "product_rate", lambda dtype, *_: (7.1e10, 2048) if dtype.itemsize == 4 else (2e9, 512))
    monkeypatch.setattr(rates, "bfloat16_is_emulated", lambda device: emulated)
    machine = measure_machine("cpu")
    assert machine == Machine(7.1e10, 2e9, machine.copy, 2048, 512, emulated)
    assert 1e8 < machine.copy < 1e13
    products = str(machine).partition(";")[0]
    told = ", emulated" if emulated else ""
    assert products == f"products: 71 GFLOP/s in float32 (2,048 a side), 2 in bfloat16 (512 a side{told})"
