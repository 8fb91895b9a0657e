"""Conversations with a model that hears and speaks by itself: a real caller over gRPC, a
real orchestrator, Google's real client, and a far side on loopback."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import wave
from collections.abc import Callable
from pathlib import Path

import grpc
import numpy as np
import pytest
from june.common.v1 import audio_pb2
from june.orchestrator.v1 import orchestrator_pb2 as pb

from june_runtime.errors import SettingsError
from june_runtime.pcm import AudioFormat, Encoding, decode
from tests.gemini_live_server import (
    INTERRUPTED,
    LIVE_PATH,
    OVER,
    GeminiLiveServer,
    content,
    heard,
    spoken,
)  # fmt: skip
from tests.gemini_server import KEY
from tests.mesh.caller import kinds
from tests.mesh.live import Calling, ask, tone


async def test_a_whole_conversation(
    gemini_live: GeminiLiveServer, calling: Calling, question: bytes
) -> None:
    """Spoken twice, answered twice in voice: captions of what was said, the reply's words
    and sound, and a record of each turn whose stages add up."""
    async with calling() as caller:
        await caller.begin()
        link = await gemini_live.link()
        records = []
        for words, answer in (("What is the weather?", "It is mild."), ("And now?", "It rains.")):
            await caller.speak(question)
            await link.until(lambda link: len(link.sound) >= len(question) // 1_280 * 1_280)
            await link.say(heard(words[:6]), heard(words[6:]))
            await link.say(spoken(answer, tone(0.2)), spoken(pcm=tone(0.1)), OVER)
            records.append((await caller.until("turn_ended")).turn_ended)
        heard_back = caller.of("audio")

    assert [record.outcome for record in records] == [pb.TURN_OUTCOME_COMPLETE] * 2
    assert [record.user_text for record in records] == ["What is the weather?", "And now?"]
    assert [record.reply_text for record in records] == ["It is mild.", "It rains."]
    assert [said.text for said in caller.of("reply_text")] == ["It is mild.", "It rains."]
    assert sum(len(run.pcm) for run in heard_back) == 2 * round(0.3 * 16_000) * 2
    for record in records:
        stages = record.stages
        parts = [getattr(stages, field.name) for field in stages.DESCRIPTOR.fields]
        assert sum(parts) == pytest.approx(record.end_to_end_ms, abs=0.1)
    ends = [each for each in caller.of("transcript") if each.is_final]
    assert [end.final_text for end in ends] == ["What is the weather?", "And now?"]


async def test_the_model_is_set_up_as_the_configuration_says(
    gemini_live: GeminiLiveServer, calling: Calling
) -> None:
    wishes = {"voice": "Puck", "language": "de-DE", "system_instruction": "Be brief."}
    async with calling(temperature=0.4, brain_model="gemini-9-live", **wishes) as caller:
        await caller.begin()
        setup = (await gemini_live.link()).setup
    assert setup["model"] == "models/gemini-9-live"
    assert setup["systemInstruction"]["parts"] == [{"text": "Be brief."}]
    speech = setup["generationConfig"]["speechConfig"]
    assert speech["voice_config"]["prebuilt_voice_config"]["voice_name"] == "Puck"
    assert speech["language_code"] == "de-DE"
    assert setup["generationConfig"]["temperature"] == pytest.approx(0.4)
    assert setup["generationConfig"]["responseModalities"] == ["AUDIO"]
    assert setup["sessionResumption"] == {}
    assert "inputAudioTranscription" in setup
    assert "outputAudioTranscription" in setup
    (socket,) = [each for each in gemini_live.requests if LIVE_PATH in each.path]
    assert socket.headers["x-goog-api-key"] == KEY


async def test_readiness_proves_the_key_and_names_the_model(
    gemini_live: GeminiLiveServer, calling: Calling
) -> None:
    async with calling():
        (asked,) = gemini_live.requests
    assert asked.path.endswith("/models/gemini-3.8-live")
    gemini_live.model_status = 403
    with pytest.raises(SettingsError) as refused:
        async with calling():
            pass
    assert refused.value.reason == "BRAIN_KEY_REFUSED"


async def test_audio_of_any_format_both_ways(
    gemini_live: GeminiLiveServer, calling: Calling
) -> None:
    """The model hears 16 kHz and speaks 24 kHz, whatever the caller has."""
    form = audio_pb2.AudioFormat
    heard_as = form(encoding=audio_pb2.AUDIO_ENCODING_PCM_F32LE, sample_rate=48_000, channels=2)
    spoken_as = form(encoding=audio_pb2.AUDIO_ENCODING_MULAW, sample_rate=8_000)
    sound = np.repeat(np.sin(np.arange(48_000) * 2 * np.pi * 300 / 48_000) * 0.5, 2)
    async with calling() as caller:
        await caller.begin(input=heard_as, output=spoken_as)
        link = await gemini_live.link()
        await caller.speak(sound.astype("<f4").tobytes())
        await link.until(lambda link: len(link.sound) >= 30_000)
        got = np.frombuffer(link.sound, "<i2") / 32_768
        await link.say(heard("Hum"), spoken("Hm.", tone(0.5, 300.0)), OVER)
        await caller.until("turn_ended")
    strength = np.abs(np.fft.rfft(got[:15_000]))
    assert np.argmax(strength) * 16_000 / 15_000 == pytest.approx(300, abs=2)
    assert np.sqrt(np.mean(got**2)) == pytest.approx(0.5 / np.sqrt(2), rel=0.05)
    back = b"".join(run.pcm for run in caller.of("audio"))
    assert len(back) == 4_000
    played = decode(back, AudioFormat(Encoding.MULAW, 8_000))
    assert np.argmax(np.abs(np.fft.rfft(played))) * 2 == pytest.approx(300, abs=4)


async def test_written_questions_are_answered(
    gemini_live: GeminiLiveServer, calling: Calling
) -> None:
    """By a caller who has no microphone; the record's tokens are as the model counts."""
    async with calling() as caller:
        await caller.say(config=pb.SessionConfig())
        link = await gemini_live.link()
        await ask(caller, link, "And today?")
        usage = {"usageMetadata": {"promptTokenCount": 7, "responseTokenCount": 31}}
        await link.say(spoken("It is mild.", tone(0.1)), OVER | usage)
        record = (await caller.until("turn_ended")).turn_ended
    assert link.texts == ["And today?"]
    assert (record.user_text, record.reply_text) == ("And today?", "It is mild.")
    assert record.tokens == 31
    assert record.HasField("first_token_ms")


