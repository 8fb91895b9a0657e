"""The same conversation in both modes, as `june bench --compare` holds it."""

from __future__ import annotations

import tempfile
from pathlib import Path

from bench.mesh import Said, Script, mesh
from bench.question import FORMAT
from june_cli.benching import play
from june_cli.comparison import Comparison, Mode
from june_cli.peers import Peers
from june_cli.recordings import WavFile


async def compare(said: Said, turns: int, script: Script) -> Comparison:
    """So many turns in each mode, one mode after the other, over scripted engines."""
    with tempfile.TemporaryDirectory(prefix="june-bench-") as folder:
        question = Path(folder) / "question.wav"
        with WavFile(question) as wav:
            wav.write(said.pcm, FORMAT)
        async with mesh(script, said) as running:
            peers = Peers(
                {"orchestrator": running.orchestrator, "stt": running.stt, "tts": running.tts}
            )
            return await play(peers, [question], turns, tuple(Mode), lambda *_: None)
