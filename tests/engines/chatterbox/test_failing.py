"""Models that are out of order: what passes, and what is for good."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

pytest.importorskip("chatterbox", reason="the extra `chatterbox` is not installed")

from june_runtime.errors import Unavailable
from june_tts.engine import Reference
from june_tts.engines.chatterbox import assembly, server
from june_tts.engines.chatterbox.engine import ChatterboxEngine
from june_tts.neural import Neural
from tests.engines.chatterbox import tiny
from tests.engines.chatterbox.saying import TEXT, audio, is_same, say

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def engine(checkpoint: Path) -> AsyncIterator[ChatterboxEngine]:
    loaded = ChatterboxEngine(Neural(str(checkpoint), rows=6, waiting_seconds=600))
    await loaded.load()
    yield loaded
    await loaded.close()


def raising(fault: str) -> Callable[..., None]:
    """A model that is out of order."""

    def broken(*given: object) -> None:
        raise RuntimeError(fault)

    return broken


async def test_a_failure_is_that_of_those_concerned(
    engine: ChatterboxEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ENGINE_FAILED for whoever was being stepped; the next sentence is said. So it may
    go on: no harm is done."""
    expected = audio(await say(engine, TEXT))
    assert engine._assembly is not None
    loop = engine._assembly.server._loop

    for _ in range(4):
        with monkeypatch.context() as patched:
            patched.setattr(loop, "step", raising("out of memory"))
            with pytest.raises(Unavailable) as failed:
                await say(engine, TEXT)
        assert failed.value.reason == "ENGINE_FAILED"
        assert is_same(audio(await say(engine, TEXT)), expected)
    assert engine.busy == (0, 6)
    assert not engine.condition.lost


async def test_a_text_that_breaks_something_is_its_own_affair(
    engine: ChatterboxEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However often it comes, and wherever it breaks."""
    assert engine._assembly is not None
    places = [(server, "Speaking"), (engine._assembly.server._reader, "read")]
    for place, name in places:
        with monkeypatch.context() as patched:
            patched.setattr(place, name, raising("nobody thought of that"))
            for _ in range(4):
                with pytest.raises(Unavailable) as failed:
                    await say(engine, TEXT)
                assert failed.value.reason == "ENGINE_FAILED"
    assert len(audio(await say(engine, TEXT)))
    assert engine.busy == (0, 6)
    assert not engine.condition.lost


@pytest.mark.parametrize(
    ("part", "name", "fault", "times"),
    [("_loop", "step", "shapes do not match", 3), ("_loop", "join", "shapes do not match", 3),
     ("_vocoder", "vocode", "shapes do not match", 3),
     ("_loop", "step", "CUDA error: device-side assert triggered", 1),
     ("_reader", "read", "CUDA error: an illegal memory access was encountered", 1)],
)  # fmt: skip
async def test_what_fails_for_good_says_so(
    checkpoint: Path,
    monkeypatch: pytest.MonkeyPatch,
    part: str,
    name: str,
    fault: str,
    times: int,
) -> None:
    """Three failures on end are no accident, an error of the device never is: everyone is
    told, at once."""
    failing = ChatterboxEngine(Neural(str(checkpoint), rows=1))
    await failing.load()
    assert failing._assembly is not None
    monkeypatch.setattr(getattr(failing._assembly.server, part), name, raising(fault))
    for tried in range(times + 1):
        with pytest.raises(Unavailable) as failed:
            await say(failing, TEXT)
        assert failed.value.reason == "ENGINE_FAILED"
        assert failing.condition.lost is (tried + 1 >= times)
        assert ("restart" in failed.value.message) is failing.condition.lost
    await failing.close()


async def test_a_recording_that_breaks_the_device_is_the_end(
    checkpoint: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that breaks something else is not."""
    failing = ChatterboxEngine(Neural(str(checkpoint), rows=1))
    await failing.load()
    reference = Reference(tiny.reference(2.0), 24_000)
    for fault, lost in (("shapes do not match", False), ("CUDA error: unknown", True)):
        monkeypatch.setattr(assembly, "likeness", raising(fault))
        for _ in range(4):
            with pytest.raises((RuntimeError, Unavailable)):
                await say(failing, TEXT, reference=reference)
        assert failing.condition.lost is lost
    with pytest.raises(Unavailable, match="restart"):
        await say(failing, TEXT)
    await failing.close()