async def test_who_only_reads_gets_no_sound(
    gemini_live: GeminiLiveServer, calling: Calling
) -> None:
    async with calling() as caller:
        await caller.say(config=pb.SessionConfig(speak=False))
        link = await gemini_live.link()
        await ask(caller, link, "And today?")
        await link.say(spoken("It is mild.", tone(5.0)), OVER)
        record = (await caller.until("turn_ended")).turn_ended
    assert record.reply_text == "It is mild."
    assert not record.HasField("end_to_end_ms")
    assert not caller.of("audio")


async def test_speaking_over_a_reply_ends_it(
    gemini_live: GeminiLiveServer, calling: Calling
) -> None:
    """Not all that was sent was heard, and so the record has it; then the user's words
    are answered."""
    async with calling() as caller:
        await caller.begin()
        link = await gemini_live.link()
        await ask(caller, link, "And today?")
        await link.say(spoken("It is mild and dry in the north and wet in the south.", tone(4)))
        await caller.until("audio")
        await caller.say(playback=pb.PlaybackReport(turn=1, played_samples=3_200))
        await link.say(INTERRUPTED, content(turnComplete=True))
        cut = (await caller.until("interrupted")).interrupted
        first = (await caller.until("turn_ended")).turn_ended
        sent = sum(len(run.pcm) for run in caller.of("audio"))
        await link.say(heard("No, tomorrow."), spoken("It rains.", tone(0.1)), OVER)
        second = (await caller.until("turn_ended")).turn_ended
    assert first.outcome == pb.TURN_OUTCOME_INTERRUPTED
    assert cut.heard_text == first.reply_text
    assert "It is mild and dry in the north and wet in the south.".startswith(cut.heard_text)
    assert len(cut.heard_text) < 20
    assert sent < 4 * 32_000
    assert second.outcome == pb.TURN_OUTCOME_COMPLETE
    assert (second.user_text, second.reply_text) == ("No, tomorrow.", "It rains.")


