"""Where Whisper computes."""

from __future__ import annotations

import pytest

from june_runtime.errors import SettingsError
from june_stt.engines.whisper.device import chosen_device


def test_a_device_that_cannot_be_is_refused() -> None:
    with pytest.raises(SettingsError, match="JUNE_STT_COMPUTE_TYPE"):
        chosen_device("cpu", "float17")
    assert chosen_device("cpu").compute_type == "int8"
    assert chosen_device("cpu", threads=3).threads == 3
