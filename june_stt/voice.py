"""Where there is a voice: Silero's model, run directly on onnxruntime.

The model is the one that faster-whisper ships (silero_vad_v6.onnx, MIT). Its
wrapper there is not used: it restarts the model's state at each call and zeroes
part of the caller's buffer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime

from june_runtime.batcher import Batcher
from june_runtime.errors import SettingsError
from june_stt.intake import WINDOW, Windows

# Each window is judged together with the end of the one before it.
CONTEXT = 64
_STATE = (1, 1, 128)

Probabilities = npt.NDArray[np.float32]


@dataclass(slots=True)
class VoiceState:
    """What the model remembers of one stream."""

    hidden: npt.NDArray[np.float32] = field(default_factory=lambda: np.zeros(_STATE, np.float32))
    cell: npt.NDArray[np.float32] = field(default_factory=lambda: np.zeros(_STATE, np.float32))
    context: npt.NDArray[np.float32] = field(default_factory=lambda: np.zeros(CONTEXT, np.float32))


class SileroModel:
    """The model itself; blocking, one call at a time."""

    def __init__(self) -> None:
        options = onnxruntime.SessionOptions()
        # A window costs 0.06 ms: threads would cost more than they share out.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(_asset()), options, providers=["CPUExecutionProvider"]
        )

    def score(self, state: VoiceState, windows: Windows) -> Probabilities:
        """How likely each window, shape (n, 512) in stream order, holds a voice."""
        joined = np.empty((len(windows), CONTEXT + WINDOW), np.float32)
        joined[:, CONTEXT:] = windows
        joined[0, :CONTEXT] = state.context
        joined[1:, :CONTEXT] = windows[:-1, -CONTEXT:]
        scores, state.hidden, state.cell = self._session.run(
            None, {"input": joined, "h": state.hidden, "c": state.cell}
        )
        state.context = windows[-1, -CONTEXT:].copy()
        probabilities: Probabilities = np.asarray(scores, np.float32).reshape(-1)
        return probabilities


class VoiceActivity:
    """Scores the windows of all streams on one thread beside the event loop."""

    def __init__(self) -> None:
        self._model: SileroModel | None = None
        self._batcher = Batcher("voice", self._score_all)

    async def load(self) -> None:
        """Raises SettingsError where the model cannot be found."""
        model = self._model = SileroModel()
        model.score(VoiceState(), np.zeros((1, WINDOW), np.float32))

    def close(self) -> None:
        self._batcher.close()

    async def score(self, state: VoiceState, windows: Windows) -> Probabilities:
        """See SileroModel.score. The calls of one stream must not overlap."""
        return await self._batcher.run((state, windows))

    def _score_all(self, batch: Sequence[tuple[VoiceState, Windows]]) -> list[Probabilities]:
        assert self._model is not None
        return [self._model.score(state, windows) for state, windows in batch]


def _asset() -> Path:
    package = find_spec("faster_whisper")
    for folder in package.submodule_search_locations or () if package else ():
        path = Path(folder, "assets", "silero_vad_v6.onnx")
        if path.exists():
            return path
    raise SettingsError(
        "VOICE_MODEL_MISSING",
        "voice activity needs the model in faster-whisper 1.2 or later: pip install 'june[stt]'",
    )
