"""What a few turns leave in the figures of all three services."""

from __future__ import annotations

from june.metrics.v1 import metrics_pb2, metrics_service_pb2_grpc
from june.orchestrator.v1 import orchestrator_pb2 as pb
from june.stt.v1 import stt_pb2

from june_orchestrator.metrics import FIGURES as ORCHESTRATOR
from june_runtime.channel import connect
from june_runtime.figures import Figure, Kind
from june_stt.metrics import FIGURES as STT
from june_tts.metrics import FIGURES as TTS
from tests.mesh.caller import Caller
from tests.mesh.conftest import MakeMesh, Mesh
from tests.mesh.test_switching import ask, switch

FIGURES = {"june_orchestrator": ORCHESTRATOR, "june_stt": STT, "june_tts": TTS}
ENDED = stt_pb2.TRANSCRIPT_EVENT_SPEECH_ENDED
SLOW_BRAIN = {"tokens_per_second": 60, "first_token_ms": 30}
# Nothing goes wrong here, and nobody is refused, interrupted or kept waiting.
QUIET = {
    "june_orchestrator": {
        "failed_turns", "interruptions", "false_interruptions", "fallbacks", "options_refused",
        "refusals",
    },
    "june_stt": {"wordless_sounds", "resumed", "refusals"},
    "june_tts": {"sentences_cancelled", "sentences_truncated", "sentences_error", "refusals"},
}  # fmt: skip


async def figures(mesh: Mesh) -> dict[str, metrics_pb2.Metrics]:
    found = {}
    for address in mesh.addresses.values():
        async with connect(address, mesh=False) as channel:
            stub = metrics_service_pb2_grpc.MetricsServiceStub(channel)
            told = (await stub.GetMetrics(metrics_pb2.GetMetricsRequest())).metrics
            found[told.service] = told
    return found


async def test_every_figure_moves_with_the_turns(make_mesh: MakeMesh, question: bytes) -> None:
    """Counts, and timings by their distribution; of each turn once."""
    async with make_mesh(brain=SLOW_BRAIN) as mesh, Caller(mesh.channel) as caller:
        await caller.begin()
        records = [await ask(caller, question, pace=0.01) for _ in range(2)]
        await switch(mesh.channel, streaming_enabled=False)
        records.append(await ask(caller, question))
        found = await figures(mesh)
    for service, told in found.items():
        still = {name for name, value in told.counts.items() if not value}
        still.discard("speculations_wasted")  # as the words happen to fall
        assert still == QUIET[service], service
    orchestrator, stt, tts = (found[f"june_{name}"] for name in ("orchestrator", "stt", "tts"))
    assert orchestrator.counts["turns"] == stt.counts["turns"] == 3
    assert orchestrator.counts["turns_sequential"] == 1
    assert orchestrator.counts["conversations"] == 1
    assert orchestrator.counts["conversations_concurrent"] == 1
    triggers = sum(record.concurrent_sentences for record in records)
    assert orchestrator.concurrent_tts_triggers == triggers > 0
    captions = orchestrator.partial_transcripts_received
    assert captions == len(caller.of("transcript")) - others(caller) > 0
    assert orchestrator.counts["tokens"] == sum(record.tokens for record in records)
    assert orchestrator.avg_first_token_ms > 20
    assert tts.counts["sentences_complete"] == sum(len(record.sentences) for record in records)
    for service, told in found.items():
        measured = {timing.name for timing in told.timings if timing.count}
        assert measured == declared(FIGURES[service], Kind.TIMING), service
        assert set(told.gauges) - {"active_sessions"} == declared(FIGURES[service], Kind.GAUGE)


def declared(figures: tuple[Figure, ...], kind: Kind) -> set[str]:
    return {figure.name for figure in figures if figure.kind is kind}


def others(caller: Caller) -> int:
    """Transcripts that are no captions."""
    return sum(told.event != 2 for told in caller.of("transcript"))


async def test_expectations_are_judged_by_each_service(
    make_mesh: MakeMesh, question: bytes
) -> None:
    """Met or not, by what was measured; nothing before."""
    async with make_mesh(brain=SLOW_BRAIN) as mesh, Caller(mesh.channel) as caller:
        before = await figures(mesh)
        await caller.begin()
        await ask(caller, question, pace=0.01)
        after = await figures(mesh)
    assert not any(
        each.HasField("actual") for told in before.values() for each in told.expectations
    )
    judged = {each.name: each for each in after["june_orchestrator"].expectations}
    assert set(judged) == {
        "first_token_ms", "first_audio_ms", "end_to_end_ms", "concurrent_tts_share",
        "partial_interval_ms",
    }  # fmt: skip
    assert all(each.HasField("actual") for each in judged.values())
    assert judged["concurrent_tts_share"].actual == 1
    assert judged["concurrent_tts_share"].met
    assert judged["first_token_ms"].met == (judged["first_token_ms"].actual < 500)


async def test_gauges_tell_what_goes_on(make_mesh: MakeMesh) -> None:
    """While a reply is spoken, and not afterwards."""
    slow = {"word_ms": 300, "speed": 2}
    async with make_mesh(tts=slow) as mesh, Caller(mesh.channel) as caller:
        await caller.say(config=pb.SessionConfig())
        await caller.say(text="And now?")
        await caller.until("audio")
        during = await figures(mesh)
        await caller.say(interrupt=pb.Interrupt())
        await caller.until("turn_ended")
        after = await figures(mesh)
    assert during["june_orchestrator"].gauges["turns_in_progress"] == 1
    assert during["june_orchestrator"].gauges["active_sessions"] == 1
    assert during["june_orchestrator"].gauges["tts_streams_busy"] >= 1
    assert during["june_tts"].gauges["sentences_in_progress"] >= 1
    assert after["june_orchestrator"].gauges["turns_in_progress"] == 0
    assert after["june_orchestrator"].gauges["tts_streams_busy"] == 0


async def test_a_sound_without_words_is_a_false_interruption(
    make_mesh: MakeMesh, question: bytes
) -> None:
    """The reply pauses, and goes on where it stood."""
    wordless = {"utterances": ("and now", "")}
    async with (
        make_mesh(stt=wordless, tts={"word_ms": 800}) as mesh,
        Caller(mesh.channel) as caller,
    ):
        await caller.begin()
        await caller.speak(question)
        await caller.hush(0.8)
        await caller.until("audio")
        # Faster than anyone talks: it is over before it can be judged by its length.
        await caller.speak(question[: len(question) // 2])
        await caller.hush(0.8)
        await caller.until("resumed")
        await caller.until("transcript", lambda told: told.event == ENDED)
        found = await figures(mesh)
    counts = found["june_orchestrator"].counts
    assert (counts["interruptions"], counts["false_interruptions"]) == (0, 1)
    assert found["june_stt"].counts["wordless_sounds"] == 1


async def test_an_interruption_is_no_false_one(make_mesh: MakeMesh, question: bytes) -> None:
    async with make_mesh(tts={"word_ms": 800}) as mesh, Caller(mesh.channel) as caller:
        await caller.say(config=pb.SessionConfig())
        await caller.say(text="And now?")
        await caller.until("audio")
        await caller.say(interrupt=pb.Interrupt())
        await caller.until("turn_ended")
        counts = (await figures(mesh))["june_orchestrator"].counts
    assert (counts["interruptions"], counts["false_interruptions"]) == (1, 0)