async def test_a_reply_is_stopped_by_hand(gemini_live: GeminiLiveServer, calling: Calling) -> None:
    """The model does not know and goes on; nothing more of that reply is heard."""
    async with calling() as caller:
        await caller.begin()
        link = await gemini_live.link()
        await ask(caller, link, "And today?")
        await link.say(spoken("It is mild.", tone(3)))
        await caller.until("audio")
        await caller.say(interrupt=pb.Interrupt())
        first = (await caller.until("turn_ended")).turn_ended
        await link.say(spoken(" And dry.", tone(1)), OVER)
        await ask(caller, link, "And tomorrow?")
        await link.say(spoken("It rains.", tone(0.1)), OVER)
        second = (await caller.until("turn_ended")).turn_ended
    assert first.outcome == pb.TURN_OUTCOME_INTERRUPTED
    assert second.reply_text == "It rains."
    assert kinds(caller.seen).count("turn_started") == 2


async def test_audio_leaves_just_ahead_of_the_ear(
    gemini_live: GeminiLiveServer, calling: Calling
) -> None:
    """The model makes it all at once; at most 400 ms of it are ahead of what is reported
    as played."""
    async with calling() as caller:
        await caller.begin()
        link = await gemini_live.link()
        await ask(caller, link, "And today?")
        await link.say(spoken("It is mild.", tone(30)))
        first = (await caller.until("audio")).audio
        assert first.start_sample == 0
        await caller.until("audio", lambda run: run.start_sample >= 0.3 * 16_000)
        await caller.say(interrupt=pb.Interrupt())
        await caller.until("turn_ended")
        runs = caller.of("audio")
    for run in runs:
        assert run.start_sample / 16_000 * 1000 <= run.sent_ms - runs[0].sent_ms + 400


async def test_the_caller_hangs_up_after_a_question(
    gemini_live: GeminiLiveServer, calling: Calling
) -> None:
    """It is answered yet; the stream then ends well."""
    async with calling() as caller:
        await caller.say(config=pb.SessionConfig())
        link = await gemini_live.link()
        await ask(caller, link, "And today?")
        await caller.call.done_writing()
        await link.say(spoken("It is mild.", tone(0.1)), OVER)
        await caller.rest()
        assert (await caller.call.code()) == grpc.StatusCode.OK
    (record,) = caller.of("turn_ended")
    assert record.reply_text == "It is mild."
    assert link.ended.is_set()


async def test_june_talk_does_not_notice(
    gemini_live: GeminiLiveServer,
    calling: Calling,
    speech: Callable[[str], Path],
    tmp_path: Path,
) -> None:
    """The command asks with a recording, shows captions and words, plays the reply and
    draws its record, as it does with three services."""
    answer = tmp_path / "answer.wav"
    async with calling() as caller:
        talking = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "june_cli", "talk", str(speech("weather-en.wav")),
            "--json", "--fast", "--no-play", "--out", str(answer), "--server", caller.address,
            stdout=subprocess.PIPE,
        )  # fmt: skip
        link = await gemini_live.link()
        await link.until(lambda link: len(link.sound) >= 64_000)
        await link.say(heard("What is the weather like?"))
        await link.say(spoken("It is mild today. Tomorrow it rains.", tone(1.0)), OVER)
        async with asyncio.timeout(20):
            shown, _ = await talking.communicate()
    lines = [json.loads(line) for line in shown.splitlines()]
    kinds = [line["kind"] for line in lines]
    assert talking.returncode == 0
    assert kinds.index("transcript") < kinds.index("turn_started") < kinds.index("turn_ended")
    assert "notice" not in kinds
    replies = [line["text"] for line in lines if line["kind"] == "reply_text"]
    assert replies == ["It is mild today.", "Tomorrow it rains."]
    with wave.open(str(answer)) as recording:
        assert recording.getnframes() / recording.getframerate() >= 1.0
