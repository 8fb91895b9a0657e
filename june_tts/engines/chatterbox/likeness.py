"""What a recording tells the networks about a voice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import librosa
import numpy as np
import torch
from chatterbox.models.t3.modules.cond_enc import T3Cond

from june_runtime.errors import InvalidInput
from june_runtime.pcm import Samples
from june_tts.engine import Reference
from june_tts.engines.chatterbox.variants import Variant

TOKENIZER_RATE, VOCODER_RATE = 16_000, 24_000
# What the vocoder continues, at most.
VOCODER_SECONDS = 10
LONGEST_SECONDS = 30.0
# Quieter than this, -54 dBFS on average, is no speech.
SILENT = 0.002
LOUDNESS_LUFS = -27.0


@dataclass(frozen=True, slots=True, eq=False)
class Likeness:
    """A voice, shared by all who speak with it and never changed.

    Attributes:
        conditioning: the library's T3Cond.
        vocoder: the library's conditionals of S3Gen (`conds.gen`).
    """

    conditioning: T3Cond
    vocoder: Mapping[str, Any]

    def with_exaggeration(self, exaggeration: float) -> T3Cond:
        """The conditioning of one utterance, its own."""
        strength = exaggeration * torch.ones(1, 1, 1, device=self.conditioning.speaker_emb.device)
        return replace(self.conditioning, emotion_adv=strength)

    @classmethod
    def read(cls, file: Path, device: torch.device) -> Likeness:
        """As the library's Conditionals.save wrote it."""
        saved = torch.load(file, map_location=device, weights_only=True)
        return cls(T3Cond(**saved["t3"]), saved["gen"])


def check(reference: Reference, variant: Variant, field: str = "config.reference") -> None:
    """Refuses what no voice can be heard in.

    Raises:
        InvalidInput: REFERENCE_TOO_SHORT, REFERENCE_TOO_LONG, REFERENCE_SILENT.
    """
    seconds = len(reference.samples) / reference.sample_rate
    if seconds < variant.least_seconds:
        fault = f"is {seconds:.2f} s long; {variant.least_seconds:g} s at least"
        raise InvalidInput.of({field: fault}, "REFERENCE_TOO_SHORT")
    if seconds > LONGEST_SECONDS:
        fault = f"is {seconds:.1f} s long; {LONGEST_SECONDS:g} s at most"
        raise InvalidInput.of({field: fault}, "REFERENCE_TOO_LONG")
    level = float(np.sqrt(np.mean(np.square(reference.samples, dtype=np.float64))))
    if not level > SILENT:
        raise InvalidInput.of({field: "is silent"}, "REFERENCE_SILENT")


@torch.inference_mode()
def likeness(model: Any, reference: Reference) -> Likeness:
    """What the library's `prepare_conditionals` makes of the recording.

    Args:
        model: a Model; of its networks only those that listen are used.

    Raises:
        InvalidInput: see check.
    """
    variant: Variant = model.variant
    check(reference, variant)
    wide = _resampled(reference.samples, reference.sample_rate, VOCODER_RATE)
    if variant.levelled:
        wide = _levelled(wide)
    narrow = _resampled(wide, VOCODER_RATE, TOKENIZER_RATE)
    vocoder = model.s3gen.embed_ref(
        wide[: VOCODER_SECONDS * VOCODER_RATE], VOCODER_RATE, device=model.device
    )
    heard = narrow[: round(variant.prompt_seconds * TOKENIZER_RATE)]
    longest = model.t3.hp.speech_cond_prompt_len
    tokens, _ = model.s3gen.tokenizer.forward([heard], max_len=longest)
    speaker = model.encoder.embeds_from_wavs([narrow], sample_rate=TOKENIZER_RATE)
    speaker = torch.from_numpy(speaker).mean(0, keepdim=True)
    conditioning = T3Cond(
        speaker_emb=speaker.to(model.device),
        cond_prompt_speech_tokens=tokens.reshape(1, -1).to(model.device),
        emotion_adv=0.5 * torch.ones(1, 1, 1, device=model.device),
    )
    return Likeness(conditioning, vocoder)


def _resampled(samples: Samples, rate: int, wanted: int) -> Samples:
    resampled = librosa.resample(samples, orig_sr=rate, target_sr=wanted)
    return np.asarray(resampled, np.float32)


def _levelled(samples: Samples) -> Samples:
    import pyloudnorm

    loudness = pyloudnorm.Meter(VOCODER_RATE).integrated_loudness(samples)
    gain = 10 ** ((LOUDNESS_LUFS - loudness) / 20)
    return samples * np.float32(gain) if np.isfinite(gain) and gain > 0 else samples
