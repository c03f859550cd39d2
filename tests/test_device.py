from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor

from distill.device import Kind, available, choose, choosing, measure_rates, smoke, smoke_test
from distill.errors import DeviceUnavailable

exercise = smoke._exercise  # the real one, for what stands in its place
NO_GPU = pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has an NVIDIA GPU")


@pytest.fixture
def listed(monkeypatch: pytest.MonkeyPatch) -> Callable[[tuple[Kind, ...]], None]:
    """Let torch seem to list these devices, worked out on the CPU."""

    def pretend(kinds: tuple[Kind, ...]) -> None:
        monkeypatch.setattr(choosing, "available", lambda: kinds)
        monkeypatch.setattr(smoke, "_exercise", lambda kind, dtype: exercise("cpu", dtype))
        monkeypatch.setattr(choosing, "_name", lambda kind: f"a {kind}")

    return pretend


def spoil(monkeypatch: pytest.MonkeyPatch, kind: Kind, name: str, change: Callable[[Tensor], Tensor]) -> None:
    """Let one operation of one device go wrong."""

    def spoilt(asked: str, dtype: torch.dtype) -> dict[str, Tensor]:
        results = exercise("cpu", dtype)
        # The CPU's own results are asked for in the precision of the device that is compared with it.
        return {**results, name: change(results[name])} if asked == kind else results

    monkeypatch.setattr(smoke, "_exercise", spoilt)


@pytest.mark.parametrize("switch", [torch.no_grad, torch.inference_mode])
def test_a_device_passes_where_gradients_are_switched_off(switch: Callable[[], Any]) -> None:
    with switch():
        assert smoke_test("cpu") is None


def test_the_cpu_is_always_there_and_passes() -> None:
    assert "cpu" in available()
    assert smoke_test("cpu") is None


def test_every_operation_gives_values_of_about_one() -> None:
    # The tolerance is absolute, so it only means something for values of this size.
    for name, value in exercise("cpu", torch.float32).items():
        assert 0.05 < float(value.double().square().mean().sqrt()) < 5, name


@NO_GPU
def test_a_device_that_is_not_there_is_refused_in_one_sentence() -> None:
    with pytest.raises(DeviceUnavailable) as caught:
        choose("cuda")
    there = " and ".join(available())
    assert str(caught.value) == (
        f"the device 'cuda' is not there; this machine has {there}: choose one of these, or --device auto."
    )


def test_a_word_that_is_no_device_is_refused_in_the_same_way() -> None:
    with pytest.raises(DeviceUnavailable, match=r"^the device 'gpu' is not there; this machine has "):
        choose("gpu")


@NO_GPU
def test_a_broken_installation_fails_its_test_instead_of_crashing() -> None:
    assert smoke_test("cuda") == "The NVIDIA GPU failed its test (Torch not compiled with CUDA enabled)."


def test_the_cpu_is_chosen_where_it_is_alone(listed: Callable[[tuple[Kind, ...]], None]) -> None:
    listed(("cpu",))
    found = choose("auto", measure=False)
    assert (found.kind, found.precision, dict(found.rates)) == ("cpu", "float32", {})
    assert found.torch == torch.device("cpu")
    assert found.sentence == "Working on the CPU (a cpu), the only device here."


def test_an_accelerator_that_works_is_preferred(listed: Callable[[tuple[Kind, ...]], None]) -> None:
    listed(("cuda", "mps", "cpu"))
    assert choose(measure=False).kind == "cuda"
    listed(("mps", "cpu"))
    found = choose(measure=False)
    assert found.kind == "mps"
    assert found.sentence == "Working on the Apple GPU (a mps), and it gives the CPU's results."


def test_capitals_and_spaces_do_not_matter(listed: Callable[[tuple[Kind, ...]], None]) -> None:
    listed(("mps", "cpu"))
    assert choose(" CPU ", measure=False).sentence == "Working on the CPU (a cpu), as asked."


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("a matrix product", lambda value: value * 1.01, "a matrix product was off by 0.0"),
        ("a gradient", lambda value: value * float("nan"), "a gradient gave what is not a number"),
        ("a spectrum", lambda value: value / 0.0, "a spectrum gave what is not a number"),
    ],
)
def test_a_failing_accelerator_falls_back_with_a_sentence(
    listed: Callable[[tuple[Kind, ...]], None],
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    change: Callable[[Tensor], Tensor],
    said: str,
) -> None:
    listed(("mps", "cpu"))
    spoil(monkeypatch, "mps", name, change)
    found = choose("auto", measure=False)
    assert found.kind == "cpu"
    assert found.sentence.startswith(
        f"Working on the CPU (a cpu), because of this: The Apple GPU failed its test ({said}"
    )


def test_a_tiny_difference_is_no_failure(
    listed: Callable[[tuple[Kind, ...]], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    listed(("mps", "cpu"))
    spoil(monkeypatch, "mps", "a convolution", lambda value: value + 5e-4)
    assert smoke_test("mps") is None


def test_a_failing_accelerator_that_was_asked_for_is_refused(
    listed: Callable[[tuple[Kind, ...]], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    listed(("cuda", "cpu"))
    spoil(monkeypatch, "cuda", "a look-up", lambda value: value * float("nan"))
    with pytest.raises(DeviceUnavailable) as caught:
        choose("cuda")
    assert str(caught.value) == (
        "The NVIDIA GPU failed its test (a look-up gave what is not a number): choose cpu, or --device auto."
    )


def test_an_error_with_many_lines_is_told_in_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(kind: str, dtype: torch.dtype) -> dict[str, Tensor]:
        raise RuntimeError("no kernel image\nCompile with TORCH_USE_CUDA_DSA")

    monkeypatch.setattr(smoke, "_exercise", fails)
    assert smoke_test("cuda") == "The NVIDIA GPU failed its test (no kernel image)."


def test_the_rates_of_the_cpu_are_measured_in_both_precisions() -> None:
    rates = measure_rates("cpu")
    assert set(rates) == {"float32", "bfloat16"}
    assert all(1e6 < rate < 1e16 for rate in rates.values())


@pytest.mark.parametrize(
    ("kind", "bfloat16", "precision"),
    [("cpu", 1.39, "float32"), ("cpu", 1.41, "bfloat16"), ("cuda", 8.0, "bfloat16"), ("mps", 8.0, "float32")],
)
def test_training_takes_bfloat16_only_where_it_is_measured_to_pay(
    listed: Callable[[tuple[Kind, ...]], None],
    monkeypatch: pytest.MonkeyPatch,
    kind: Kind,
    bfloat16: float,
    precision: str,
) -> None:
    listed((kind,))
    monkeypatch.setattr(choosing, "measure_rates", lambda kind: {"float32": 1e9, "bfloat16": bfloat16 * 1e9})
    found = choose()
    assert found.precision == precision
    assert ("bfloat16" in found.sentence) == (precision == "bfloat16")


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs an NVIDIA GPU")
def test_an_nvidia_gpu_passes_and_is_chosen() -> None:
    assert smoke_test("cuda") is None
    assert choose().kind == "cuda"
