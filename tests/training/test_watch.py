from __future__ import annotations

import pytest
import torch

from distill.training.watch import LossWatch, is_device_loss, is_out_of_memory, not_finite


def test_a_loss_that_jumps_tenfold_is_a_blast_and_not_remembered() -> None:
    watch = LossWatch()
    for _ in range(30):
        assert watch.complaint({"loss": 2.0}) is None
    assert watch.complaint({"loss": 19.0}) is None
    assert watch.complaint({"loss": 21.0}) == "the loss jumped from about 2 to 21"
    assert watch.complaint({"loss": 2.0}) is None
    assert 21.0 not in watch.totals


def test_early_losses_may_jump() -> None:
    watch = LossWatch()
    assert [watch.complaint({"loss": 10.0**power}) for power in range(19)] == [None] * 19


def test_only_the_last_hundred_losses_count() -> None:
    watch = LossWatch()
    for step in range(300):
        watch.complaint({"loss": float(step)})
    assert watch.totals == [float(step) for step in range(200, 300)]


def test_another_phase_with_other_losses_starts_afresh() -> None:
    watch = LossWatch()
    for _ in range(50):
        watch.complaint({"loss": 0.1, "magnitude": 0.1})
    assert watch.complaint({"loss": 50.0, "phase": 50.0}) is None


def test_any_loss_that_is_no_number_is_named() -> None:
    watch = LossWatch()
    assert watch.complaint({"loss": 1.0, "mel": float("inf")}) == "the mel stopped being a number"


def test_a_tensor_that_is_not_finite_is_named() -> None:
    tensors = {"a": torch.ones(2), "steps": torch.tensor(3), "b": torch.tensor([1.0, float("nan")])}
    assert not_finite(tensors) == "b"
    del tensors["b"]
    assert not_finite(tensors) is None


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB"),
        RuntimeError("MPS backend out of memory (MPS allocated: 8.00 GB)"),
        RuntimeError("[enforce fail at alloc_cpu.cpp] DefaultCPUAllocator: can't allocate memory: you tried"),
        RuntimeError(
            "[enforce fail at alloc_cpu.cpp] data. DefaultCPUAllocator: not enough memory: you tried"
        ),
        MemoryError(),
    ],
)
def test_memory_running_out_is_known_on_every_device(error: BaseException) -> None:
    assert is_out_of_memory(error)


def test_a_real_allocation_failure_is_known() -> None:
    with pytest.raises((RuntimeError, MemoryError)) as caught:
        torch.empty(2**60, dtype=torch.uint8)
    assert is_out_of_memory(caught.value)


def test_other_faults_are_neither_memory_nor_device() -> None:
    for error in (RuntimeError("shapes do not match"), ValueError("out of memory of names")):
        assert not is_out_of_memory(error)
        assert not is_device_loss(error)


def test_a_lost_device_is_known() -> None:
    assert is_device_loss(torch.AcceleratorError("CUDA error: unspecified launch failure"))
    assert is_device_loss(RuntimeError("CUDA error: device-side assert triggered"))
