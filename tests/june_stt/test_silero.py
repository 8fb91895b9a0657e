"""The voice model with room for many streams gives what the original gives."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from june_stt.silero import batched
from june_stt.voice import _asset

onnxruntime = pytest.importorskip("onnxruntime")


def session(onnx: bytes) -> Any:
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(onnx, options, providers=["CPUExecutionProvider"])


def test_each_row_gets_what_it_would_get_alone() -> None:
    """To the last bit, probabilities and states."""
    original = _asset().read_bytes()
    one, many = session(original), session(batched(original))
    random = np.random.default_rng(1)
    windows = random.normal(0, 0.1, (8, 576)).astype(np.float32)
    hidden, cell = random.normal(0, 0.3, (2, 1, 8, 128)).astype(np.float32)
    together = many.run(None, {"input": windows, "h": hidden, "c": cell})
    for row in range(8):
        place = slice(row, row + 1)
        alone = one.run(None, {"input": windows[place], "h": hidden[:, place], "c": cell[:, place]})
        assert together[0].reshape(-1)[row] == alone[0].reshape(-1)[0]
        assert np.array_equal(together[1][:, place], alone[1])
        assert np.array_equal(together[2][:, place], alone[2])


@pytest.mark.parametrize("junk", [b"", b"no model", b"\x00" * 64])
def test_another_file_is_refused(junk: bytes) -> None:
    with pytest.raises(ValueError, match=r"ONNX|Silero"):
        batched(junk)


def test_a_model_that_was_changed_already_is_refused() -> None:
    """Its permutation is not the one that is known."""
    with pytest.raises(ValueError, match="recurrent layer"):
        batched(batched(_asset().read_bytes()))
