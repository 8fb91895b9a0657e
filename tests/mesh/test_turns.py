"""Whole turns through three real servers."""

from __future__ import annotations

from june.orchestrator.v1 import orchestrator_pb2 as pb
from june.stt.v1 import stt_pb2

from tests.mesh.caller import Caller
from tests.mesh.conftest import MakeMesh

ANSWER = ["It is mild and dry today.", "Tomorrow it rains a little.", "Then it is sunny again."]


async def test_a_spoken_question_is_answered_in_voice(make_mesh: MakeMesh, question: bytes) -> None:
    """Transcripts, confirmation, text, audio and the record come, in their legal order."""
    async with make_mesh() as mesh, Caller(mesh.channel) as caller:
        await caller.begin()
        await caller.speak(question)
        await caller.hush(0.8)
        record = (await caller.until("turn_ended")).turn_ended
        await caller.call.done_writing()
        await caller.rest()

    assert record.outcome == pb.TURN_OUTCOME_COMPLETE
    assert record.user_text == "what's the weather like"
    assert [said.text for said in caller.of("reply_text")] == ANSWER
    assert record.reply_text == " ".join(ANSWER)
    order = [response.WhichOneof("payload") for response in caller.seen]
    assert order[0] == "started"
    assert order.index("turn_started") < order.index("reply_text") < order.index("turn_ended")
    assert order.index("turn_started") < order.index("audio")


async def test_the_reply_audio_has_neither_gap_nor_overlap(
    make_mesh: MakeMesh, question: bytes
) -> None:
    """Run follows run, sentence follows sentence, and the last one says so."""
    async with make_mesh() as mesh, Caller(mesh.channel) as caller:
        await caller.begin()
        await caller.speak(question)
        await caller.hush(0.8)
        await caller.until("turn_ended")

    audio = caller.of("audio")
    expected = 0
    for run in audio:
        assert run.start_sample == expected
        expected += len(run.pcm) // 2
    sentences = [run.sentence for run in audio if run.pcm]
    assert sentences == sorted(sentences)
    assert [run.last for run in audio] == [False] * (len(audio) - 1) + [True]
    # 15 words of 60 ms, less the silence that is trimmed around a sentence.
    assert 0.6 <= expected / 16_000 <= 1.2


async def test_the_stages_add_up(make_mesh: MakeMesh, question: bytes) -> None:
    """The parts of a turn's latency are its whole, to within 5 ms."""
    async with make_mesh() as mesh, Caller(mesh.channel) as caller:
        await caller.begin()
        await caller.speak(question, pace=0.01)
        await caller.hush(0.8)
        record = (await caller.until("turn_ended")).turn_ended

    stages = [value for _, value in record.stages.ListFields()]
    assert all(stage >= 0 for stage in stages)
    assert abs(sum(stages) - record.end_to_end_ms) < 5
    assert record.speculated


async def test_captions_only_grow(make_mesh: MakeMesh, question: bytes) -> None:
    """Committed text is never taken back, and equal revisions carry equal words."""
    async with make_mesh() as mesh, Caller(mesh.channel) as caller:
        await caller.begin()
        await caller.speak(question, pace=0.005)
        await caller.hush(0.8)
        await caller.until("turn_ended")

    heard = caller.of("transcript")
    committed = ""
    words: dict[int, tuple[str, str]] = {}
    for told in heard:
        assert told.committed_text.startswith(committed)
        committed = told.committed_text
        said = (told.committed_text + told.unstable_text, told.final_text)
        assert words.setdefault(told.revision, said) == said
    final = [told for told in heard if told.event == stt_pb2.TRANSCRIPT_EVENT_END_OF_TURN]
    assert [told.final_text for told in final] == ["what's the weather like"]


async def test_a_typed_question_is_answered_like_a_spoken_one(make_mesh: MakeMesh) -> None:
    """No audio goes in; the reply comes in voice and text."""
    async with make_mesh() as mesh, Caller(mesh.channel) as caller:
        await caller.say(config=pb.SessionConfig())
        await caller.say(text="And tomorrow?")
        record = (await caller.until("turn_ended")).turn_ended

    assert record.user_text == "And tomorrow?"
    assert caller.of("audio")
    assert [said.text for said in caller.of("reply_text")] == ANSWER


async def test_half_closing_ends_the_turn_and_hears_the_reply_out(
    make_mesh: MakeMesh, question: bytes
) -> None:
    """A caller that has said everything still gets its whole answer, then OK."""
    async with make_mesh() as mesh, Caller(mesh.channel) as caller:
        await caller.begin()
        await caller.speak(question)
        await caller.call.done_writing()
        await caller.rest()
        assert (await caller.call.code()).name == "OK"

    assert [record.outcome for record in caller.of("turn_ended")] == [pb.TURN_OUTCOME_COMPLETE]


async def test_end_of_turn_by_hand_does_not_wait_for_silence(
    make_mesh: MakeMesh, question: bytes
) -> None:
    """Push to talk: the turn ends at once, whatever the silence."""
    async with make_mesh() as mesh, Caller(mesh.channel) as caller:
        await caller.begin()
        # Up to the middle of the last word.
        await caller.speak(question[: len(question) // 2])
        await caller.say(end_of_turn=pb.EndOfTurn())
        await caller.until(
            "transcript",
            lambda told: (
                told.event == stt_pb2.TRANSCRIPT_EVENT_END_OF_TURN
                and told.end_reason == stt_pb2.END_REASON_CLIENT
            ),
        )
        await caller.until("turn_ended")


async def test_speech_over_the_reply_pauses_and_then_interrupts_it(
    make_mesh: MakeMesh, question: bytes
) -> None:
    """History keeps what was heard: a beginning of the reply, and not all of it."""
    slow = {"word_ms": 800}
    async with make_mesh(tts=slow) as mesh, Caller(mesh.channel) as caller:
        await caller.begin()
        await caller.speak(question)
        await caller.hush(0.8)
        await caller.until("audio")
        await caller.speak(question, pace=0.04)
        await caller.hush(0.8)
        interrupted = (await caller.until("interrupted")).interrupted
        first = (await caller.until("turn_ended")).turn_ended
        await caller.until("turn_started")

    order = [response.WhichOneof("payload") for response in caller.seen]
    assert order.index("paused") < order.index("interrupted")
    assert first.outcome == pb.TURN_OUTCOME_INTERRUPTED
    assert first.reply_text == interrupted.heard_text
    whole = " ".join(ANSWER)
    assert whole.startswith(interrupted.heard_text)
    assert len(interrupted.heard_text) < len(whole)


async def test_sequential_and_streaming_say_the_same(make_mesh: MakeMesh, question: bytes) -> None:
    """The plain way gives the same words in one piece."""
    async with make_mesh() as mesh, Caller(mesh.channel) as caller:
        await caller.begin(sequential=True)
        await caller.speak(question)
        await caller.hush(0.8)
        record = (await caller.until("turn_ended")).turn_ended

    assert [said.text for said in caller.of("reply_text")] == [" ".join(ANSWER)]
    assert record.reply_text == " ".join(ANSWER)
    assert not record.speculated
