"""June tells nobody about you."""

import os
import subprocess
import sys
from pathlib import Path


def test_hearing_leaves_no_trace_in_the_home_folder(tmp_path: Path, hearing: None) -> None:
    """onnxruntime keeps no id of this machine, and so has nothing to report under."""
    subprocess.run(
        [sys.executable, "-c", "from june_stt.voice import SileroModel; SileroModel()"],
        env=os.environ | {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")},
        cwd=Path(__file__).resolve().parents[1],
        check=True,
    )
    assert not list(tmp_path.rglob("*"))
