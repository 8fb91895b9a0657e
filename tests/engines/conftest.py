"""The checkpoints that tests of Chatterbox run on.

Each is made once on a machine, however many tests ask for it at the same time.
"""

import hashlib
import importlib.metadata
import tempfile
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

HERE = Path(__file__).parent
# `make check` has none of these, and `make demo` only faster-whisper, for silero: these
# folders wait for `make test`.
NEEDS = {
    "chatterbox": ("torch",),
    "whisper": ("faster_whisper", "torch", "espeakng_loader"),
}
collect_ignore = [folder for folder, packages in NEEDS.items() if not all(map(find_spec, packages))]
MakesCheckpoint = Callable[[str], Path]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The first test on a machine waits until its checkpoint is made."""
    for item in items:
        if "make_checkpoint" in getattr(item, "fixturenames", ()) or item.path.parent == HERE:
            item.add_marker(pytest.mark.timeout(300))


@pytest.fixture(scope="session")
def make_checkpoint() -> Iterator[MakesCheckpoint]:
    """Finds or makes a variant's checkpoint; while this is asked for, the library's
    classes are as small as those."""
    if find_spec("chatterbox") is None:
        pytest.skip("no chatterbox: the extra `chatterbox` is not installed")
    import torch
    from filelock import FileLock

    from tests.engines.chatterbox import sizes, tiny

    def make(variant: str) -> Path:
        folder = _cache_of(Path(tiny.__file__), Path(sizes.__file__)) / variant
        with FileLock(folder.with_suffix(".lock")):
            if not folder.exists():
                with tempfile.TemporaryDirectory(dir=folder.parent) as making:
                    tiny.write(variant, Path(making) / "made")
                    (Path(making) / "made").replace(folder)
        return folder

    # Threads cost such small models more than they give.
    torch.set_num_threads(1)
    with sizes.shrunk():
        yield make


@pytest.fixture(scope="session")
def checkpoint(make_checkpoint: MakesCheckpoint) -> Path:
    """The English one."""
    return make_checkpoint("english")


@pytest.fixture(scope="session")
def multilingual_checkpoint(make_checkpoint: MakesCheckpoint) -> Path:
    return make_checkpoint("multilingual")


@pytest.fixture(scope="session")
def turbo_checkpoint(make_checkpoint: MakesCheckpoint) -> Path:
    return make_checkpoint("turbo")


def _cache_of(*makers: Path) -> Path:
    versions = [importlib.metadata.version(name) for name in ("chatterbox-tts", "torch")]
    made_by = b"".join(maker.read_bytes() for maker in makers)
    key = hashlib.sha256(made_by + " ".join(versions).encode()).hexdigest()[:16]
    folder = Path(tempfile.gettempdir()) / "june-tests" / f"chatterbox-{key}"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
