"""Where there is a voice: Silero's model, run directly on onnxruntime.

The model is the one that faster-whisper ships (silero_vad_v6.onnx, MIT). Its
wrapper there is not used: it restarts the model's state at each call and zeroes
part of the caller's buffer.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import numpy.typing as npt

from june_runtime.batcher import Batcher
from june_runtime.errors import SettingsError
from june_stt.intake import WINDOW, Windows
from june_stt.silero import batched

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


# One stream and its next windows, shape (n, 512).
Asked = tuple[VoiceState, Windows]


class SileroModel:
    """The model itself; blocking, one call at a time."""

    def __init__(self) -> None:
        # From its import on, onnxruntime tells its maker about every session and
        # keeps an id of this machine for that, unless it is told not to.
        os.putenv("ORT_DISABLE_TELEMETRY", "1")
        import onnxruntime

        options = onnxruntime.SessionOptions()
        # A window costs 0.06 ms: threads would cost more than they share out.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            batched(_asset().read_bytes()), options, providers=["CPUExecutionProvider"]
        )

    def score(self, asked: Sequence[Asked]) -> list[Probabilities]:
        """How likely each window of each stream holds a voice.

        The first windows of all streams make one batch, the second ones the next.
        No stream may occur twice.
        """
        scores = [np.empty(len(windows), np.float32) for _, windows in asked]
        for turn in range(max((len(windows) for _, windows in asked), default=0)):
            rows = [row for row, (_, windows) in enumerate(asked) if len(windows) > turn]
            states = [asked[row][0] for row in rows]
            batch = np.stack([asked[row][1][turn] for row in rows])
            for row, probability in zip(rows, self._run(states, batch), strict=True):
                scores[row][turn] = probability
        return scores

    def _run(self, states: Sequence[VoiceState], windows: Windows) -> Probabilities:
        """One window of each of these streams."""
        contexts = np.stack([state.context for state in states])
        probabilities: Probabilities
        probabilities, hidden, cell = self._session.run(
            None,
            {
                "input": np.concatenate([contexts, windows], axis=1),
                "h": np.concatenate([state.hidden for state in states], axis=1),
                "c": np.concatenate([state.cell for state in states], axis=1),
            },
        )
        for row, state in enumerate(states):
            state.hidden = hidden[:, row : row + 1]
            state.cell = cell[:, row : row + 1]
            state.context = windows[row, -CONTEXT:]
        return probabilities


class VoiceActivity:
    """Scores the windows of all streams on one thread beside the event loop."""

    def __init__(self) -> None:
        self._model: SileroModel | None = None
        self._batcher = Batcher[Asked, Probabilities]("voice", self._score)

    async def load(self) -> None:
        """Raises SettingsError where the model cannot be found or is another one."""
        try:
            model = SileroModel()
        except ValueError as unknown:
            raise SettingsError("VOICE_MODEL_UNKNOWN", f"voice activity: {unknown}") from unknown
        model.score([(VoiceState(), np.zeros((1, WINDOW), np.float32))])
        self._model = model

    async def close(self) -> None:
        await self._batcher.close()

    @property
    def waiting(self) -> int:
        """Streams whose windows wait for the thread."""
        return self._batcher.waiting

    async def score(self, state: VoiceState, windows: Windows) -> Probabilities:
        """How likely each of the stream's next windows, shape (n, 512), holds a voice.

        The calls of one stream must not overlap.
        """
        return await self._batcher.run((state, windows))

    def _score(self, asked: Sequence[Asked]) -> list[Probabilities]:
        assert self._model is not None
        return self._model.score(asked)


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
