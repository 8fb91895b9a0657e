"""When an engine has failed for good."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from june_runtime.condition import FAILURES, Condition, is_for_good
from june_runtime.errors import Unavailable


class AcceleratorError(RuntimeError):
    """Named as torch's."""


DEVICE = [
    RuntimeError("CUDA error: device-side assert triggered\nCUDA kernel errors might be ..."),
    RuntimeError("CUDA error: an illegal memory access was encountered"),
    RuntimeError("CUDA error: CUBLAS_STATUS_EXECUTION_FAILED when calling `cublasSgemm(...)`"),
    RuntimeError("CUDA failed with error unspecified launch failure"),
    RuntimeError("cuBLAS failed with status CUBLAS_STATUS_INTERNAL_ERROR"),
    RuntimeError("cuDNN error: CUDNN_STATUS_EXECUTION_FAILED"),
    RuntimeError("HIP error: invalid device function"),
    AcceleratorError("no words for it"),
]
PASSING = [
    RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB"),
    RuntimeError("CUDA error: out of memory"),
    RuntimeError("CUDA failed with error out of memory"),
    RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"),
    AcceleratorError("CUDA error: out of memory"),
    RuntimeError("shapes do not match"),
    ValueError("CUDA error is what the text says"),
]


def wrapped(cause: Exception) -> Unavailable:
    try:
        raise Unavailable("ENGINE_FAILED", "it failed") from cause
    except Unavailable as error:
        return error


@pytest.mark.parametrize("error", DEVICE, ids=str)
def test_an_error_of_the_device_is_for_good(error: Exception) -> None:
    """At once, also where it comes in another one, or while something was asked for."""
    assert is_for_good(error)
    assert is_for_good(wrapped(error))
    assert Condition().failed(error)
    assert Condition().refused(wrapped(error))


@pytest.mark.parametrize("error", PASSING, ids=str)
def test_other_errors_may_pass(error: Exception) -> None:
    """Lack of memory among them."""
    assert not is_for_good(error)
    assert not is_for_good(wrapped(error))
    assert not Condition().failed(error)


def test_errors_that_lead_to_one_another_come_to_an_end() -> None:
    one, other = RuntimeError("one"), RuntimeError("other")
    one.__cause__, other.__cause__ = other, one
    assert not is_for_good(one)


@given(st.lists(st.sampled_from(["failed", "refused", "succeeded"]), max_size=30))
def test_failures_in_a_row_are_for_good(events: list[str]) -> None:
    """So many without a success between; what was asked for wrongly neither counts nor
    helps; and nothing brings it back."""
    condition = Condition()
    told: list[int] = []
    condition.on_lost(lambda: told.append(1))
    row, lost = 0, False
    for event in events:
        if event == "succeeded":
            condition.succeeded()
            row = 0
        else:
            row += event == "failed"
            lost = lost or row >= FAILURES
            assert getattr(condition, event)(RuntimeError("out of order")) is lost
        assert condition.lost is lost
        assert told == [1] * lost


def test_who_asks_late_is_told_too() -> None:
    condition = Condition()
    condition.lose()
    told: list[str] = []
    condition.on_lost(lambda: told.append("lost"))
    assert told == ["lost"]
